package dev.mnc.jobs.host;

import dev.mnc.schemas.ImageRef;
import java.io.IOException;

/** Where a task's images come from. Used by several threads at once. */
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
