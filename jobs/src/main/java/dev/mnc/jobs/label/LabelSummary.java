package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.Console;
import dev.mnc.schemas.RunRecord;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The result of the labelling job.
 *
 * @param state whether it labelled
 * @param table the label table
 * @param runId the run, or null for a dry run
 * @param committedBefore images of the run that processes before this one had committed
 * @param listed images listed
 * @param planned images of these that were work, see {@code docs/labelling.md}
 * @param plannedBytes bytes of the planned images
 * @param outcome counts of labels and failures, or null if no image was labelled
 * @param seconds the labelling took
 * @param errorRate share of the planned images that failed
 * @param efficiency how well the devices were used, or null if none was
 * @param devices of the executors that labelled, or null if none did
 */
public record LabelSummary(
        State state,
        String table,
        @Nullable String runId,
        long committedBefore,
        long listed,
        long planned,
        long plannedBytes,
        RunRecord.@Nullable Outcome outcome,
        double seconds,
        double errorRate,
        RunRecord.@Nullable Efficiency efficiency,
        @Nullable List<RunRecord.Device> devices) {

    /** The kinds of result. */
    public enum State {
        /** Images were labelled and the run is published. */
        LABELLED,
        /** Every image is labelled already. */
        UNCHANGED,
        /** Only the plan was made. */
        PLANNED
    }

    /** Returns the summary for people. */
    public String text() {
        return switch (state) {
            case UNCHANGED ->
                String.format(
                        Locale.ROOT,
                        "nothing to do: all %d images are labelled in %s by this model and these settings",
                        listed,
                        table);
            case PLANNED ->
                String.format(
                        Locale.ROOT,
                        "dry run: %d of %d images (%.1f MB) would be labelled, into %s",
                        planned,
                        listed,
                        plannedBytes / 1e6,
                        table);
            case LABELLED -> outcome == null ? "" : labelled(outcome);
        };
    }

    private String labelled(RunRecord.Outcome outcome) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "labelled %d of %d images: %d instances, %d errors, in %.1f s (%.1f images/s)%s%n",
                planned,
                listed,
                outcome.instances(),
                outcome.failed(),
                seconds,
                (planned - committedBefore) / Math.max(seconds, 1e-9),
                committedBefore == 0 ? "" : "; " + committedBefore + " of them were committed before"));
        for (RunRecord.ErrorCount error : outcome.errors()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %d x %s: %s (%s%s)%n",
                    error.images(),
                    error.stage(),
                    Console.printable(error.reason()),
                    Console.printable(String.join(", ", error.samples())),
                    error.images() > error.samples().size() ? ", ..." : ""));
        }
        if (efficiency != null) {
            text.append(String.format(Locale.ROOT, "%s%n", DeviceUtilisation.text(efficiency)));
        }
        text.append(String.format(Locale.ROOT, "run %s is published in %s%n", runId, table));
        text.append(String.format(
                Locale.ROOT,
                "next: mnc evaluate --ground-truth GROUND_TRUTH.json --predictions %s --out DIR",
                quoted(table)));
        return text.toString();
    }

    private static String quoted(String path) {
        return path.matches("[A-Za-z0-9_./:=@%+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    /**
     * Returns whether more images failed than the limit allows.
     *
     * @param limit share of the planned images, in [0, 1]
     */
    public boolean hasTooManyErrors(double limit) {
        return state == State.LABELLED && errorRate > limit;
    }
}
