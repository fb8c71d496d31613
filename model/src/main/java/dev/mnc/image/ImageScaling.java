package dev.mnc.image;

import java.util.List;
import java.util.Locale;

/**
 * The scaling of an image to the network's input: scaled so that its short side has a given length unless its long side
 * would grow too long, channel means subtracted, padded on the right and below to a multiple.
 *
 * <p>Source: {@code prep_im_for_blob} of the released MNC code, whose values {@link #PAPER} holds. That code never
 * pads; padding lets images of nearly the same shape share a batch, and depends on the image alone.
 *
 * @param shortSide length the short side is scaled to, px, at least 16
 * @param longSide largest length of the scaled long side, px, at least {@code shortSide}
 * @param channelOrder order of the channels the network reads
 * @param means to subtract from each channel, in {@code channelOrder}, on the scale 0..255, before scaling
 * @param divisor of each channel after that, above 0
 * @param padMultiple scaled sides are padded with zeros to a multiple of this, px, at least 1
 */
public record ImageScaling(
        int shortSide, int longSide, ChannelOrder channelOrder, List<Float> means, float divisor, int padMultiple) {

    /** Order of the colour channels. */
    public enum ChannelOrder {
        RGB,
        BGR
    }

    /** A scaled size: {@code scale} is scaled over original. */
    public record Scaled(int height, int width, double scale) {}

    /** 600 px short, at most 1000 px long, BGR with ImageNet means, never padded. */
    public static final ImageScaling PAPER =
            new ImageScaling(600, 1000, ChannelOrder.BGR, List.of(102.9801f, 115.9465f, 122.7717f), 1, 1);

    public ImageScaling {
        means = List.copyOf(means);
        if (shortSide < 16 || longSide < shortSide) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "the short side must be >= 16 px and the long side no shorter, got %d and %d",
                    shortSide,
                    longSide));
        }
        if (means.size() != 3) {
            throw new IllegalArgumentException("means must be 3 numbers, one a channel, got " + means);
        }
        if (!(divisor > 0) || padMultiple < 1) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "divisor must be > 0 and pad multiple >= 1, got %s and %d", divisor, padMultiple));
        }
    }

    /**
     * Returns the scaled size of an image, sides rounded half to even as OpenCV does and at least 1 px.
     *
     * @param height rows of the stored image, px, at least 1
     * @param width columns of the stored image, px, at least 1
     */
    public Scaled scaled(int height, int width) {
        double scale = (double) shortSide / Math.min(height, width);
        if (Math.rint(scale * Math.max(height, width)) > longSide) {
            scale = (double) longSide / Math.max(height, width);
        }
        return new Scaled(
                (int) Math.max(1, Math.rint(height * scale)), (int) Math.max(1, Math.rint(width * scale)), scale);
    }

    /** Returns a scaled side with its padding, px. */
    public int padded(int side) {
        return (side + padMultiple - 1) / padMultiple * padMultiple;
    }
}
