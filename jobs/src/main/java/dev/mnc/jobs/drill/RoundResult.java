package dev.mnc.jobs.drill;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * The result of a round.
 *
 * @param round number, from 1
 * @param plan of the round
 * @param processes that it took
 * @param killed of these processes or their executors; the others ended before their time came
 * @param lost images without a row
 * @param doubled rows of images beyond the first
 * @param differing rows of images and instances that an undisturbed run does not have, or not as often
 * @param redone files that were committed when a process was killed, and are not in what was published
 * @param seconds of the round
 * @param trouble what else went wrong, empty if nothing did
 */
record RoundResult(
        int round,
        RoundPlan plan,
        int processes,
        int killed,
        long lost,
        long doubled,
        long differing,
        long redone,
        double seconds,
        List<String> trouble) {

    RoundResult {
        trouble = List.copyOf(trouble);
    }

    @JsonIgnore
    boolean isClean() {
        return lost == 0 && doubled == 0 && differing == 0 && redone == 0 && trouble.isEmpty();
    }
}
