package dev.mnc.evaluation.matching;

/** The ranking order of scores. */
public final class Scores {

    private Scores() {}

    /**
     * Returns a key that is the smaller the higher the score ranks; equal for equal scores, 0.0 and -0.0 among them,
     * and largest for NaN. It is what NumPy's sort of the negated scores goes by.
     */
    public static long rankKey(double score) {
        long bits = Double.doubleToLongBits(-score + 0.0);
        return bits >= 0 ? bits : bits ^ Long.MAX_VALUE;
    }
}
