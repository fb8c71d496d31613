package dev.mnc.jobs.host;

import org.jspecify.annotations.Nullable;

/** The failure of a device, or of the model on it, for no fault of an image. */
public final class DeviceException extends RuntimeException {

    private enum Kind {
        FAILED,
        HUNG
    }

    private final Kind kind;

    private DeviceException(String message, @Nullable Throwable cause, Kind kind) {
        super(message, cause);
        this.kind = kind;
    }

    /** Creates the failure of a device that answers, but wrongly. */
    static DeviceException failed(String message, Throwable cause) {
        return new DeviceException(message, cause, Kind.FAILED);
    }

    /** Creates the failure of a device, or of a decoder, that does not answer. */
    static DeviceException hung(String message) {
        return new DeviceException(message, null, Kind.HUNG);
    }

    /** Returns the failure for another thread to throw. */
    DeviceException again() {
        return new DeviceException(String.valueOf(getMessage()), this, kind);
    }

    /** Returns whether threads of this process may wait for the device for ever. */
    boolean isHang() {
        return kind == Kind.HUNG;
    }
}
