package dev.mnc.jobs.evaluate.rows;

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
import org.jspecify.annotations.Nullable;

/** Detections of Parquet files with the columns of a label table's instances. */
public final class ParquetDetections {

    /** The columns of a detection besides the one that names the image. */
    private static final List<String> COLUMNS = List.of("instance", "category_id", "score", "bbox", "segmentation");

    private static final long ODD = 0x9E3779B97F4A7C15L;

    private ParquetDetections() {}

    /** The images of the ground truth that the instance of a row belongs to. */
    public interface Owners {

        /** Returns the ids of the images, none to leave the row out. */
        long[] of(ParquetRow row);
    }

    /** Reads a file whose column {@code image_id} names the images; {@code faults} is told of rows that are no detections. */
    public static DetectionColumns read(Path file, EntryFaultHandler faults) throws IOException {
        return read(file, "image_id", row -> new long[] {row.whole("image_id")}, faults);
    }

    /**
     * Reads a file.
     *
     * @param key the column that {@code owners} looks at
     * @param faults told of rows that are no detections, which are left out
     */
    public static DetectionColumns read(Path file, String key, Owners owners, EntryFaultHandler faults)
            throws IOException {
        DetectionColumns columns = new DetectionColumns();
        ParquetFiles.read(file, columns(key), names -> require(key, names), row -> {
            try {
                for (long image : owners.of(row)) {
                    columns.add(detection(row, image));
                }
            } catch (UnreadableDatasetException e) {
                faults.unreadable(e);
            }
        });
        return columns;
    }

    /**
     * Checks that there is what every detection needs.
     *
     * @param key the column that names the image
     * @throws OperatorException if it is not
     */
    public static void require(String key, List<String> columns) {
        for (String name : List.of(key, "category_id", "score")) {
            if (!columns.contains(name)) {
                throw OperatorException.usage(
                        "the predictions have no column " + name + "; they have " + String.join(", ", columns),
                        "see the columns of a label table's instances");
            }
        }
    }

    /** Returns the columns that are read where they are present. */
    public static List<String> columns(String key) {
        List<String> columns = new ArrayList<>(COLUMNS);
        columns.add(key);
        return columns;
    }

    /**
     * Returns the detection of a row, in an image. Of two equal scores in an image the lower {@code instance} ranks first;
     * without that the contents decide ({@link #ordinal}), so the order of files, rows and columns does not matter.
     *
     * @throws UnreadableDatasetException if it is none
     */
    public static Detection detection(ParquetRow row, long image) {
        long category = row.whole("category_id");
        double score = row.number("score");
        Box box = row.box();
        Segmentation.Compressed mask = row.segmentation();
        long ordinal = row.has("instance") ? row.whole("instance") : ordinal(category, score, box, mask);
        return new Detection(ordinal, image, category, score, box, mask);
    }

    private static long ordinal(
            long category, double score, @Nullable Box box, Segmentation.@Nullable Compressed mask) {
        long hash = mixed(mixed(0, category), Double.doubleToLongBits(score));
        if (box != null) {
            for (double side : new double[] {box.x(), box.y(), box.width(), box.height()}) {
                hash = mixed(hash, Double.doubleToLongBits(side));
            }
        }
        if (mask != null) {
            hash = mixed(mixed(hash, mask.height()), mask.width());
            for (int i = 0; i < mask.counts().length(); i++) {
                hash = mixed(hash, mask.counts().charAt(i));
            }
        }
        return hash;
    }

    private static long mixed(long hash, long value) {
        long mixed = (hash ^ value) * ODD;
        return mixed ^ mixed >>> 32;
    }
}
