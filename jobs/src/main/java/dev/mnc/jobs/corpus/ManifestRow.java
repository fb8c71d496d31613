package dev.mnc.jobs.corpus;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A row of a manifest; {@link Manifest} has the names of the columns.
 *
 * @param uri absolute, or relative to the manifest's folder or the image root
 * @param offset of the image's first byte in the object, 0-based, or null if the image is the whole object
 * @param length of the image in bytes; null if and only if the offset is
 * @param sizeBytes of the whole object, or null if not given
 * @param etag the object's version, or null if not given
 * @param imageId at least 0, or null if not given
 * @param fileName name in the table, or null if not given
 */
public record ManifestRow(
        String uri,
        @Nullable Long offset,
        @Nullable Long length,
        @Nullable Long sizeBytes,
        @Nullable String etag,
        @Nullable Long imageId,
        @Nullable String fileName) {

    /** @throws IllegalArgumentException if a number is out of the ranges above */
    public ManifestRow {
        requireNonNull(uri, "uri");
        if (uri.isEmpty()) {
            throw new IllegalArgumentException("uri is empty");
        }
        requireWhole("offset", offset);
        requireWhole("length", length);
        requireWhole("size_bytes", sizeBytes);
        requireWhole("image_id", imageId);
        if ((offset == null) != (length == null)) {
            throw new IllegalArgumentException(
                    "offset and length go together, but " + (offset == null ? "offset" : "length") + " is missing");
        }
    }

    private static void requireWhole(String column, @Nullable Long value) {
        if (value != null && value < 0) {
            throw new IllegalArgumentException(column + " must be >= 0, got " + value);
        }
    }
}
