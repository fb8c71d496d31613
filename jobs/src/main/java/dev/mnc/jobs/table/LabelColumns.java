package dev.mnc.jobs.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.jobs.host.ImageOutcome;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** The columns of the label table, and the rows of an image in them. */
public final class LabelColumns {

    /** The box as COCO gives it: left, top, width, height, px of the stored image. */
    private static final StructType BBOX = new StructType()
            .add("x", DoubleType, false)
            .add("y", DoubleType, false)
            .add("width", DoubleType, false)
            .add("height", DoubleType, false);

    /** The mask as COCO gives it: compressed run-length encoding over the whole stored image, sizes in px. */
    private static final StructType SEGMENTATION = new StructType()
            .add("height", IntegerType, false)
            .add("width", IntegerType, false)
            .add("counts", StringType, false);

    /** The columns of the instances, one row for each; {@code instance} counts from 0 by falling score. */
    public static final StructType INSTANCES = new StructType()
            .add("image_id", LongType, false)
            .add("image_uri", StringType, false)
            .add("instance", IntegerType, false)
            .add("category_id", LongType, false)
            .add("category_name", StringType, false)
            .add("score", DoubleType, false)
            .add("bbox", BBOX, false)
            .add("area", LongType, false)
            .add("segmentation", SEGMENTATION, false);

    /**
     * The columns of the images, one row for each image of the plan, labelled or not; {@code status} is {@code ok} or
     * {@code error}. The {@code image_uri} of a part of an archive is {@link ImageRef#address}.
     */
    public static final StructType IMAGES = new StructType()
            .add("image_id", LongType, false)
            .add("image_uri", StringType, false)
            .add("file_name", StringType, false)
            .add("etag", StringType, true)
            .add("size_bytes", LongType, false)
            .add("height", IntegerType, true)
            .add("width", IntegerType, true)
            .add("exif_orientation", IntegerType, true)
            .add("status", StringType, false)
            .add("error_stage", StringType, true)
            .add("error_reason", StringType, true)
            .add("instance_count", IntegerType, false)
            .add("read_ms", DoubleType, false)
            .add("decode_ms", DoubleType, false)
            .add("detect_ms", DoubleType, false)
            .add("vote_ms", DoubleType, false);

    /** Columns written without a dictionary: values hardly occur twice, so building one takes longer than it saves. */
    public static final List<String> WITHOUT_REPEATS = List.of(
            "score",
            "bbox.x",
            "bbox.y",
            "bbox.width",
            "bbox.height",
            "segmentation.counts",
            "etag",
            "read_ms",
            "decode_ms",
            "detect_ms",
            "vote_ms");

    private static final double NANOS_PER_MILLI = 1e6;
    private static final UTF8String OK = UTF8String.fromString("ok");
    private static final UTF8String ERROR = UTF8String.fromString("error");

    private LabelColumns() {}

    /** Returns the rows of {@link #INSTANCES} of one image. */
    public static List<InternalRow> instanceRows(ImageOutcome outcome) {
        ImageRef image = outcome.image();
        UTF8String uri = UTF8String.fromString(image.address());
        List<InternalRow> rows = new ArrayList<>(outcome.instances().size());
        for (Instance instance : outcome.instances()) {
            Mask mask = instance.mask();
            Box box = mask.boundingBox();
            rows.add(row(
                    image.imageId(),
                    uri,
                    rows.size(),
                    instance.category().id(),
                    UTF8String.fromString(instance.category().name()),
                    instance.score(),
                    row(box.x(), box.y(), box.width(), box.height()),
                    mask.area(),
                    row(mask.height(), mask.width(), UTF8String.fromString(mask.toCoco()))));
        }
        return rows;
    }

    /** Returns the row of {@link #IMAGES} of one image. */
    public static InternalRow imageRow(ImageOutcome outcome) {
        ImageRef image = outcome.image();
        ImageOutcome.@Nullable Frame frame = outcome.frame();
        ImageOutcome.@Nullable Failure failure = outcome.failure();
        ImageOutcome.Cost cost = outcome.cost();
        return row(
                image.imageId(),
                UTF8String.fromString(image.address()),
                UTF8String.fromString(image.fileName()),
                image.etag() == null ? null : UTF8String.fromString(image.etag()),
                image.sizeBytes(),
                frame == null ? null : frame.height(),
                frame == null ? null : frame.width(),
                frame == null ? null : frame.exifOrientation(),
                failure == null ? OK : ERROR,
                failure == null
                        ? null
                        : UTF8String.fromString(failure.stage().name().toLowerCase(Locale.ROOT)),
                failure == null ? null : UTF8String.fromString(failure.reason()),
                outcome.instances().size(),
                cost.read() / NANOS_PER_MILLI,
                cost.decode() / NANOS_PER_MILLI,
                cost.detect() / NANOS_PER_MILLI,
                cost.vote() / NANOS_PER_MILLI);
    }

    private static InternalRow row(@Nullable Object... values) {
        return new GenericInternalRow(values);
    }
}
