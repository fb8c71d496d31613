package dev.mnc.training.weights;

import static java.util.Objects.requireNonNull;

/**
 * An error in a file of weights, or of category names: it cannot be imported. The message says what is wrong and where.
 */
public final class UnusableWeightsException extends RuntimeException {

    private final String remedy;

    UnusableWeightsException(String what, String remedy) {
        super(what);
        this.remedy = requireNonNull(remedy, "remedy");
    }

    UnusableWeightsException(String what, String remedy, Throwable cause) {
        super(what, cause);
        this.remedy = requireNonNull(remedy, "remedy");
    }

    /** Returns the remedy, a sentence. */
    public String remedy() {
        return remedy;
    }
}
