package dev.mnc.jobs.host;

import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.Instance;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one image: exactly one of these for each image of a task.
 *
 * @param image the image
 * @param frame its size and orientation, or null if it was not found out
 * @param failure why it has no labels, or null if it was labelled
 * @param instances the highest score first; empty if it failed
 * @param cost what it took
 */
public record ImageOutcome(
        ImageRef image, @Nullable Frame frame, @Nullable Failure failure, List<Instance> instances, Cost cost) {

    /** Where an image failed; written in lower case. */
    public enum Stage {
        READ,
        DECODE,
        DETECT
    }

    /** Why an image has no labels, in words a person understands. */
    public record Failure(Stage stage, String reason) implements Serializable {}

    /**
     * An image's frame.
     *
     * @param height rows as stored, px
     * @param width columns as stored, px
     * @param exifOrientation 1..8; it was not applied
     */
    public record Frame(int height, int width, int exifOrientation) {}

    /**
     * Nanoseconds in each stage.
     *
     * @param read waiting for the file
     * @param decode decoding and scaling
     * @param detect an image's share of its batch on the device
     * @param vote mask voting and run-length encoding
     */
    public record Cost(long read, long decode, long detect, long vote) {

        static final Cost NONE = new Cost(0, 0, 0, 0);

        Cost decoded(long nanos) {
            return new Cost(read, nanos, 0, 0);
        }

        Cost detected(long nanos) {
            return new Cost(read, decode, nanos, 0);
        }

        Cost voted(long nanos) {
            return new Cost(read, decode, detect, nanos);
        }
    }

    static ImageOutcome failed(ImageRef image, @Nullable Frame frame, Stage stage, String reason, Cost cost) {
        return new ImageOutcome(image, frame, new Failure(stage, reason), List.of(), cost);
    }

    static ImageOutcome labelled(ImageRef image, Frame frame, List<Instance> found, Cost cost) {
        return new ImageOutcome(image, frame, null, found, cost);
    }

    /** About what the outcome holds in memory, bytes. */
    long bytes() {
        long bytes = 512;
        for (Instance instance : instances) {
            bytes += 128 + 4L * instance.mask().runCount();
        }
        return bytes;
    }
}
