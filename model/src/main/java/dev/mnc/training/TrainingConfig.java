package dev.mnc.training;

import dev.mnc.training.targets.RoiSampling;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The configuration of a training.
 *
 * @param length when training ends
 * @param seed of the initial weights, the order of the images, their flips and every sampling
 * @param optimizer settings by which gradients become updates
 * @param flow of gradients between the stages
 * @param maskWeight weight of the mask losses; 2 in the released code, 1 in the paper. All other losses weigh 1
 * @param frozenLayers weights of layers whose name begins with one of these do not change; conv1_ and conv2_ in the
 *     released code
 * @param scales images are shown at these sizes in turn, drawn at random: factors of the network's own input size,
 *     above 0
 * @param anchorBatch anchors sampled for the region proposal network's losses; 256 as published
 * @param anchorLabels effect of the sampled RoIs on the anchors they come from
 * @param sampling RoIs sampled for stages 2 and 3
 */
public record TrainingConfig(
        Length length,
        long seed,
        OptimizerSettings optimizer,
        GradientFlow flow,
        double maskWeight,
        List<String> frozenLayers,
        List<Double> scales,
        int anchorBatch,
        AnchorLabels anchorLabels,
        RoiSampling sampling) {

    /** The gradients between the stages. */
    public enum GradientFlow {
        /** The paper's: the losses of a stage reach the boxes and masks it was given, and so the stages before it. */
        END_TO_END,
        /**
         * The paper's baseline: boxes and masks are taken as given. Stage 1 learns alone for a third of the training,
         * then stages 1 and 2, then all, each time with a whole schedule of the learning rate; they share the body.
         */
        STAGE_WISE
    }

    /** The effect of the sampled RoIs on the labels of the anchors they come from. */
    public enum AnchorLabels {
        /** Those anchors take the label of their RoI, beyond the anchors' own batch ({@code MIX_INDEX} as released). */
        MIXED,
        /** No effect: anchors are labelled by their own IoU alone. */
        OWN
    }

    /**
     * The end of training: after a number of steps, each on one image, or after some time, whichever is given.
     *
     * @param steps number of images to learn from, at least 1; an update takes
     *     {@link OptimizerSettings#imagesPerUpdate} of them
     * @param time wall-clock time; a run that ends by time cannot be repeated exactly
     */
    public record Length(Optional<Integer> steps, Optional<Duration> time) {

        public Length {
            if (steps.isPresent() == time.isPresent()) {
                throw new IllegalArgumentException("give either a number of steps or a time to train for");
            }
            if (steps.filter(count -> count < 1).isPresent()) {
                throw new IllegalArgumentException("training needs at least 1 step, got " + steps.get());
            }
        }

        /** Returns a length in steps. */
        public static Length ofSteps(int steps) {
            return new Length(Optional.of(steps), Optional.empty());
        }

        /** Returns a length in time. */
        public static Length ofTime(Duration time) {
            return new Length(Optional.empty(), Optional.of(time));
        }

        /** Returns the share of the training that is done, in [0, 1]. */
        double progress(int step, Duration elapsed) {
            double share = steps.isPresent()
                    ? (double) step / steps.get()
                    : (double) elapsed.toMillis() / time.orElseThrow().toMillis();
            return Math.min(1, share);
        }
    }

    public TrainingConfig {
        frozenLayers = List.copyOf(frozenLayers);
        scales = List.copyOf(scales);
        if (scales.isEmpty() || scales.stream().anyMatch(scale -> !(scale > 0 && scale <= 4))) {
            throw new IllegalArgumentException("scales must be one or more factors in (0, 4], got " + scales);
        }
        if (!(maskWeight > 0) || anchorBatch < 2) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "training needs mask weight > 0 and an anchor batch >= 2, got %s and %d",
                    maskWeight,
                    anchorBatch));
        }
    }

    /** Returns this configuration with another seed. */
    public TrainingConfig withSeed(long other) {
        return new TrainingConfig(
                length, other, optimizer, flow, maskWeight, frozenLayers, scales, anchorBatch, anchorLabels, sampling);
    }

    /** Returns this configuration with other gradients between the stages. */
    public TrainingConfig withFlow(GradientFlow other) {
        return new TrainingConfig(
                length, seed, optimizer, other, maskWeight, frozenLayers, scales, anchorBatch, anchorLabels, sampling);
    }

    /**
     * Returns the learning rate of a step.
     *
     * @param step the step to come, from 0
     * @param progress share of the training that is done, in [0, 1]
     */
    double rate(int step, double progress) {
        return optimizer.rate(step, flow == GradientFlow.END_TO_END ? progress : 3 * progress % 1);
    }

    /** Returns whether the weights of this layer change. */
    boolean learns(String layer) {
        return frozenLayers.stream().noneMatch(layer::startsWith);
    }

    /**
     * Returns the weights of the losses of stage 1, of the mask stages and of the category stages at some point of the
     * training.
     *
     * @param progress share of the training that is done, in [0, 1]
     */
    float[] stageWeights(double progress) {
        if (flow == GradientFlow.END_TO_END) {
            return new float[] {1, 1, 1};
        }
        return new float[] {1, progress < 1.0 / 3 ? 0 : 1, progress < 2.0 / 3 ? 0 : 1};
    }
}
