package dev.mnc.jobs.evaluate;

import dev.mnc.jobs.store.CommandPath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The predictions of an evaluation, for every command that is about one. */
public final class PredictionOptions {

    @Option(
            names = "--predictions",
            required = true,
            paramLabel = "TABLE|FILE",
            description = "A label table, COCO results (.json or .json.gz), or Parquet (.parquet) with the columns of a"
                    + " label table's instances.")
    private String predictions = "";

    @Option(
            names = "--run-id",
            paramLabel = "ID",
            description = "Only this run of the table. Default: the newest labels.")
    private @Nullable String runId;

    @Option(
            names = "--listed",
            paramLabel = "IMAGES",
            description =
                    "Leave out what the table has of images that are not there any more: they are listed as mnc label"
                            + " --images lists them. Default: all that the table has.")
    private @Nullable String listed;

    /** Returns the address of the predictions. */
    public String predictions() {
        return CommandPath.address(predictions);
    }

    /** Returns the id of the only run of a label table to read, or null for the newest labels. */
    public @Nullable String runId() {
        return runId;
    }

    /** Returns the corpus whose images alone count, or null for all images of a table. */
    public @Nullable String listed() {
        return listed == null ? null : CommandPath.address(listed);
    }
}
