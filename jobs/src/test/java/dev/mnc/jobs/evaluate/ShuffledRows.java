package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.Segmentation.Compressed;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.evaluate.spark.input.DetectionRows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** Detections as rows of {@link DetectionRows#SCHEMA}, shuffled. */
final class ShuffledRows {

    private ShuffledRows() {}

    static Dataset<Row> of(SparkSession spark, List<Detection> detections, long seed) {
        List<Row> rows =
                new ArrayList<>(detections.stream().map(ShuffledRows::row).toList());
        Collections.shuffle(rows, new Random(seed));
        return spark.createDataFrame(rows, DetectionRows.SCHEMA);
    }

    private static Row row(Detection detection) {
        Box box = detection.bbox();
        Compressed mask = (Compressed) detection.segmentation();
        return RowFactory.create(
                detection.imageId(),
                detection.ordinal(),
                detection.categoryId(),
                detection.score(),
                box == null ? null : RowFactory.create(box.x(), box.y(), box.width(), box.height()),
                mask == null ? null : RowFactory.create(mask.height(), mask.width(), mask.counts()));
    }
}
