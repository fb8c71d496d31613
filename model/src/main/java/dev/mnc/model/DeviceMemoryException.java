package dev.mnc.model;

/** An error of the device: no memory for a batch of this size. A smaller one may succeed. */
public final class DeviceMemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message names the size of the batch
     */
    public DeviceMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
