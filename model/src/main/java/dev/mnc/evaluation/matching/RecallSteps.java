package dev.mnc.evaluation.matching;

/**
 * The formula of the 101 recalls at which precision is read off; a recall that is exactly reached counts as reached by
 * one formula and not by the other where these differ in the last bit, as at 0.35.
 */
public enum RecallSteps {
    /** COCO's: multiples of 0.01. */
    MULTIPLES {
        @Override
        public double recall(int index) {
            return CocoProtocol.recall(index);
        }
    },
    /** TIDE's: whole numbers divided by 100. */
    HUNDREDTHS {
        @Override
        public double recall(int index) {
            return index / 100.0;
        }
    };

    /**
     * Returns a recall.
     *
     * @param index 0 .. 100
     */
    public abstract double recall(int index);
}
