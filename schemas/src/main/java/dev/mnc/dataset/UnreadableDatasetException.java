package dev.mnc.dataset;

/** A file is not what its format says; the message names the file, the entry and the field. */
public final class UnreadableDatasetException extends IllegalArgumentException {

    public UnreadableDatasetException(String message) {
        super(message);
    }

    public UnreadableDatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
