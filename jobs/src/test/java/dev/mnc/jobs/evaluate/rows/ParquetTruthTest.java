package dev.mnc.jobs.evaluate.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.FederatedLabels;
import dev.mnc.dataset.Frequency;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetTruthTest {

    private static final String IMAGES =
            "required int64 image_id; required binary file_name (STRING); required int32 height; required int32 width; ";
    private static final String CATEGORIES = "required int64 category_id; required binary name (STRING); ";
    private static final String ANNOTATIONS = "required int64 image_id; required int64 position;"
            + " required int64 annotation_id; required int64 category_id; required double area;"
            + " required boolean iscrowd; optional group bbox { required double x; required double y;"
            + " required double width; required double height; } optional group segmentation { required int32 height;"
            + " required int32 width; required binary counts (STRING); }";
    private static final String IDS = " (LIST) { repeated group list { required int64 element; } } ";

    @TempDir
    private Path folder = Path.of("");

    private Path table(String name) {
        return folder.resolve(name);
    }

    private static void image(Group row) {
        row.append("image_id", 7L)
                .append("file_name", "a.jpg")
                .append("height", 2)
                .append("width", 3);
    }

    private static Consumer<Group> category(long id, String name) {
        return row -> row.append("category_id", id).append("name", name);
    }

    private static Group annotation(Group row, long id, long position) {
        return row.append("image_id", 7L)
                .append("position", position)
                .append("annotation_id", id)
                .append("category_id", 1L)
                .append("area", 6.0)
                .append("iscrowd", id == 30);
    }

    private void writeImages() throws IOException {
        GroupFiles.write(table("images/part-0.parquet"), IMAGES, ParquetTruthTest::image);
    }

    private void writeCategories() throws IOException {
        GroupFiles.write(table("categories/part-0.parquet"), CATEGORIES, category(1, "cat"), category(2, "dog"));
    }

    private void writeAnnotations() throws IOException {
        GroupFiles.write(
                table("annotations/part-0.parquet"),
                ANNOTATIONS,
                row -> annotation(row, 20, 1)
                        .addGroup("segmentation")
                        .append("height", 2)
                        .append("width", 3)
                        .append("counts", "06"));
        GroupFiles.write(
                table("annotations/part-1.parquet"),
                ANNOTATIONS,
                row -> annotation(row, 30, 0)
                        .addGroup("bbox")
                        .append("x", 0.0)
                        .append("y", 0.0)
                        .append("width", 3.0)
                        .append("height", 2.0));
    }

    private void refused(CocoDialect dialect, String message) {
        assertThatThrownBy(() -> ParquetTruth.read(folder, dialect))
                .isInstanceOf(OperatorException.class)
                .hasMessage(message);
    }

    @Test
    void tablesOfAFolderMakeAGroundTruthInTheOrderOfTheFile() throws IOException {
        writeImages();
        writeCategories();
        writeAnnotations();

        GroundTruth truth = ParquetTruth.read(folder, CocoDialect.COCO);

        assertThat(truth.images()).containsExactly(new Image(7, "a.jpg", 2, 3, FederatedLabels.NONE));
        assertThat(truth.categories()).containsExactly(new Category(1, "cat"), new Category(2, "dog"));
        assertThat(truth.annotations())
                .containsExactly(
                        new Annotation(30, 7, 1, new Box(0, 0, 3, 2), 6, true, null),
                        new Annotation(20, 7, 1, null, 6, false, new Segmentation.Compressed(2, 3, "06")));
        assertThat(truth.frequencies()).isEmpty();
    }

    @Test
    void tablesThatAreMissingAreNamed() throws IOException {
        refused(CocoDialect.COCO, "there is no table " + table("images"));
        writeImages();
        refused(CocoDialect.COCO, "there is no table " + table("categories"));
        writeCategories();
        refused(CocoDialect.COCO, "there is no table " + table("annotations"));
    }

    @Test
    void columnsThatAreMissingAreNamed() throws IOException {
        GroupFiles.write(table("images/part-0.parquet"), "required int64 image_id;", row -> row.append("image_id", 7L));

        refused(CocoDialect.COCO, table("images") + " has no column file_name; its columns are image_id");
    }

    @Test
    void idsThatOccurTwiceAreRefusedByTheLowest() throws IOException {
        writeImages();
        writeAnnotations();
        GroupFiles.write(
                table("categories/part-0.parquet"),
                CATEGORIES,
                category(9, "a"),
                category(4, "b"),
                category(9, "c"),
                category(4, "d"));

        refused(CocoDialect.COCO, table("categories") + ": more than one row has the category_id 4");
        ParquetTruth.once("some table", "image_id", null);
        assertThatThrownBy(() -> ParquetTruth.once("some table", "image_id", 3L))
                .hasMessage("some table: more than one row has the image_id 3");
    }

    @Test
    void tablesOfLvisSayWhatEachImageWasSearchedFor() throws IOException {
        writeAnnotations();
        GroupFiles.write(
                table("images/part-0.parquet"),
                IMAGES + "required group neg_category_ids" + IDS + "required group not_exhaustive_category_ids" + IDS,
                row -> {
                    image(row);
                    row.addGroup("neg_category_ids").addGroup("list").append("element", 2L);
                    row.addGroup("not_exhaustive_category_ids").addGroup("list").append("element", 1L);
                });
        GroupFiles.write(
                table("categories/part-0.parquet"),
                CATEGORIES + "required binary frequency (STRING);",
                row -> row.append("category_id", 1L).append("name", "cat").append("frequency", "r"));

        GroundTruth truth = ParquetTruth.read(folder, CocoDialect.LVIS);

        assertThat(truth.images())
                .containsExactly(new Image(7, "a.jpg", 2, 3, new FederatedLabels(List.of(2L), List.of(1L))));
        assertThat(truth.frequencies()).isEqualTo(Map.of(1L, Frequency.RARE));
    }

    @Test
    void tablesOfCocoWillNotDoForLvis() throws IOException {
        writeImages();
        writeCategories();
        writeAnnotations();

        refused(
                CocoDialect.LVIS,
                table("images")
                        + " has no column neg_category_ids; its columns are image_id, file_name, height, width");
        assertThat(ParquetTruth.frequency("c", "folder")).isEqualTo(Frequency.COMMON);
        assertThatThrownBy(() -> ParquetTruth.frequency("x", "folder"))
                .hasMessage("folder/categories: frequency must be r, c or f, got x");
        assertThatThrownBy(() -> ParquetTruth.frequency(null, "folder"))
                .hasMessage("folder/categories: frequency must be r, c or f, got null");
    }
}
