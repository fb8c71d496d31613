package dev.mnc.evaluation.curves;

import java.io.Serializable;

/**
 * The number of times each image counts in each replicate of a bootstrap. Safe for use by several threads; an image has
 * the same weights wherever they are requested. Ids that differ in their sign alone are one image: a
 * {@code RankingSpec} may negate an id to put an image's detections elsewhere among those of equal scores.
 */
public interface ImageWeights extends Serializable {

    /** Returns the number of replicates. */
    int replicates();

    /**
     * Writes the weights of an image in consecutive replicates.
     *
     * @param first index of the first of these replicates, from 0
     * @param into receives whole numbers of at least 0, one for each replicate
     */
    void fill(long image, int first, double[] into);
}
