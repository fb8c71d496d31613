package dev.mnc.jobs.report;

import static org.apache.spark.sql.functions.col;

import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.jobs.corpus.StoredImages;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.table.LabelTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The image files of the gallery. */
final class GalleryFiles {

    /** The largest size of an image file, bytes; a larger file is not read to its end. */
    private static final int MOST_BYTES = 64 << 20;

    private static final byte[] NOTHING = {};

    private final ReportRequest request;
    private final @Nullable LabelTable table;
    private final SparkSession spark;

    /**
     * Prepares reading.
     *
     * @param table the predictions, if they are a table
     */
    GalleryFiles(SparkSession spark, ReportRequest request, @Nullable LabelTable table) {
        this.spark = spark;
        this.request = request;
        this.table = table;
    }

    /** Returns the bytes of an image file; empty if it is not there or its name leads out of the image folder. */
    byte[] read(Image image) {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        return uri(image).map(uri -> bytes(uri, configuration)).orElse(NOTHING);
    }

    private static byte[] bytes(String uri, Configuration configuration) {
        try {
            return StoredImages.readAddress(uri, MOST_BYTES, configuration);
        } catch (IOException | IllegalArgumentException e) { // the page shows a placeholder, and the job counts it
            return NOTHING;
        }
    }

    private Optional<String> uri(Image image) {
        String root = request.imageRoot();
        if (root != null) {
            return beneath(root, image.fileName());
        }
        if (table == null) {
            return Optional.empty();
        }
        String runId = request.evaluation().runId();
        Dataset<Row> images = runId == null ? table.images() : table.images(table.intactRun(runId));
        List<Row> found = images.filter(
                        request.evaluation().imageKey() == ImageKey.ID
                                ? col("image_id").equalTo(image.id())
                                : col("file_name").equalTo(image.fileName()))
                .select("image_uri")
                .limit(1)
                .collectAsList();
        return found.stream().findFirst().map(row -> row.getString(0));
    }

    private static Optional<String> beneath(String root, String name) {
        boolean outsideRoot = name.isEmpty()
                || name.startsWith("/")
                || Arrays.asList(name.split("[/\\\\]")).contains("..");
        return outsideRoot ? Optional.empty() : Optional.of(root.endsWith("/") ? root + name : root + "/" + name);
    }
}
