package dev.mnc.evaluation.scores;

import java.io.Serializable;

/**
 * The counts of all detections of a category with at least some score.
 *
 * @param score the threshold; it is the score of at least one detection
 * @param truePositives detections that found an object
 * @param falsePositives detections that found none
 * @param positives objects to be found, at least 1
 */
public record ScoreThreshold(double score, long truePositives, long falsePositives, long positives)
        implements Serializable {

    /** Returns the share of the detections that are right, in [0, 1]; NaN if none counts. */
    public double precision() {
        return (double) truePositives / (truePositives + falsePositives);
    }

    /** Returns the share of the objects that are found, in [0, 1]. */
    public double recall() {
        return (double) truePositives / positives;
    }

    /** Returns the harmonic mean of precision and recall, in [0, 1]. */
    public double f1() {
        return 2.0 * truePositives / (truePositives + falsePositives + positives);
    }
}
