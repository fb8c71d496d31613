package dev.mnc.training.targets;

import java.util.Locale;

/**
 * The regions that were drawn from one image's candidates: its proposals followed by its ground-truth boxes.
 *
 * @param candidates {@code [S]} index of each region among the candidates, foreground first
 * @param truth {@code [S]} index of the ground truth of each region, or -1 for background
 */
public record RoiSample(int[] candidates, int[] truth) {

    public RoiSample {
        if (candidates.length != truth.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "%d regions cannot stand for %d truths", candidates.length, truth.length));
        }
    }

    /** Returns the number of foreground regions; they come first. */
    public int foregroundCount() {
        return truth.length - RandomChoice.count(truth, -1);
    }
}
