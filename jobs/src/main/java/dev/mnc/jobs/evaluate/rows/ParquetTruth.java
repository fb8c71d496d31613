package dev.mnc.jobs.evaluate.rows;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Ground truth from the tables {@code images}, {@code annotations} and {@code categories} of one folder. */
public final class ParquetTruth {

    private ParquetTruth() {}

    private record Placed(long position, Annotation annotation) {}

    /**
     * Reads a folder that {@code mnc ground-truth} wrote.
     *
     * @throws OperatorException if a table lacks a column or value
     */
    public static GroundTruth read(Path folder) throws IOException {
        List<Image> images = new ArrayList<>();
        rows(
                folder.resolve("images"),
                List.of("image_id", "file_name", "height", "width"),
                row -> images.add(new Image(
                        row.whole("image_id"), row.text("file_name"), row.size("height"), row.size("width"))));
        List<Category> categories = new ArrayList<>();
        rows(
                folder.resolve("categories"),
                List.of("category_id", "name"),
                row -> categories.add(new Category(row.whole("category_id"), row.text("name"))));
        List<Placed> annotations = new ArrayList<>();
        rows(
                folder.resolve("annotations"),
                List.of(
                        "image_id",
                        "position",
                        "annotation_id",
                        "category_id",
                        "area",
                        "iscrowd",
                        "bbox",
                        "segmentation"),
                row -> annotations.add(new Placed(row.whole("position"), annotation(row))));
        annotations.sort(Comparator.comparingLong(Placed::position));
        return new GroundTruth(
                images, categories, annotations.stream().map(Placed::annotation).toList());
    }

    private static Annotation annotation(ParquetRow row) {
        return new Annotation(
                row.whole("annotation_id"),
                row.whole("image_id"),
                row.whole("category_id"),
                row.box(),
                row.number("area"),
                row.flag("iscrowd"),
                row.segmentation());
    }

    private static void rows(Path table, List<String> columns, Consumer<ParquetRow> taker) throws IOException {
        for (Path file : ParquetFiles.files(table)) {
            ParquetFiles.read(file, columns, names -> require(table, columns, names), taker);
        }
    }

    private static void require(Path table, List<String> columns, List<String> names) {
        for (String column : columns) {
            if (!names.contains(column)) {
                throw OperatorException.usage(
                        table + " has no column " + column + "; its columns are " + String.join(", ", names),
                        "write the folder with mnc ground-truth");
            }
        }
    }
}
