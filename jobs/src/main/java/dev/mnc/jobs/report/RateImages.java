package dev.mnc.jobs.report;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.pages.ImageQuality;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A function from the detections of one image to one row with their quality; detections of no image become rows too.
 *
 * @param predictions path or URI of the predictions, for messages
 * @param minScore least score of the detections that count
 */
record RateImages(Broadcast<GroundTruth> truth, String predictions, double minScore)
        implements FlatMapGroupsFunction<Long, Row, Row> {

    /** The columns. A row with {@code unusable} only says which entry of which file belongs to no image, and why. */
    static final StructType RATED = new StructType()
            .add("image_id", LongType, false)
            .add("detections", IntegerType, false)
            .add("matched", IntegerType, false)
            .add("missed", IntegerType, false)
            .add("surplus", IntegerType, false)
            .add("iou_sum", DoubleType, false)
            .add("undrawable", IntegerType, false)
            .add("unusable", StringType, true);

    @Override
    public Iterator<Row> call(Long imageId, Iterator<Row> rows) {
        List<Row> rated = new ArrayList<>();
        List<Detection> detections = new ArrayList<>();
        rows.forEachRemaining(row -> {
            if (row.getInt(1) == ImageRows.FAULT) {
                rated.add(unusable(imageId, ImageRows.fault(row).message()));
            } else {
                detections.addAll(ImageRows.detections(row));
            }
        });
        if (!detections.isEmpty()) {
            rated.add(rated(imageId, detections));
        }
        return rated.iterator();
    }

    private Row rated(long imageId, List<Detection> detections) {
        Image image = truth.value().image(imageId);
        if (image == null) {
            return unusable(imageId, predictions + ": the ground truth does not list image " + imageId);
        }
        Overlay overlay = Overlay.of(truth.value(), image, detections);
        ImageQuality quality = ImageQuality.of(overlay.truth(), overlay.predictions(), minScore);
        return RowFactory.create(
                imageId,
                detections.size(),
                quality.matched(),
                quality.missed(),
                quality.surplus(),
                quality.iouSum(),
                overlay.undrawable(),
                null);
    }

    private static Row unusable(long imageId, String why) {
        return RowFactory.create(imageId, 0, 0, 0, 0, 0.0, 0, why);
    }

    static @Nullable String unusable(Row rated) {
        return rated.getString(7);
    }

    static ImageQuality quality(Row rated) {
        return new ImageQuality(rated.getInt(2), rated.getInt(3), rated.getInt(4), rated.getDouble(5));
    }
}
