package dev.mnc.mnc;

import dev.mnc.image.ImageScaling;
import java.util.List;
import java.util.Locale;

/**
 * Every number of the network. Written into the model's card, so that a model is read back as it was trained.
 *
 * @param body the convolutional layers shared by all stages
 * @param rounds how often the mask and category stages run: 1 is the 3-stage cascade, 2 the 5-stage cascade of the paper
 * @param classes C, the number of categories plus one for background (class 0), at least 2
 * @param anchors the boxes the region proposal network starts from
 * @param proposals how proposals are chosen at inference
 * @param trainingProposals how proposals are chosen in training
 * @param warp how features are cropped for one RoI
 * @param heads sizes of the fully connected layers
 * @param scaling how an image becomes the network's input
 */
public record MncConfig(
        Body body,
        int rounds,
        int classes,
        Anchors anchors,
        Proposals proposals,
        Proposals trainingProposals,
        Warp warp,
        Heads heads,
        ImageScaling scaling) {

    /** The convolutional bodies that can be built. */
    public enum Body {
        /** Nine 3 x 3 convolutions to stride 8, made to be trained from scratch in minutes. */
        COMPACT
    }

    /**
     * How proposals are chosen from the scored anchors.
     *
     * @param candidates the best-scored boxes that enter non-maximum suppression
     * @param limit the boxes that leave it, R
     * @param iou boxes that overlap a better one by more than this are dropped
     * @param minSide boxes with a shorter side are dropped, px of the original image
     */
    public record Proposals(int candidates, int limit, float iou, float minSide) {

        public Proposals {
            if (candidates < 1 || limit < 1 || !(iou > 0 && iou <= 1) || !(minSide >= 0)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "proposals need candidates >= 1, limit >= 1, iou in (0, 1] and min side >= 0, got %d, %d, %s, %s",
                        candidates,
                        limit,
                        iou,
                        minSide));
            }
        }
    }

    /**
     * How features are cropped for one RoI.
     *
     * @param samples P, sample points a side of the warp; the crop is then max-pooled 2 x 2
     * @param rounded whether box corners are rounded to the feature grid first, as the released code does; own training
     *     keeps them continuous, which gives the box coordinates an exact gradient
     * @param channels a 1 x 1 convolution brings the features to this many channels before they are warped; 0 for none
     */
    public record Warp(int samples, boolean rounded, int channels) {

        public Warp {
            if (samples < 4 || samples % 4 != 0 || channels < 0) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "warp samples must be a positive multiple of 4 and channels >= 0, got %d and %d",
                        samples,
                        channels));
            }
        }

        /** Sides of the pooled crop, which the mask stage reads; the paper's 14. */
        public int pooled() {
            return samples / 2;
        }

        /** Sides of the crop pooled once more, which the category stage reads; the paper's 7. */
        public int pooledTwice() {
            return samples / 4;
        }
    }

    /**
     * Sizes of the per-RoI layers.
     *
     * @param maskSize m, sides of the predicted mask; 28 in the paper, 21 in the released code
     * @param maskUnits units of the mask stage's hidden layer; 256 as published
     * @param categoryUnits units of each hidden layer of the two category paths; 4096 as published
     */
    public record Heads(int maskSize, int maskUnits, int categoryUnits) {

        public Heads {
            if (maskSize < 2 || maskUnits < 1 || categoryUnits < 1) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "mask size must be >= 2 and units >= 1, got %d, %d and %d",
                        maskSize,
                        maskUnits,
                        categoryUnits));
            }
        }
    }

    public MncConfig {
        if (rounds != 1 && rounds != 2) {
            throw new IllegalArgumentException(
                    "rounds must be 1 (a 3-stage cascade) or 2 (a 5-stage cascade), got " + rounds);
        }
        if (classes < 2) {
            throw new IllegalArgumentException("classes must be >= 2, background and one category, got " + classes);
        }
    }

    /**
     * The compact network: stride 8, an input of about 192 x 256 px, under two million parameters.
     *
     * @param categories how many categories it names, at least 1
     * @param rounds 1 or 2
     */
    public static MncConfig compact(int categories, int rounds) {
        return new MncConfig(
                Body.COMPACT,
                rounds,
                categories + 1,
                new Anchors(8, 8, List.of(0.5f, 1f, 2f), List.of(2f, 4f, 8f, 16f)),
                new Proposals(1000, 100, 0.7f, 4),
                new Proposals(1000, 150, 0.7f, 4),
                new Warp(28, false, 32),
                new Heads(28, 96, 160),
                new ImageScaling(192, 320, ImageScaling.ChannelOrder.RGB, List.of(127.5f, 127.5f, 127.5f), 64, 32));
    }
}
