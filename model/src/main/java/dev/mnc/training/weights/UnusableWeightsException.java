package dev.mnc.training.weights;

import static java.util.Objects.requireNonNull;

/** A file of weights, or of category names, that cannot be imported. The message says what is wrong and where. */
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

    /** What to do about it, a sentence. */
    public String remedy() {
        return remedy;
    }
}
