package dev.mnc.jobs.evaluate.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetDetectionsTest {

    private static final String KEY = "required int64 image_id; ";
    private static final String NEEDED = KEY + "optional int64 category_id; optional double score; ";
    private static final String BOX = "optional group bbox { required double x; required double y;"
            + " required double width; required double height; } ";
    private static final String MASK =
            "optional group segmentation { required int32 height; required int32 width; required binary counts; } ";

    @TempDir
    private Path folder = Path.of("");

    private Path file(String name) {
        return folder.resolve(name + ".parquet");
    }

    private static void detection(Group row, long image, long category, double score) {
        row.append("image_id", image).append("category_id", category).append("score", score);
    }

    private static void box(Group row, double x) {
        row.addGroup("bbox")
                .append("x", x)
                .append("y", 2.0)
                .append("width", 3.0)
                .append("height", 4.0);
    }

    private static List<Detection> all(DetectionColumns columns) {
        return IntStream.range(0, columns.count()).mapToObj(columns::detection).toList();
    }

    @Test
    void rowsBecomeDetectionsRankedByInstance() throws IOException {
        Path file = GroupFiles.write(
                file("ranked"),
                NEEDED + "required int32 instance; " + BOX + MASK,
                row -> {
                    detection(row, 7, 1, 0.5);
                    row.append("instance", 4);
                    box(row, 1);
                },
                row -> {
                    detection(row, 8, 2, 0.25);
                    row.append("instance", 0);
                    row.addGroup("segmentation")
                            .append("height", 2)
                            .append("width", 3)
                            .append("counts", "06");
                });

        assertThat(all(ParquetDetections.read(file, EntryFaultHandler.STOP)))
                .containsExactly(
                        new Detection(4, 7, 1, 0.5, new Box(1, 2, 3, 4), null),
                        new Detection(0, 8, 2, 0.25, null, new Segmentation.Compressed(2, 3, "06")));
    }

    private long ordinal(String name, String columns, double x) throws IOException {
        Path file = GroupFiles.write(file(name), columns, row -> {
            detection(row, 7, 1, 0.5);
            box(row, x);
        });
        return ParquetDetections.read(file, EntryFaultHandler.STOP).ordinal(0);
    }

    @Test
    void withoutInstanceTheContentsRankWhateverTheOrderOfColumns() throws IOException {
        long ordinal = ordinal("one", NEEDED + BOX, 1);

        assertThat(ordinal("reordered", BOX + NEEDED + MASK, 1)).isEqualTo(ordinal);
        assertThat(ordinal("other", NEEDED + BOX, 1.5)).isNotEqualTo(ordinal);
    }

    @Test
    void rowsThatAreNoDetectionsAreToldAndLeftOut() throws IOException {
        Path file = GroupFiles.write(
                file("faulty"),
                NEEDED + BOX,
                row -> row.append("image_id", 7L).append("category_id", 1L),
                row -> detection(row, 7, 1, 0.75),
                row -> {
                    detection(row, 7, 1, 0.5);
                    box(row, Double.NaN);
                });
        List<String> faults = new ArrayList<>();

        DetectionColumns read = ParquetDetections.read(file, fault -> faults.add(String.valueOf(fault.getMessage())));

        assertThat(all(read)).extracting(Detection::score).containsExactly(0.75);
        assertThat(faults)
                .containsExactly(
                        file + ", row 1: score is missing",
                        file + ", row 3: bbox is no box: box origin must be finite, got (NaN, 2.0)");
        assertThatThrownBy(() -> ParquetDetections.read(file, EntryFaultHandler.STOP))
                .isInstanceOf(UnreadableDatasetException.class)
                .hasMessage(file + ", row 1: score is missing");
    }

    @Test
    void ownersDecideTheImagesOfARow() throws IOException {
        Path file = GroupFiles.write(
                file("owned"),
                "required binary image_uri (STRING); required int64 category_id; required double score;",
                row -> row.append("image_uri", "a").append("category_id", 1L).append("score", 0.5),
                row -> row.append("image_uri", "b").append("category_id", 2L).append("score", 0.5));

        DetectionColumns read = ParquetDetections.read(
                file,
                "image_uri",
                row -> row.text("image_uri").equals("a") ? new long[] {5, 6} : new long[0],
                EntryFaultHandler.STOP);

        assertThat(all(read)).extracting(Detection::imageId).containsExactly(5L, 6L);
        assertThat(all(read)).extracting(Detection::categoryId).containsOnly(1L);
    }

    @Test
    void columnsThatEveryDetectionNeedsAreNamed() throws IOException {
        Path file = GroupFiles.write(
                file("lacking"),
                KEY + "required double score;",
                row -> row.append("image_id", 1L).append("score", 0.5));

        assertThatThrownBy(() -> ParquetDetections.read(file, EntryFaultHandler.STOP))
                .isInstanceOf(OperatorException.class)
                .hasMessage("the predictions have no column category_id; they have image_id, score");
        assertThatThrownBy(() -> ParquetDetections.require("image_uri", List.of("score")))
                .hasMessage("the predictions have no column image_uri; they have score");
        assertThat(ParquetDetections.columns("image_id"))
                .containsExactly("instance", "category_id", "score", "bbox", "segmentation", "image_id");
    }
}
