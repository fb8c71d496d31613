package dev.mnc.jobs.label;

import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.Instance;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * What became of one image: exactly one of these for each image of a plan.
 *
 * @param image the image
 * @param frame its size and orientation, or null if it was not found out
 * @param failure why it has no labels, or null if it was labelled
 * @param instances rows of {@link LabelColumns#INSTANCES}; empty if it failed
 * @param cost what it took
 */
record ImageOutcome(
        ImageRef image, @Nullable Frame frame, @Nullable Failure failure, List<Row> instances, Cost cost)
        implements Serializable {

    /** Where an image failed; written in lower case. */
    enum Stage {
        READ,
        DECODE,
        DETECT
    }

    /** Why an image has no labels, in words a person understands. */
    record Failure(Stage stage, String reason) implements Serializable {}

    /**
     * @param height rows as stored, px
     * @param width columns as stored, px
     * @param exifOrientation 1..8; it was not applied
     */
    record Frame(int height, int width, int exifOrientation) implements Serializable {}

    /** Nanoseconds in each stage; an image's share of its batch in the last. */
    record Cost(long readNanos, long decodeNanos, long detectNanos) implements Serializable {}

    static ImageOutcome failed(ImageRef image, @Nullable Frame frame, Stage stage, String reason, Cost cost) {
        return new ImageOutcome(image, frame, new Failure(stage, reason), List.of(), cost);
    }

    /** @param found the highest score first */
    static ImageOutcome labelled(ImageRef image, Frame frame, List<Instance> found, Cost cost) {
        return new ImageOutcome(image, frame, null, LabelColumns.instanceRows(image, found), cost);
    }
}
