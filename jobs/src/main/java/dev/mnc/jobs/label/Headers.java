package dev.mnc.jobs.label;

import dev.mnc.image.UnreadableImageException;

/** What an image file says of itself before it is decoded. */
final class Headers {

    private Headers() {}

    /**
     * The EXIF orientation, 1..8.
     *
     * @throws UnreadableImageException if the file is no image this project decodes
     */
    static int orientation(byte[] encoded) throws UnreadableImageException {
        if (encoded.length == 0) {
            throw new UnreadableImageException("empty file (0 bytes)");
        }
        return 1;
    }
}
