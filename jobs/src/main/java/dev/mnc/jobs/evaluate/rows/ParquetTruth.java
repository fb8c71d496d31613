package dev.mnc.jobs.evaluate.rows;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.FederatedLabels;
import dev.mnc.dataset.Frequency;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Ground truth from the tables {@code images}, {@code annotations} and {@code categories} of one folder. */
public final class ParquetTruth {

    /** Of an image of LVIS: ids of categories that were looked for and are not there. */
    public static final String ABSENT = "neg_category_ids";

    /** Of an image of LVIS: ids of categories that are there, but not every object of them is annotated. */
    public static final String NOT_EXHAUSTIVE = "not_exhaustive_category_ids";

    /** Of a category of LVIS: r, c or f. */
    public static final String FREQUENCY = "frequency";

    /** The columns that only tables of LVIS have. */
    private static final List<String> LVIS = List.of(ABSENT, NOT_EXHAUSTIVE, FREQUENCY);

    private static final String REMEDY = "write the folder with mnc ground-truth";
    private static final String REMEDY_LVIS =
            "write the folder with mnc ground-truth --protocol lvis, from the json of LVIS";

    private static final List<String> IMAGES = List.of("image_id", "file_name", "height", "width");
    private static final List<String> CATEGORIES = List.of("category_id", "name");

    private ParquetTruth() {}

    private record Placed(long position, Annotation annotation) {}

    /**
     * Reads a folder that {@code mnc ground-truth} wrote.
     *
     * @param dialect LVIS for what only the tables made of its json hold
     * @throws OperatorException if a table lacks a column or value
     */
    public static GroundTruth read(Path folder, CocoDialect dialect) throws IOException {
        boolean lvis = dialect == CocoDialect.LVIS;
        List<Image> images = new ArrayList<>();
        rows(
                folder.resolve("images"),
                lvis ? with(IMAGES, ABSENT, NOT_EXHAUSTIVE) : IMAGES,
                row -> images.add(new Image(
                        row.whole("image_id"),
                        row.text("file_name"),
                        row.size("height"),
                        row.size("width"),
                        lvis
                                ? new FederatedLabels(row.wholes(ABSENT), row.wholes(NOT_EXHAUSTIVE))
                                : FederatedLabels.NONE)));
        List<Category> categories = new ArrayList<>();
        Map<Long, Frequency> frequencies = new HashMap<>();
        rows(folder.resolve("categories"), lvis ? with(CATEGORIES, FREQUENCY) : CATEGORIES, row -> {
            categories.add(new Category(row.whole("category_id"), row.text("name")));
            if (lvis) {
                frequencies.put(row.whole("category_id"), frequency(row.text(FREQUENCY), folder));
            }
        });
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
        once(folder, "images", "image_id", images.stream().map(Image::id));
        once(folder, "categories", "category_id", categories.stream().map(Category::id));
        once(
                folder,
                "annotations",
                "annotation_id",
                annotations.stream().map(placed -> placed.annotation().id()));
        annotations.sort(Comparator.comparingLong(Placed::position));
        return new GroundTruth(
                images, categories, annotations.stream().map(Placed::annotation).toList(), Map.of(), frequencies);
    }

    private static void once(Path folder, String table, String column, Stream<Long> ids) {
        Set<Long> seen = new HashSet<>();
        once(
                folder + "/" + table,
                column,
                ids.filter(id -> !seen.add(id)).min(Comparator.naturalOrder()).orElse(null));
    }

    /**
     * Checks that a table has every id once: made of a file it has, so it is not what was made.
     *
     * @param repeated the lowest that it has more than once, or null
     * @throws OperatorException if there is one
     */
    public static void once(Object table, String column, @Nullable Long repeated) {
        if (repeated != null) {
            throw OperatorException.usage(table + ": more than one row has the " + column + " " + repeated, REMEDY);
        }
    }

    private static List<String> with(List<String> columns, String... more) {
        return Stream.concat(columns.stream(), Arrays.stream(more)).toList();
    }

    /**
     * The frequency of a category by its letter.
     *
     * @throws OperatorException if there is no such letter
     */
    public static Frequency frequency(@Nullable String letter, Object folder) {
        Frequency frequency = letter == null ? null : Frequency.of(letter);
        if (frequency == null) {
            throw OperatorException.usage(
                    folder + "/categories: " + FREQUENCY + " must be r, c or f, got " + letter, REMEDY_LVIS);
        }
        return frequency;
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
        if (!Files.exists(table)) {
            throw missing(table);
        }
        for (Path file : ParquetFiles.files(table)) {
            ParquetFiles.read(file, columns, names -> require(table, columns, names), taker);
        }
    }

    /** Says that a folder is no ground truth. */
    public static OperatorException missing(Object table) {
        return OperatorException.usage(
                "there is no table " + table, "give a COCO json, or a folder that mnc ground-truth wrote");
    }

    private static void require(Path table, List<String> columns, List<String> names) {
        columns.forEach(column -> require(table, column, names));
    }

    /**
     * Checks that a table has a column.
     *
     * @throws OperatorException if it has not
     */
    public static void require(Object table, String column, List<String> names) {
        if (!names.contains(column)) {
            throw OperatorException.usage(
                    table + " has no column " + column + "; its columns are " + String.join(", ", names),
                    LVIS.contains(column) ? REMEDY_LVIS : REMEDY);
        }
    }
}
