package dev.mnc.jobs.evaluate;

import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.store.CommandPath;
import picocli.CommandLine.Option;

/** The ground truth of an evaluation, for every command that is about one. */
public final class TruthOptions {

    @Option(
            names = "--ground-truth",
            required = true,
            paramLabel = "FILE|URI",
            description = "COCO annotations (json, may end in .gz), a split list (txt) of VOC's SBD, or a folder that"
                    + " mnc ground-truth made.")
    private String groundTruth = "";

    @Option(
            names = "--image-key",
            defaultValue = "id",
            description = "How a table's images are found in the ground truth: ${COMPLETION-CANDIDATES}."
                    + " Default: ${DEFAULT-VALUE}.")
    private ImageKey imageKey = ImageKey.ID;

    /** Returns the address of the ground truth. */
    public String groundTruth() {
        return CommandPath.address(groundTruth);
    }

    /** Returns the key by which a table's images are found in it. */
    public ImageKey imageKey() {
        return imageKey;
    }
}
