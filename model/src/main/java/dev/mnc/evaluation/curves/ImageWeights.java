package dev.mnc.evaluation.curves;

import java.io.Serializable;

/**
 * How many times each image counts in each replicate of a bootstrap. An image has the same weights wherever they are
 * asked for; several threads ask. Ids that differ in their sign alone are one image: a lane may turn it to put
 * an image's detections elsewhere among those of equal scores.
 */
public interface ImageWeights extends Serializable {

    /** Number of replicates. */
    int replicates();

    /**
     * The weights of an image in some replicates that follow each other.
     *
     * @param first number of the first of these replicates, from 0
     * @param into is filled with whole numbers of at least 0, one a replicate
     */
    void of(long image, int first, double[] into);
}
