package dev.mnc.training;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a network is trained.
 *
 * @param length when training ends
 * @param seed decides initial weights, the order of the images, their flips and every sampling
 * @param optimiser how gradients become updates
 * @param learningRate at its height, above 0
 * @param warmUpSteps steps over which the learning rate rises from a tenth of its height
 * @param weightDecay each update also shrinks a weight by this times the learning rate; biases too, as released
 * @param clipNorm gradients are scaled down to this global norm where they exceed it, above 0
 * @param scales images are shown at these sizes in turn, drawn at random: factors of the network's own input size, above 0
 * @param anchorBatch anchors sampled for the region proposal network's losses; 256 as published
 * @param sampling RoIs sampled for stages 2 and 3
 */
public record TrainingConfig(
        Length length,
        long seed,
        Optimiser optimiser,
        double learningRate,
        int warmUpSteps,
        double weightDecay,
        double clipNorm,
        List<Double> scales,
        int anchorBatch,
        RoiSampling sampling) {

    /** How gradients become updates. */
    public enum Optimiser {
        /** Stochastic gradient descent with momentum 0.9, the paper's. */
        MOMENTUM,
        /** Adam with the usual constants, for training from scratch. */
        ADAM
    }

    /**
     * When training ends: after a number of steps, or after some time, whichever is given.
     *
     * @param steps number of updates, at least 1
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

        public static Length ofSteps(int steps) {
            return new Length(Optional.of(steps), Optional.empty());
        }

        public static Length ofTime(Duration time) {
            return new Length(Optional.empty(), Optional.of(time));
        }

        /** Share of the training that is done, in [0, 1]. */
        double progress(int step, Duration elapsed) {
            double share = steps.isPresent()
                    ? (double) step / steps.get()
                    : (double) elapsed.toMillis() / time.orElseThrow().toMillis();
            return Math.min(1, share);
        }
    }

    public TrainingConfig {
        scales = List.copyOf(scales);
        if (scales.isEmpty() || scales.stream().anyMatch(scale -> !(scale > 0 && scale <= 4))) {
            throw new IllegalArgumentException("scales must be one or more factors in (0, 4], got " + scales);
        }
        if (!(learningRate > 0) || warmUpSteps < 0 || !(weightDecay >= 0) || !(clipNorm > 0) || anchorBatch < 2) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "training needs learning rate > 0, warm-up steps >= 0, weight decay >= 0, clip norm > 0 and an "
                            + "anchor batch >= 2, got %s, %d, %s, %s, %d",
                    learningRate,
                    warmUpSteps,
                    weightDecay,
                    clipNorm,
                    anchorBatch));
        }
    }

    /**
     * The learning rate of a step: a linear warm-up, then the full rate, then a tenth of it from 70 % of the training on
     * and a thirtieth from 90 %.
     *
     * @param step the step to come, from 0
     * @param progress share of the training that is done, in [0, 1]
     */
    double rate(int step, double progress) {
        if (step < warmUpSteps) {
            return learningRate * (0.1 + 0.9 * step / warmUpSteps);
        }
        if (progress < 0.7) {
            return learningRate;
        }
        return progress < 0.9 ? learningRate / 5 : learningRate / 25;
    }
}
