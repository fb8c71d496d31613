package dev.mnc.jobs.drill;

import java.util.List;
import java.util.Locale;

/**
 * The sum over all rounds of a drill.
 *
 * @param rounds that were run
 * @param wanted rounds in all
 * @param kills of drivers and executors
 * @param processes that labelled
 * @param lost images without a row
 * @param doubled rows of images beyond the first
 * @param differing rows that an undisturbed run does not have
 * @param redone committed files that were not published
 * @param failed numbers of the rounds that were not clean
 */
record DrillSummary(
        int rounds,
        int wanted,
        int kills,
        int processes,
        long lost,
        long doubled,
        long differing,
        long redone,
        List<Integer> failed) {

    static DrillSummary of(List<RoundResult> results, int wanted) {
        return new DrillSummary(
                results.size(),
                wanted,
                results.stream().mapToInt(RoundResult::killed).sum(),
                results.stream().mapToInt(RoundResult::processes).sum(),
                results.stream().mapToLong(RoundResult::lost).sum(),
                results.stream().mapToLong(RoundResult::doubled).sum(),
                results.stream().mapToLong(RoundResult::differing).sum(),
                results.stream().mapToLong(RoundResult::redone).sum(),
                results.stream()
                        .filter(result -> !result.isClean())
                        .map(RoundResult::round)
                        .toList());
    }

    boolean clean() {
        return failed.isEmpty();
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%d of %d rounds, %d kills, %d processes: %d images lost, %d rows doubled, %d rows differing, %d committed files"
                        + " redone%s",
                rounds,
                wanted,
                kills,
                processes,
                lost,
                doubled,
                differing,
                redone,
                failed.isEmpty() ? "" : "; not clean: rounds " + failed);
    }
}
