package dev.mnc.jobs.label;

import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.label.TaskMessage.Attempt;
import dev.mnc.jobs.label.TaskMessage.Orders;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The driver's memory of attempts that never ended, because their executor died. Partitions of such attempts are labelled one
 * image at a time from then on, so that the image at which the executor dies again is known. The second time it is found
 * guilty: it becomes an error row, and nobody touches it any more.
 */
final class CrashLog {

    private static final int DEATHS = 2;

    /** Images that may be found guilty in a run: where executors die of more, it is not the images. */
    static final int MOST = 10;

    private final Map<Long, Open> open = new HashMap<>();
    private final Set<Key> oneByOne = new HashSet<>();
    private final Map<String, Map<String, Integer>> deaths = new HashMap<>();
    private final Map<String, Set<String>> crashed = new HashMap<>();
    private boolean isSpeculating;

    private record Key(String run, String partition) {}

    /** An attempt that has not ended, and the image that it is at if it labels one by one. */
    private record Open(Attempt attempt, @Nullable String image) {}

    /** Returns the log of this JVM, which the plugin writes and the job reads. */
    static CrashLog jvm() {
        return HostRegistry.jvm().shared(CrashLog.class, CrashLog::new);
    }

    /** Sets that a second attempt at a partition may begin while the first still runs, by {@code spark.speculation}. */
    synchronized void expectSpeculation() {
        isSpeculating = true;
    }

    /** Answers a message, in classes of the JDK. */
    synchronized Object receive(TaskMessage message) {
        if (message instanceof TaskMessage.Begin begin) {
            return begin(begin.attempt()).words();
        }
        if (message instanceof TaskMessage.Alone alone) {
            open.put(alone.attempt().id(), new Open(alone.attempt(), alone.address()));
        } else if (message instanceof TaskMessage.Lost lost) {
            die(attempt -> attempt.id() == lost.attempt().id());
        } else if (message instanceof TaskMessage.End end) {
            open.remove(end.attempt().id());
        }
        return true;
    }

    private static Key key(Attempt attempt) {
        return new Key(attempt.run(), attempt.partition());
    }

    private Orders begin(Attempt attempt) {
        if (!isSpeculating) { // An attempt that never ended is dead: another one would not begin if it still ran.
            die(other -> key(other).equals(key(attempt)));
        }
        open.put(attempt.id(), new Open(attempt, null));
        return new Orders(oneByOne.contains(key(attempt)), crashed(attempt.run()));
    }

    /** Records the death of the executors of some attempts. */
    private void die(Predicate<Attempt> dead) {
        List<Open> found =
                open.values().stream().filter(each -> dead.test(each.attempt)).toList();
        for (Open each : found) {
            open.remove(each.attempt.id());
            oneByOne.add(key(each.attempt));
            if (each.image != null) {
                died(each.attempt.run(), each.image);
            }
        }
    }

    /** Records that an executor is gone, with all attempts that it has not told the end of. */
    synchronized void removed(String executor) {
        die(attempt -> attempt.executor().equals(executor));
    }

    private void died(String run, String image) {
        int count = deaths.computeIfAbsent(run, key -> new HashMap<>()).merge(image, 1, Integer::sum);
        Set<String> guilty = crashed.computeIfAbsent(run, key -> new HashSet<>());
        if (count >= DEATHS && guilty.size() < MOST) {
            guilty.add(image);
        }
    }

    /** Returns the addresses of the images found guilty in a run; at most {@link #MOST}. */
    synchronized Set<String> crashed(String run) {
        return Set.copyOf(crashed.getOrDefault(run, Set.of()));
    }

    /** Forgets the attempts of an executor that leaves for no fault of an image. */
    synchronized void leaves(String executor) {
        open.values().removeIf(attempt -> attempt.attempt.executor().equals(executor));
    }

    /** Forgets a run that has ended. */
    synchronized void end(String run) {
        open.values().removeIf(each -> each.attempt.run().equals(run));
        oneByOne.removeIf(key -> key.run.equals(run));
        deaths.remove(run);
        crashed.remove(run);
    }
}
