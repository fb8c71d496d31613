package dev.mnc.model.cascade;

import dev.mnc.image.ImageScaling;
import java.util.List;
import java.util.Locale;

/**
 * The configuration of a network: every number of it. Stored in the model's card.
 *
 * @param body the convolutional layers
 * @param width channels of the body's first convolution; every other width of the body is a multiple of it. 24 for the
 *     compact body, 64 as published for the others
 * @param rounds number of times the mask and category stages run: 1 is the 3-stage cascade, 2 the 5-stage cascade of
 *     the paper
 * @param classes C, the number of categories plus one for background (class 0), at least 2
 * @param anchors the boxes the region proposal network starts from
 * @param proposals selection of proposals at inference
 * @param trainingProposals selection of proposals in training
 * @param warp of features to one RoI
 * @param heads sizes of the fully connected layers
 * @param scaling of an image to the network's input
 */
public record MncConfig(
        Body body,
        int width,
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
        COMPACT,
        /** Simonyan and Zisserman's 16 layers, the body of the released model: 13 convolutions to stride 16. */
        VGG16,
        /** He et al.'s 50 layers: conv1 to res4 to stride 16 are shared, res5 runs for each RoI. */
        RESNET50,
        /** He et al.'s 101 layers, as the paper uses them for COCO. */
        RESNET101
    }

    /**
     * The selection of proposals from the scored anchors.
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
     * The crop of features for one RoI.
     *
     * @param samples P, sample points a side of the warp; the crop is then max-pooled 2 x 2. 28 as published
     * @param coordinates whether boxes keep their fractions of a feature cell
     * @param channels a 1 x 1 convolution brings the features to this many channels before they are warped; 0 for none,
     *     as published
     * @param secondRound the crop of stage 4
     */
    public record Warp(int samples, Coordinates coordinates, int channels, SecondRound secondRound) {

        /** The treatment of box corners that lie between two feature cells. */
        public enum Coordinates {
            /** They stay as they are, as the paper has it; the box coordinates get an exact gradient. */
            CONTINUOUS,
            /** They are rounded to the nearest cell, half away from zero, as the released code does. */
            ROUNDED
        }

        /** The crop of stage 4, for the boxes that stage 3 has moved. */
        public enum SecondRound {
            /** As stage 2 does: P samples a side, then pooled. So the paper, and {@code train.prototxt} as released. */
            POOLED,
            /** P / 2 samples a side and no pooling, as {@code test.prototxt} of the released code has it. */
            DIRECT
        }

        public Warp {
            if (samples < 4 || samples % 4 != 0 || channels < 0) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "warp samples must be a positive multiple of 4 and channels >= 0, got %d and %d",
                        samples,
                        channels));
            }
        }

        /** Returns whether the crop of a round, 1 or 2, is sampled finely and then max-pooled. */
        boolean pools(int round) {
            return round == 1 || secondRound == SecondRound.POOLED;
        }

        /** Returns this warp with coordinates that are not rounded. */
        public Warp continuous() {
            return new Warp(samples, Coordinates.CONTINUOUS, channels, secondRound);
        }

        /** Returns the side of the pooled crop, which the mask stage reads; 14 in the paper. */
        public int pooled() {
            return samples / 2;
        }

        /** Returns the side of the crop pooled once more, which the category stage reads; 7 in the paper. */
        public int pooledTwice() {
            return samples / 4;
        }
    }

    /**
     * Sizes of the per-RoI layers.
     *
     * @param maskSize m, side of the predicted mask; 28 in the paper, 21 in the released code
     * @param maskUnits units of the mask stage's hidden layer; 256 as published
     * @param categoryUnits units of each hidden layer of the two category paths; 4096 as published for VGG-16. The
     *     paths of a ResNet have no such layers and end with the channels of res5, 32 times the width
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
        if (width < 1) {
            throw new IllegalArgumentException("width must be >= 1 channel, got " + width);
        }
        boolean residual = body == Body.RESNET50 || body == Body.RESNET101;
        if (residual && heads.categoryUnits() != ResNetBody.ROI_CHANNELS * width) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "category units of a ResNet must be the channels of its res5, %d x width %d, got %d",
                    ResNetBody.ROI_CHANNELS,
                    width,
                    heads.categoryUnits()));
        }
    }

    /**
     * Returns the compact network: stride 8, an input of about 192 x 256 px, under two million parameters.
     *
     * @param categories number of categories, at least 1
     * @param rounds 1 or 2
     */
    public static MncConfig compact(int categories, int rounds) {
        return new MncConfig(
                Body.COMPACT,
                24,
                rounds,
                categories + 1,
                new Anchors(8, 8, List.of(0.5f, 1f, 2f), List.of(2f, 4f, 8f, 16f)),
                new Proposals(1000, 100, 0.7f, 4),
                new Proposals(1000, 150, 0.7f, 4),
                new Warp(28, Warp.Coordinates.CONTINUOUS, 32, Warp.SecondRound.POOLED),
                new Heads(28, 96, 160),
                new ImageScaling(192, 320, ImageScaling.ChannelOrder.RGB, List.of(127.5f, 127.5f, 127.5f), 64, 32));
    }

    /**
     * Returns the network of the paper on VGG-16.
     *
     * @param categories number of categories, at least 1
     * @param rounds 1 or 2
     */
    public static MncConfig vgg16(int categories, int rounds) {
        return published(Body.VGG16, categories, rounds, 4096);
    }

    /**
     * Returns the network of the paper on ResNet-50.
     *
     * @param categories number of categories, at least 1
     * @param rounds 1 or 2
     */
    public static MncConfig resnet50(int categories, int rounds) {
        return published(Body.RESNET50, categories, rounds, 2048);
    }

    /**
     * Returns the network of the paper on ResNet-101.
     *
     * @param categories number of categories, at least 1
     * @param rounds 1 or 2
     */
    public static MncConfig resnet101(int categories, int rounds) {
        return published(Body.RESNET101, categories, rounds, 2048);
    }

    /**
     * Returns the network on a body by name, with that body's usual sizes.
     *
     * @param categories number of categories, at least 1
     * @param rounds 1 or 2
     */
    public static MncConfig of(Body body, int categories, int rounds) {
        return switch (body) {
            case COMPACT -> compact(categories, rounds);
            case VGG16 -> vgg16(categories, rounds);
            case RESNET50 -> resnet50(categories, rounds);
            case RESNET101 -> resnet101(categories, rounds);
        };
    }

    /**
     * Returns a published network. Training proposes 300 boxes too: the released settings override the 2000 that its
     * code names.
     */
    private static MncConfig published(Body body, int categories, int rounds, int categoryUnits) {
        return new MncConfig(
                body,
                64,
                rounds,
                categories + 1,
                new Anchors(16, 16, List.of(0.5f, 1f, 2f), List.of(8f, 16f, 32f)),
                new Proposals(6000, 300, 0.7f, 16),
                new Proposals(12000, 300, 0.7f, 16),
                new Warp(28, Warp.Coordinates.CONTINUOUS, 0, Warp.SecondRound.POOLED),
                new Heads(28, 256, categoryUnits),
                ImageScaling.PAPER);
    }

    /**
     * Returns this network as the released code defines it rather than the paper, which released weights need: masks of
     * 21 x 21 and box corners rounded to the feature grid. Its two networks differ in stage 4, so the caller chooses.
     *
     * @param secondRound {@code POOLED} as in its training, {@code DIRECT} as in its test network
     */
    public MncConfig asReleased(Warp.SecondRound secondRound) {
        return withHeads(new Heads(21, heads.maskUnits(), heads.categoryUnits()))
                .withWarp(new Warp(warp.samples(), Warp.Coordinates.ROUNDED, warp.channels(), secondRound));
    }

    /**
     * Returns the same layout in another width: channels of the body and units of the heads grow or shrink in
     * proportion.
     */
    public MncConfig withWidth(int newWidth) {
        Heads scaled = new Heads(
                heads.maskSize(),
                Math.max(1, heads.maskUnits() * newWidth / width),
                Math.max(1, heads.categoryUnits() * newWidth / width));
        return new MncConfig(
                body, newWidth, rounds, classes, anchors, proposals, trainingProposals, warp, scaled, scaling);
    }

    /** Returns this network for another number of categories, at least 1. */
    public MncConfig withCategories(int count) {
        return new MncConfig(
                body, width, rounds, count + 1, anchors, proposals, trainingProposals, warp, heads, scaling);
    }

    /** Returns this network with 1 or 2 rounds; both numbers have the same weights. */
    public MncConfig withRounds(int other) {
        return new MncConfig(body, width, other, classes, anchors, proposals, trainingProposals, warp, heads, scaling);
    }

    /** Returns this network with other proposals, at inference and in training. */
    public MncConfig withProposals(Proposals atInference, Proposals inTraining) {
        return new MncConfig(body, width, rounds, classes, anchors, atInference, inTraining, warp, heads, scaling);
    }

    /** Returns this network with another warp. */
    public MncConfig withWarp(Warp other) {
        return new MncConfig(
                body, width, rounds, classes, anchors, proposals, trainingProposals, other, heads, scaling);
    }

    /** Returns this network with other heads. */
    public MncConfig withHeads(Heads other) {
        return new MncConfig(body, width, rounds, classes, anchors, proposals, trainingProposals, warp, other, scaling);
    }

    /** Returns this network with another scaling of images. */
    public MncConfig withScaling(ImageScaling other) {
        return new MncConfig(body, width, rounds, classes, anchors, proposals, trainingProposals, warp, heads, other);
    }
}
