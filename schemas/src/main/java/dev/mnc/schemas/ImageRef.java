package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A reference to one image of the corpus, as the plan of a run names it.
 *
 * @param imageId the COCO id or a manifest's where the input gives one, else a stable hash of the name below the input
 *     root, at least 0
 * @param uri of the bytes, or of the archive that holds them, e.g. {@code s3a://corpus/a/b.jpg}; any character may
 *     occur in it
 * @param fileName the name relative to the input root, with {@code /} between parts, or a member's name in its archive;
 *     COCO's {@code file_name}
 * @param sizeBytes length of the image's encoded bytes as listed, at least 0; for a {@link Cell} the mean of its row
 *     group, since the exact length is only known when it is read
 * @param etag the store's version of the object or archive, or null if it has none
 * @param part of the object that is the image, or null for all of it
 */
public record ImageRef(
        long imageId,
        String uri,
        String fileName,
        long sizeBytes,
        @Nullable String etag,
        @Nullable Part part) implements Serializable {

    /** The part of an object that is an image. */
    public sealed interface Part extends Serializable permits Range, Cell {}

    /**
     * A range of an object: the {@link #sizeBytes} bytes from an offset on, as a member of a tar shard.
     *
     * @param offset 0-based, in bytes
     */
    public record Range(long offset) implements Part {

        public Range {
            if (offset < 0) {
                throw new IllegalArgumentException("offset must be >= 0 bytes, got " + offset);
            }
        }
    }

    /**
     * A value of a Parquet file.
     *
     * @param column a top-level column of binaries, or of structs with a binary {@code bytes}
     * @param row of the file, 0-based
     */
    public record Cell(String column, long row) implements Part {

        public Cell {
            requireNonNull(column, "column");
            if (row < 0) {
                throw new IllegalArgumentException("row must be >= 0, got " + row);
            }
        }
    }

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

    /** Creates a reference to an image that is a whole object. */
    public ImageRef(long imageId, String uri, String fileName, long sizeBytes, @Nullable String etag) {
        this(imageId, uri, fileName, sizeBytes, etag, null);
    }

    /**
     * Returns the unique name of the image, the table's {@code image_uri}: the uri, and behind it
     * {@code #offset=<offset>&length=<bytes>} or {@code #column=<name>&row=<row>} if the image is a part of the object.
     */
    public String address() {
        if (part instanceof Range range) {
            return uri + "#offset=" + range.offset() + "&length=" + sizeBytes;
        }
        if (part instanceof Cell cell) {
            return uri + "#column=" + cell.column() + "&row=" + cell.row();
        }
        return uri;
    }
}
