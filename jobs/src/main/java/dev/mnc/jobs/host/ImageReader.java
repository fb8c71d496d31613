package dev.mnc.jobs.host;

import dev.mnc.schemas.ImageRef;
import java.io.IOException;

/** A source of image files for one task. Used by several threads at once. */
public interface ImageReader extends AutoCloseable {

    /**
     * Reads an image's file whole.
     *
     * @throws IOException if that fails; the message is the reason recorded for the image
     */
    byte[] read(ImageRef image) throws IOException;

    @Override
    void close();
}
