package dev.mnc.jobs.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The plan of a round, which its seed decides.
 *
 * @param place where the table lies
 * @param cluster whether executors are processes of their own
 * @param kills of the processes that label, one a process
 * @param refused number of the request to write, from 1, that the store refuses; 0 for none
 */
record RoundPlan(long seed, Place place, boolean cluster, List<Kill> kills, int refused) {

    private static final int MOST_KILLS = 3;
    private static final int CLUSTERS_IN = 3;
    private static final int REFUSALS_IN = 4;
    private static final int LATEST_REFUSED = 60;

    /** The kinds of store. */
    enum Place {
        /** Folders of this machine. */
        FILES,
        /** An S3 server behind a {@link FaultProxy}. */
        S3
    }

    /** The ways to die. */
    enum Victim {
        /** The driver, by a signal that no process sees (SIGKILL). */
        DRIVER_KILLED,
        /** The driver, by a request to end (SIGTERM). */
        DRIVER_TERMINATED,
        /** One of the executors, by a signal that no process sees. */
        EXECUTOR_KILLED
    }

    /**
     * A kill.
     *
     * @param at moment as a share of the time that an undisturbed process takes, 0..1
     */
    record Kill(Victim victim, double at) {}

    RoundPlan {
        kills = List.copyOf(kills);
    }

    /**
     * Makes the plan of a seed.
     *
     * @param places to choose from
     */
    static RoundPlan of(long seed, List<Place> places) {
        Random random = new Random(seed);
        Place place = places.get(random.nextInt(places.size()));
        boolean cluster = random.nextInt(CLUSTERS_IN) == 0;
        List<Kill> kills = new ArrayList<>();
        int count = 1 + random.nextInt(MOST_KILLS);
        for (int i = 0; i < count; i++) {
            Victim victim = Victim.values()[random.nextInt(cluster ? 3 : 2)];
            // Half of them fall into the second half of a process's life, where images are labelled and committed.
            double at = random.nextBoolean() ? random.nextDouble() : 0.5 + random.nextDouble() / 2;
            kills.add(new Kill(victim, at));
        }
        boolean refuses = place == Place.S3 && random.nextInt(REFUSALS_IN) == 0;
        return new RoundPlan(seed, place, cluster, kills, refuses ? 1 + random.nextInt(LATEST_REFUSED) : 0);
    }
}
