package dev.mnc.dataset;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Polygon;
import dev.mnc.schemas.Category;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Ground truth in COCO's JSON: an object with the lists {@code images}, {@code annotations} and {@code categories}, in
 * any order; everything else in it is ignored. Names ending in {@code .gz} are compressed.
 *
 * <p>As strict as pycocotools: an annotation must have {@code id}, {@code image_id}, {@code category_id}, {@code area}
 * and {@code iscrowd}. Fields that only some evaluations need may be missing: {@code bbox}, {@code segmentation}, an
 * image's {@code height}, {@code width} and {@code file_name}.
 */
public final class CocoJson {

    private static final JsonFactory JSON = new JsonFactory();

    private CocoJson() {}

    /**
     * Reads a file.
     *
     * @throws UnreadableDatasetException if it is no such JSON; the message names file, entry and field
     */
    public static GroundTruth read(Path file) throws IOException {
        return read(file, EntryFaultHandler.STOP);
    }

    /**
     * Reads a file.
     *
     * @param faults receives the unreadable entries, which are left out if it does not throw
     * @throws UnreadableDatasetException if it is no such JSON; the message names file, entry and field
     */
    public static GroundTruth read(Path file, EntryFaultHandler faults) throws IOException {
        return read(file, CocoDialect.COCO, faults);
    }

    /**
     * Reads a file.
     *
     * @param faults receives the unreadable entries, which are left out if it does not throw
     * @throws UnreadableDatasetException if it is no such JSON; the message names file, entry and field
     */
    public static GroundTruth read(Path file, CocoDialect dialect, EntryFaultHandler faults) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                JsonEntries entries = new JsonEntries(in, file.toString())) {
            return read(entries, dialect, faults);
        }
    }

    /**
     * Reads a stream and leaves it open.
     *
     * @param source the name for error messages; if it ends in {@code .gz} the stream is decompressed
     * @throws UnreadableDatasetException if it is no such JSON; the message names source, entry and field
     */
    public static GroundTruth read(InputStream in, String source) throws IOException {
        return read(in, source, CocoDialect.COCO, EntryFaultHandler.STOP);
    }

    /**
     * Reads a stream and leaves it open.
     *
     * @param source the name for error messages; if it ends in {@code .gz} the stream is decompressed
     * @param faults receives the unreadable entries, which are left out if it does not throw
     * @throws UnreadableDatasetException if it is no such JSON; the message names source, entry and field
     */
    public static GroundTruth read(InputStream in, String source, CocoDialect dialect, EntryFaultHandler faults)
            throws IOException {
        try (JsonEntries entries = new JsonEntries(in, source)) {
            return read(entries, dialect, faults);
        }
    }

    private static GroundTruth read(JsonEntries entries, CocoDialect dialect, EntryFaultHandler faults)
            throws IOException {
        CocoSections sections = new CocoSections(entries, dialect, faults);
        List<Annotation> annotations = new ArrayList<>();
        sections.read(() -> annotations.add(sections.annotation()), faults);
        return sections.truth(annotations);
    }

    static OutputStream compressed(OutputStream out, Path file) throws IOException {
        OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        return file.toString().endsWith(".gz") ? new GZIPOutputStream(buffered, 1 << 16) : buffered;
    }

    /** Writes a file; read again it gives the same ground truth. */
    public static void write(GroundTruth truth, Path file) throws IOException {
        try (OutputStream out = compressed(Files.newOutputStream(file), file);
                JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeArrayFieldStart("images");
            for (Image image : truth.images()) {
                json.writeStartObject();
                json.writeNumberField("id", image.id());
                json.writeStringField("file_name", image.fileName());
                json.writeNumberField("height", image.height());
                json.writeNumberField("width", image.width());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("annotations");
            for (Annotation annotation : truth.annotations()) {
                writeAnnotation(json, annotation);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("categories");
            for (Category category : truth.categories()) {
                json.writeStartObject();
                json.writeNumberField("id", category.id());
                json.writeStringField("name", category.name());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void writeAnnotation(JsonGenerator json, Annotation annotation) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", annotation.id());
        json.writeNumberField("image_id", annotation.imageId());
        json.writeNumberField("category_id", annotation.categoryId());
        writeBox(json, annotation.bbox());
        json.writeNumberField("area", annotation.area());
        json.writeNumberField("iscrowd", annotation.crowd() ? 1 : 0);
        writeSegmentation(json, annotation.segmentation());
        json.writeEndObject();
    }

    static void writeBox(JsonGenerator json, @Nullable Box box) throws IOException {
        if (box != null) {
            json.writeFieldName("bbox");
            json.writeArray(new double[] {box.x(), box.y(), box.width(), box.height()}, 0, 4);
        }
    }

    static void writeSegmentation(JsonGenerator json, @Nullable Segmentation segmentation) throws IOException {
        if (segmentation == null) {
            return;
        }
        json.writeFieldName("segmentation");
        if (segmentation instanceof Segmentation.Polygons polygons) {
            Polygon polygon = polygons.polygon();
            json.writeStartArray();
            for (int i = 0; i < polygon.ringCount(); i++) {
                double[] ring = polygon.ring(i);
                json.writeArray(ring, 0, ring.length);
            }
            json.writeEndArray();
        } else if (segmentation instanceof Segmentation.Compressed text) {
            writeRunLengths(json, text);
        } else {
            Mask mask = segmentation.toMask(0, 0);
            writeRunLengths(json, new Segmentation.Compressed(mask.height(), mask.width(), mask.toCoco()));
        }
    }

    private static void writeRunLengths(JsonGenerator json, Segmentation.Compressed text) throws IOException {
        json.writeStartObject();
        json.writeFieldName("size");
        json.writeArray(new int[] {text.height(), text.width()}, 0, 2);
        json.writeStringField("counts", text.counts());
        json.writeEndObject();
    }
}
