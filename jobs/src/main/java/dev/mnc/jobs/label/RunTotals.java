package dev.mnc.jobs.label;

import dev.mnc.jobs.host.ImageOutcome;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.WaveRecord;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The counts of outcomes, added up by tasks for their partitions and by the driver for the run. */
final class RunTotals implements Serializable {

    private static final int SAMPLES = 3;
    /** Reasons that are told apart; with more of them, a record would grow with the number of images that failed. */
    private static final int REASONS = 64;

    private static final String OTHER_REASONS = "other reasons";
    private static final double NANOS_PER_SECOND = 1e9;

    private long ok;
    private long failed;
    private long instances;
    private long readNanos;
    private long decodeNanos;
    private long detectNanos;
    private long voteNanos;
    private final Map<String, Group> errors = new TreeMap<>();

    void add(ImageOutcome outcome) {
        ImageOutcome.@Nullable Failure failure = outcome.failure();
        if (failure == null) {
            ok++;
        } else {
            failed++;
            add(failure, 1, List.of(outcome.image().fileName()));
        }
        instances += outcome.instances().size();
        readNanos += outcome.cost().read();
        decodeNanos += outcome.cost().decode();
        detectNanos += outcome.cost().detect();
        voteNanos += outcome.cost().vote();
    }

    RunTotals plus(RunTotals other) {
        ok += other.ok;
        failed += other.failed;
        instances += other.instances;
        readNanos += other.readNanos;
        decodeNanos += other.decodeNanos;
        detectNanos += other.detectNanos;
        voteNanos += other.voteNanos;
        other.errors.values().forEach(group -> add(group.failure, group.images, group.samples));
        return this;
    }

    /** Adds what a commit says of its images. */
    RunTotals plus(WaveRecord wave) {
        RunRecord.Outcome outcome = wave.outcome();
        ok += outcome.ok();
        failed += outcome.failed();
        instances += outcome.instances();
        readNanos += nanos(wave, "read");
        decodeNanos += nanos(wave, "decode");
        detectNanos += nanos(wave, "detect");
        voteNanos += nanos(wave, "vote");
        for (RunRecord.ErrorCount error : outcome.errors()) {
            add(new ImageOutcome.Failure(stage(error), error.reason()), error.images(), error.samples());
        }
        return this;
    }

    private static long nanos(WaveRecord wave, String stage) {
        return Math.round(wave.taskSeconds().getOrDefault(stage, 0.0) * NANOS_PER_SECOND);
    }

    private static ImageOutcome.Stage stage(RunRecord.ErrorCount error) {
        return ImageOutcome.Stage.valueOf(error.stage().toUpperCase(Locale.ROOT));
    }

    /** Reasons that differ only in their numbers are one reason; those that come when there are many are one too. */
    private void add(ImageOutcome.Failure failure, long images, List<String> names) {
        String key = failure.stage() + " " + failure.reason().replaceAll("\\d+", "N");
        if (errors.containsKey(key) || errors.size() < REASONS) {
            errors.computeIfAbsent(key, k -> new Group(failure)).add(images, names);
        } else {
            errors.computeIfAbsent(
                            failure.stage() + " " + OTHER_REASONS,
                            k -> new Group(new ImageOutcome.Failure(failure.stage(), OTHER_REASONS)))
                    .add(images, names);
        }
    }

    long images() {
        return ok + failed;
    }

    double errorRate() {
        return images() == 0 ? 0 : (double) failed / images();
    }

    RunRecord.Outcome outcome() {
        return new RunRecord.Outcome(
                ok,
                failed,
                instances,
                errors.values().stream()
                        .sorted(Comparator.comparingLong((Group group) -> -group.images))
                        .map(Group::count)
                        .toList());
    }

    Map<String, Double> taskSeconds() {
        return Map.of(
                "read", readNanos / NANOS_PER_SECOND,
                "decode", decodeNanos / NANOS_PER_SECOND,
                "detect", detectNanos / NANOS_PER_SECOND,
                "vote", voteNanos / NANOS_PER_SECOND);
    }

    /** The failures that have one reason. */
    private static final class Group implements Serializable {
        private final ImageOutcome.Failure failure;
        private final List<String> samples = new ArrayList<>();
        private long images;

        private Group(ImageOutcome.Failure failure) {
            this.failure = failure;
        }

        private void add(long more, List<String> names) {
            images += more;
            names.stream().limit(SAMPLES - samples.size()).forEach(samples::add);
        }

        private RunRecord.ErrorCount count() {
            return new RunRecord.ErrorCount(
                    failure.stage().name().toLowerCase(Locale.ROOT), failure.reason(), images, samples);
        }
    }
}
