package dev.mnc.jobs.evaluate.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.FederatedLabels;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.geometry.Box;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class ImageRowsTest {

    private static final Image IMAGE =
            new Image(7, "Zürich.jpg", 20, 30, new FederatedLabels(List.of(4L), List.of(5L, 6L)));
    private static final Annotation BOXED = new Annotation(11, 7, 1, new Box(1, 2, 3, 4), 12, false, null);
    private static final Annotation CROWD =
            new Annotation(12, 7, 2, null, 6, true, new Segmentation.Compressed(20, 30, "hello"));
    private static final Detection FIRST = new Detection(3, 7, 1, 0.5, new Box(1, 2, 3, 4), null);
    private static final Detection SECOND =
            new Detection(9, 7, 2, Double.NaN, null, new Segmentation.Compressed(20, 30, "there"));
    private static final Fault FAULT = new Fault(Reason.UNREADABLE_DETECTION, 5, "what is wrong");

    private static Row detections() {
        return ImageRows.detections(DetectionColumns.of(List.of(FIRST, SECOND)), 0, 2);
    }

    private static List<Object> key(Row row) {
        return List.of(row.getLong(0), row.getInt(1), row.getLong(2));
    }

    @Test
    void whatGoesInComesOut() {
        assertThat(ImageRows.image(ImageRows.image(IMAGE))).isEqualTo(IMAGE);
        assertThat(ImageRows.annotation(ImageRows.annotation(BOXED, 0))).isEqualTo(BOXED);
        assertThat(ImageRows.annotation(ImageRows.annotation(CROWD, 1))).isEqualTo(CROWD);
        assertThat(ImageRows.detections(detections())).containsExactly(FIRST, SECOND);
        assertThat(ImageRows.fault(ImageRows.fault(FAULT))).isEqualTo(FAULT);
    }

    @Test
    void rowsSortByImageThenKindThenOrder() {
        assertThat(key(ImageRows.image(IMAGE))).containsExactly(7L, ImageRows.IMAGE, 0L);
        assertThat(key(ImageRows.annotation(CROWD, 42))).containsExactly(7L, ImageRows.ANNOTATION, 42L);
        assertThat(key(detections())).containsExactly(7L, ImageRows.DETECTIONS, 3L);
        assertThat(key(ImageRows.fault(FAULT))).containsExactly(0L, ImageRows.FAULT, 5L);
        assertThat(key(ImageRows.block(new BlockBounds(6, 1, 2)))).containsExactly(0L, ImageRows.BLOCK, 6L);
    }
}
