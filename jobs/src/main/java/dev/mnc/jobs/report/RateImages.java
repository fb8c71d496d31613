package dev.mnc.jobs.report;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.jobs.evaluate.DetectionRows;
import dev.mnc.report.ImageQuality;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapGroupsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Turns the detections of one image into one row that says how good they are. */
record RateImages(Broadcast<GroundTruth> truth, double minScore) implements MapGroupsFunction<Long, Row, Row> {

    static final StructType RATED = new StructType()
            .add("image_id", LongType, false)
            .add("detections", IntegerType, false)
            .add("matched", IntegerType, false)
            .add("missed", IntegerType, false)
            .add("surplus", IntegerType, false)
            .add("iou_sum", DoubleType, false)
            .add("undrawable", IntegerType, false);

    @Override
    public Row call(Long imageId, Iterator<Row> rows) {
        List<Detection> detections = new ArrayList<>();
        rows.forEachRemaining(row -> detections.add(DetectionRows.detection(row)));
        Image image = truth.value().imageOf(detections.get(0));
        Overlay overlay = Overlay.of(truth.value(), image, detections);
        ImageQuality quality = ImageQuality.of(overlay.truth(), overlay.predictions(), minScore);
        return RowFactory.create(
                imageId,
                detections.size(),
                quality.matched(),
                quality.missed(),
                quality.surplus(),
                quality.iouSum(),
                overlay.undrawable());
    }

    static ImageQuality quality(Row rated) {
        return new ImageQuality(rated.getInt(2), rated.getInt(3), rated.getInt(4), rated.getDouble(5));
    }
}
