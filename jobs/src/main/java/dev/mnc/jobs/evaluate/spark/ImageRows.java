package dev.mnc.jobs.evaluate.spark;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.FederatedLabels;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.dataset.columns.SegmentationBytes;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.geometry.Box;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Everything there is about an image, as rows that are brought together by its id: the image itself, its annotations, and
 * its detections, many to a row. Also what could not be read, which has no image.
 */
public final class ImageRows {

    /** Within an image the image comes first, then its annotations by position, then its detections. */
    public static final StructType SCHEMA = new StructType()
            .add("image_id", LongType, false)
            .add("kind", IntegerType, false)
            .add("ordinal", LongType, false)
            .add("data", BinaryType, false);

    public static final int IMAGE = 0;
    public static final int ANNOTATION = 1;
    public static final int DETECTIONS = 2;
    public static final int FAULT = 3;
    static final int BLOCK = 4;

    private ImageRows() {}

    private interface Filler {
        void fill(DataOutputStream out) throws IOException;
    }

    private static Row row(long imageId, int kind, long ordinal, Filler filler) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            filler.fill(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return RowFactory.create(imageId, kind, ordinal, bytes.toByteArray());
    }

    /** The row of an image. */
    public static Row image(Image image) {
        return row(image.id(), IMAGE, 0, out -> {
            out.writeUTF(image.fileName());
            out.writeInt(image.height());
            out.writeInt(image.width());
            writeIds(image.checked().absent(), out);
            writeIds(image.checked().notExhaustive(), out);
        });
    }

    /** The image of its row. */
    public static Image image(Row row) {
        return image(row.getLong(0), data(row));
    }

    static Image image(long imageId, ByteBuffer data) {
        DataInputStream in = in(data);
        try {
            String fileName = in.readUTF();
            int height = in.readInt();
            int width = in.readInt();
            return new Image(imageId, fileName, height, width, new FederatedLabels(readIds(in), readIds(in)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeIds(List<Long> ids, DataOutputStream out) throws IOException {
        out.writeInt(ids.size());
        for (long id : ids) {
            out.writeLong(id);
        }
    }

    private static List<Long> readIds(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<Long> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(in.readLong());
        }
        return ids;
    }

    /** The row of an annotation. */
    public static Row annotation(Annotation annotation, long position) {
        return row(annotation.imageId(), ANNOTATION, position, out -> {
            out.writeLong(annotation.id());
            out.writeLong(annotation.categoryId());
            out.writeDouble(annotation.area());
            out.writeBoolean(annotation.crowd());
            Box box = annotation.bbox();
            out.writeBoolean(box != null);
            if (box != null) {
                out.writeDouble(box.x());
                out.writeDouble(box.y());
                out.writeDouble(box.width());
                out.writeDouble(box.height());
            }
            Segmentation segmentation = annotation.segmentation();
            out.writeBoolean(segmentation != null);
            if (segmentation != null) {
                SegmentationBytes.write(segmentation, out);
            }
        });
    }

    /** The annotation of its row. */
    public static Annotation annotation(Row row) {
        return annotation(row.getLong(0), data(row));
    }

    static Annotation annotation(long imageId, ByteBuffer data) {
        DataInputStream in = in(data);
        try {
            long id = in.readLong();
            long categoryId = in.readLong();
            double area = in.readDouble();
            boolean crowd = in.readBoolean();
            Box box = in.readBoolean()
                    ? new Box(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble())
                    : null;
            Segmentation segmentation = in.readBoolean() ? SegmentationBytes.read(in) : null;
            return new Annotation(id, imageId, categoryId, box, area, crowd, segmentation);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The row of detections of one image that stand one after the other. */
    public static Row detections(DetectionColumns columns, int from, int to) {
        return RowFactory.create(columns.imageId(from), DETECTIONS, columns.ordinal(from), columns.toBytes(from, to));
    }

    /** The detections of their row. */
    public static List<Detection> detections(Row row) {
        DetectionColumns columns = new DetectionColumns();
        columns.addBytes(row.getLong(0), data(row));
        return IntStream.range(0, columns.count()).mapToObj(columns::detection).toList();
    }

    /** The row of an entry that could not be read. */
    public static Row fault(Fault fault) {
        return RowFactory.create(0L, FAULT, fault.order(), SerializedObject.bytes(fault));
    }

    /** The entry of its row. */
    public static Fault fault(Row row) {
        return SerializedObject.object(data(row), Fault.class);
    }

    /** The row that says what became of a block of a file. */
    static Row block(BlockBounds block) {
        return RowFactory.create(0L, BLOCK, block.block(), SerializedObject.bytes(block));
    }

    private static ByteBuffer data(Row row) {
        return ByteBuffer.wrap(row.<byte[]>getAs(3));
    }

    private static DataInputStream in(ByteBuffer data) {
        return new DataInputStream(
                new ByteArrayInputStream(data.array(), data.arrayOffset() + data.position(), data.remaining()));
    }
}
