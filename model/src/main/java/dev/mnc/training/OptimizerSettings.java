package dev.mnc.training;

import java.util.List;
import java.util.Locale;

/**
 * The settings of the optimiser, which turns gradients into updates. The released code has momentum 0.9, rate 0.001
 * falling to a tenth after 80 % of the training, biases at twice the rate, weight decay 0.0005 and 8 images an update
 * ({@code iter_size}); nothing is clipped there.
 *
 * @param optimiser the algorithm of one update
 * @param learningRate after the warm-up, above 0
 * @param warmUpSteps steps over which the learning rate rises from a tenth of its full value
 * @param drops the shares of the training after which the rate falls, rising, each in (0, 1)
 * @param dropFactor factor on the rate at each drop, in (0, 1]
 * @param biasRate learning rate of the biases over that of the other weights, above 0; 2 as released
 * @param weightDecay this times the weight is added to its gradient, after clipping; biases too, as released
 * @param clipNorm gradients are scaled down to this global norm where they exceed it, above 0
 * @param imagesPerUpdate images whose gradients are averaged for one update, at least 1
 */
public record OptimizerSettings(
        Optimiser optimiser,
        double learningRate,
        int warmUpSteps,
        List<Double> drops,
        double dropFactor,
        double biasRate,
        double weightDecay,
        double clipNorm,
        int imagesPerUpdate) {

    /** The algorithm of one update. */
    public enum Optimiser {
        /**
         * Stochastic gradient descent with momentum 0.9, the paper's. The momentum sums up gradients and is multiplied
         * by the rate of the step; the released code sums up gradients already multiplied by their rate, which differs
         * just after the rate falls.
         */
        MOMENTUM,
        /** Adam with the usual constants, for training from scratch. */
        ADAM
    }

    public OptimizerSettings {
        drops = List.copyOf(drops);
        double before = 0;
        for (double drop : drops) {
            if (!(drop > before && drop < 1)) {
                throw new IllegalArgumentException(
                        "the rate drops at rising shares of the training in (0, 1), got " + drops);
            }
            before = drop;
        }
        requirePositive("learning rate", learningRate);
        requirePositive("bias rate", biasRate);
        requirePositive("clip norm", clipNorm);
        if (!(dropFactor > 0 && dropFactor <= 1)) {
            throw new IllegalArgumentException("the drop factor must lie in (0, 1], got " + dropFactor);
        }
        if (warmUpSteps < 0 || !(weightDecay >= 0) || imagesPerUpdate < 1) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "training needs warm-up steps >= 0, weight decay >= 0 and images per update >= 1, got %d, %s, %d",
                    warmUpSteps,
                    weightDecay,
                    imagesPerUpdate));
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException("the " + name + " must be > 0, got " + value);
        }
    }

    /**
     * Returns the learning rate of a step: a linear warm-up, then the full rate, lower after each drop.
     *
     * @param step the step to come, from 0
     * @param progress share of the training that is done, in [0, 1]
     */
    double rate(int step, double progress) {
        if (step < warmUpSteps) {
            return learningRate * (0.1 + 0.9 * step / warmUpSteps);
        }
        double dropped = drops.stream().filter(drop -> progress >= drop).count();
        return learningRate * Math.pow(dropFactor, dropped);
    }
}
