package dev.mnc.dataset;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import dev.mnc.geometry.Box;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Predictions in COCO's results JSON: a list of objects with {@code image_id}, {@code category_id}, {@code score} and
 * {@code bbox} or {@code segmentation} or both. Read and written one entry at a time, so memory does not depend on its
 * size. Names ending in {@code .gz} are compressed.
 */
public final class CocoResults {

    private static final JsonFactory JSON = new JsonFactory();

    private CocoResults() {}

    /**
     * Opens a file.
     *
     * @param namedImages {@link GroundTruth#namedImages} of the ground truth it belongs to
     */
    public static Reader open(Path file, Map<String, Long> namedImages) throws IOException {
        return open(file, namedImages, EntryFaultHandler.STOP);
    }

    /**
     * Opens a file.
     *
     * @param namedImages {@link GroundTruth#namedImages} of the ground truth it belongs to
     * @param faults receives the unreadable entries, which are left out if it does not throw
     */
    public static Reader open(Path file, Map<String, Long> namedImages, EntryFaultHandler faults) throws IOException {
        return open(Files.newInputStream(file), file.toString(), namedImages, faults);
    }

    /**
     * Opens a stream, which the reader closes.
     *
     * @param source the name for error messages; if it ends in {@code .gz} the stream is decompressed
     * @param namedImages {@link GroundTruth#namedImages} of the ground truth it belongs to
     */
    public static Reader open(InputStream in, String source, Map<String, Long> namedImages) throws IOException {
        return open(in, source, namedImages, EntryFaultHandler.STOP);
    }

    /**
     * Opens a stream, which the reader closes.
     *
     * @param source the name for error messages; if it ends in {@code .gz} the stream is decompressed
     * @param namedImages {@link GroundTruth#namedImages} of the ground truth it belongs to
     * @param faults receives the unreadable entries, which are left out if it does not throw
     */
    public static Reader open(InputStream in, String source, Map<String, Long> namedImages, EntryFaultHandler faults)
            throws IOException {
        return new Reader(in, new JsonEntries(in, source), namedImages, faults);
    }

    /**
     * An iterator over the entries of a file in their order. Wrong entries raise {@link UnreadableDatasetException},
     * which names the file, the entry and the field.
     */
    public static final class Reader implements Iterator<Detection>, Closeable {

        private final InputStream in;
        private final JsonEntries entries;
        private final JsonEntries.ImageNames names;
        private final EntryFaultHandler faults;
        private @Nullable Detection ahead;
        private boolean ended;

        private Reader(InputStream in, JsonEntries entries, Map<String, Long> namedImages, EntryFaultHandler faults)
                throws IOException {
            this.in = in;
            this.entries = entries;
            this.names = JsonEntries.ImageNames.of(namedImages);
            this.faults = faults;
            if (entries.next() != JsonToken.START_ARRAY) {
                throw entries.wrong("must be a JSON list of detections");
            }
            entries.startSection("");
        }

        @Override
        public boolean hasNext() {
            try {
                while (ahead == null && !ended) {
                    readAhead();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return ahead != null;
        }

        private void readAhead() throws IOException {
            try {
                ended = !entries.nextEntry();
                if (ended) {
                    entries.end();
                }
                ahead = ended ? null : detection();
            } catch (UnreadableDatasetException e) {
                entries.leaveEntry(e, faults);
            }
        }

        @Override
        public Detection next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more detections");
            }
            Detection detection = requireNonNull(ahead);
            ahead = null;
            return detection;
        }

        private Detection detection() throws IOException {
            Long imageId = null;
            Long categoryId = null;
            Double score = null;
            Box bbox = null;
            Segmentation segmentation = null;
            for (String name = entries.nextField(); name != null; name = entries.nextField()) {
                switch (name) {
                    case "image_id" -> imageId = entries.imageId(names);
                    case "category_id" -> categoryId = entries.integer();
                    case "score" -> score = entries.number();
                    case "bbox" -> bbox = entries.box();
                    case "segmentation" -> segmentation = CocoSegmentation.read(entries);
                    default -> entries.skip();
                }
            }
            return new Detection(
                    entries.entry(),
                    entries.required(imageId, "image_id"),
                    entries.required(categoryId, "category_id"),
                    entries.required(score, "score"),
                    bbox,
                    segmentation);
        }

        @Override
        public void close() throws IOException {
            entries.close();
            in.close();
        }
    }

    /** Creates a file to which detections can be written one by one. */
    public static Writer create(Path file) throws IOException {
        return new Writer(CocoJson.compressed(Files.newOutputStream(file), file));
    }

    /** Writes to a stream, which the writer closes. */
    public static Writer create(OutputStream out) throws IOException {
        return new Writer(out);
    }

    /** A writer of detections, one after the other; the list is complete once the writer is closed. */
    public static final class Writer implements Closeable {

        private final JsonGenerator json;

        private Writer(OutputStream out) throws IOException {
            json = JSON.createGenerator(out, JsonEncoding.UTF8);
            json.writeStartArray();
        }

        /** Appends one entry; its ordinal is not written. */
        public void write(Detection detection) throws IOException {
            json.writeStartObject();
            json.writeNumberField("image_id", detection.imageId());
            json.writeNumberField("category_id", detection.categoryId());
            CocoJson.writeBox(json, detection.bbox());
            CocoJson.writeSegmentation(json, detection.segmentation());
            json.writeNumberField("score", detection.score());
            json.writeEndObject();
        }

        @Override
        public void close() throws IOException {
            json.writeEndArray();
            json.close();
        }
    }
}
