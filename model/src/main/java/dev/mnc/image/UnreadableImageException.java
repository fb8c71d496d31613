package dev.mnc.image;

import org.jspecify.annotations.Nullable;

/**
 * An error of the input: this one image cannot be used. The job records the reason and continues with the next image.
 */
public final class UnreadableImageException extends Exception {

    /**
     * Creates an error.
     *
     * @param reason for people
     */
    public UnreadableImageException(String reason) {
        super(reason);
    }

    /**
     * Creates an error with a cause.
     *
     * @param reason for people
     */
    public UnreadableImageException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
