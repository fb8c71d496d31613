package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One image of the corpus, as the plan of a run names it.
 *
 * @param imageId the COCO id where the input is a COCO json, else a stable hash of the name below the input root, at least 0
 * @param uri where the bytes lie, e.g. {@code s3a://corpus/a/b.jpg}; any character may occur in it
 * @param fileName the name relative to the input root, with {@code /} between parts; COCO's {@code file_name}
 * @param sizeBytes length of the object as listed, at least 0
 * @param etag the store's version of the object, or null if it has none
 */
public record ImageRef(
        long imageId,
        String uri,
        String fileName,
        long sizeBytes,
        @Nullable String etag) implements Serializable {

    public ImageRef {
        requireNonNull(uri, "uri");
        requireNonNull(fileName, "fileName");
        if (imageId < 0) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "image id must be >= 0, got %d for %s", imageId, uri));
        }
        if (sizeBytes < 0) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "size must be >= 0 bytes, got %d for %s", sizeBytes, uri));
        }
    }
}
