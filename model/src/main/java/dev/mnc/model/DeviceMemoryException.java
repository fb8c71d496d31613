package dev.mnc.model;

/** The device has no memory for a batch of this size; a smaller one may go through. */
public final class DeviceMemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DeviceMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
