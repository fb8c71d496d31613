package dev.mnc.jobs.drill;

import dev.mnc.jobs.drill.FaultProxy.Fault;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The faults that a {@link FaultProxy} makes: some of all requests at random, by a seed, and some of requests that are named.
 * The same requests in the same order meet the same faults.
 */
public final class FaultPlan {

    private final Random random;
    private final Map<Fault, Double> rates;
    private final List<Planted> planted = new ArrayList<>();
    private boolean isOut;

    private static final class Planted {
        private final Predicate<String> request;
        private final Fault fault;
        private int times;

        private Planted(Predicate<String> request, Fault fault, int times) {
            this.request = request;
            this.fault = fault;
            this.times = times;
        }
    }

    /** @param rates share of requests that meet each fault, in [0, 1], all together at most 1 */
    public FaultPlan(long seed, Map<Fault, Double> rates) {
        this.random = new Random(seed);
        this.rates = new TreeMap<>(rates);
    }

    /**
     * Plants a fault.
     *
     * @param request tells from method and target, {@code PUT /bucket/key?partNumber=1}, which requests meet it
     * @param times how many of them
     */
    public synchronized void plant(Predicate<String> request, Fault fault, int times) {
        planted.add(new Planted(request, fault, times));
    }

    /** Forgets the faults that were planted and not met yet. */
    public synchronized void forget() {
        planted.clear();
    }

    /** Lets the store vanish: connections are closed at once until it comes back. */
    public synchronized void vanish() {
        isOut = true;
    }

    /** Lets the store come back. */
    public synchronized void comeBack() {
        isOut = false;
    }

    /** Returns the fault of a request. */
    synchronized Fault next(String request) {
        if (isOut) {
            return Fault.CONNECTION_CLOSED;
        }
        for (Iterator<Planted> all = planted.iterator(); all.hasNext(); ) {
            Planted each = all.next();
            if (each.request.test(request)) {
                if (--each.times <= 0) {
                    all.remove();
                }
                return each.fault;
            }
        }
        double drawn = random.nextDouble();
        for (Map.Entry<Fault, Double> rate : rates.entrySet()) {
            if (drawn < rate.getValue()) {
                return rate.getKey();
            }
            drawn -= rate.getValue();
        }
        return Fault.NONE;
    }
}
