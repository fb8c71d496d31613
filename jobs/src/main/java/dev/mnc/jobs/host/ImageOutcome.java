package dev.mnc.jobs.host;

import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.Instance;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of labelling one image: its instances, or the reason why it has none. A task gets exactly one for each of
 * its images.
 *
 * @param image the image
 * @param frame size and orientation, or null if the image failed before they were known
 * @param failure why it has no labels, or null if it was labelled
 * @param instances the highest score first; empty if it failed
 * @param cost time spent in each stage
 */
public record ImageOutcome(
        ImageRef image, @Nullable Frame frame, @Nullable Failure failure, List<Instance> instances, Cost cost) {

    /** The stage in which an image failed; written to the table in lower case. */
    public enum Stage {
        READ,
        DECODE,
        DETECT,
        /** It took its executor down, more than once; which stage it was in is not known. */
        CRASH
    }

    /**
     * The failure of an image.
     *
     * @param reason for people
     */
    public record Failure(Stage stage, String reason) implements Serializable {

        /** Returns a failure whose reason is {@code what} and the first line of the exception's message. */
        static Failure of(Stage stage, String what, Exception cause) {
            return new Failure(stage, what + ": " + firstLine(cause));
        }

        /** The line that says what failed; below it a native library names the nodes of its graph. */
        static String firstLine(Exception e) {
            String message = e.getMessage() == null ? "" : e.getMessage().strip();
            return message.isEmpty()
                    ? e.toString()
                    : message.lines().findFirst().orElse(message);
        }
    }

    /**
     * The frame of a stored image.
     *
     * @param height rows as stored, px
     * @param width columns as stored, px
     * @param exifOrientation 1..8; it was not applied
     */
    public record Frame(int height, int width, int exifOrientation) {}

    /**
     * The time that an image took in each stage, ns.
     *
     * @param read waiting for the file
     * @param decode decoding and scaling
     * @param detect an image's share of its batch on the device
     * @param vote mask voting and run-length encoding
     */
    public record Cost(long read, long decode, long detect, long vote) {

        static final Cost NONE = new Cost(0, 0, 0, 0);

        static Cost ofRead(long nanos) {
            return new Cost(nanos, 0, 0, 0);
        }

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

    /** Returns the outcome of an image that is not to be touched any more. */
    public static ImageOutcome crashed(ImageRef image, String reason) {
        return failed(image, null, new Failure(Stage.CRASH, reason), Cost.NONE);
    }

    static ImageOutcome failed(ImageRef image, @Nullable Frame frame, Failure failure, Cost cost) {
        return new ImageOutcome(image, frame, failure, List.of(), cost);
    }

    static ImageOutcome labelled(ImageRef image, Frame frame, List<Instance> instances, Cost cost) {
        return new ImageOutcome(image, frame, null, instances, cost);
    }

    /** Returns about how many bytes the outcome takes in memory. */
    long bytes() {
        long bytes = 512;
        for (Instance instance : instances) {
            bytes += 128 + 4L * instance.mask().runCount();
        }
        return bytes;
    }
}
