package dev.mnc.dataset;

/**
 * An error in a file of a data set, which is not what its format requires; the message names the file, the entry and
 * the field.
 */
public final class UnreadableDatasetException extends IllegalArgumentException {

    /**
     * Creates an error.
     *
     * @param message names the file, the entry and the field
     */
    public UnreadableDatasetException(String message) {
        super(message);
    }

    /**
     * Creates an error with a cause.
     *
     * @param message names the file, the entry and the field
     */
    public UnreadableDatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
