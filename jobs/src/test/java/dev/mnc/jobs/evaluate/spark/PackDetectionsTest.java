package dev.mnc.jobs.evaluate.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.Detection;
import dev.mnc.geometry.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class PackDetectionsTest {

    private static Detection detection(long ordinal, long image) {
        return new Detection(ordinal, image, 1, 0.5, new Box(ordinal, 2, 3, 4), null);
    }

    private static List<Row> packed(List<Detection> detections) {
        List<Row> rows = new ArrayList<>();
        new PackDetections(detections.iterator()).forEachRemaining(rows::add);
        return rows;
    }

    @Test
    void detectionsOfOneImageThatFollowEachOtherShareARow() {
        List<Detection> detections = List.of(detection(0, 7), detection(1, 7), detection(2, 8), detection(3, 7));

        List<Row> rows = packed(detections);

        assertThat(rows).extracting(row -> row.getLong(0)).containsExactly(7L, 8L, 7L);
        assertThat(rows).extracting(row -> row.getInt(1)).containsOnly(ImageRows.DETECTIONS);
        assertThat(rows).extracting(row -> row.getLong(2)).as("ordinals").containsExactly(0L, 2L, 3L);
        assertThat(rows.stream().flatMap(row -> ImageRows.detections(row).stream()))
                .containsExactlyElementsOf(detections);
    }

    @Test
    void noRowHoldsMoreThan256() {
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            detections.add(detection(i, 7));
        }

        assertThat(packed(detections))
                .extracting(row -> ImageRows.detections(row).size())
                .containsExactly(256, 256, 88);
    }

    @Test
    void nothingGivesNoRow() {
        PackDetections none = new PackDetections(List.<Detection>of().iterator());

        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }
}
