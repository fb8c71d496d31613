package dev.mnc.image;

import org.jspecify.annotations.Nullable;

/** The input's fault: this one image cannot be used. The job records the reason and goes on. */
public final class UnreadableImageException extends Exception {

    public UnreadableImageException(String reason) {
        super(reason);
    }

    public UnreadableImageException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
