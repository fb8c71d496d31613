package dev.mnc.jobs.report;

import static org.apache.spark.sql.functions.col;

import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.jobs.corpus.StoredImages;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.table.LabelTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The image files of the gallery.
 *
 * @param addresses of the files by the ids of their images; an image whose file nobody knows has none
 */
record GalleryFiles(Map<Long, String> addresses, Configuration configuration) {

    /** The largest size of an image file, bytes; a larger file is not read to its end. */
    private static final int MOST_BYTES = 64 << 20;

    private static final byte[] NOTHING = {};

    GalleryFiles {
        addresses = Map.copyOf(addresses);
    }

    /**
     * Finds the files of images.
     *
     * @param table the predictions, if they are a table
     */
    static GalleryFiles of(
            List<Image> images, ReportRequest request, @Nullable LabelTable table, Configuration configuration) {
        String root = request.imageRoot();
        if (root == null && table != null) {
            return new GalleryFiles(inTable(images, request, table), configuration);
        }
        Map<Long, String> addresses = new HashMap<>();
        if (root != null) {
            for (Image image : images) {
                beneath(root, image.fileName()).ifPresent(address -> addresses.put(image.id(), address));
            }
        }
        return new GalleryFiles(addresses, configuration);
    }

    /** Asks the table once for all images: each question reads the whole table. */
    private static Map<Long, String> inTable(List<Image> images, ReportRequest request, LabelTable table) {
        String runId = request.evaluation().runId();
        Dataset<Row> labelled = runId == null ? table.images() : table.images(table.intactRun(runId));
        boolean byId = request.evaluation().imageKey() == ImageKey.ID;
        Map<Object, List<Long>> wanted = images.stream()
                .collect(Collectors.groupingBy(
                        image -> byId ? (Object) image.id() : image.fileName(),
                        Collectors.mapping(Image::id, Collectors.toList())));
        Map<Long, String> addresses = new HashMap<>();
        String key = byId ? "image_id" : "file_name";
        for (Row row : labelled.filter(col(key).isin(wanted.keySet().toArray()))
                .select(key, "image_uri")
                .collectAsList()) {
            for (long id : wanted.getOrDefault(row.get(0), List.of())) {
                addresses.putIfAbsent(id, row.getString(1));
            }
        }
        return addresses;
    }

    /** Returns the bytes of an image file; empty if it is not there or its name leads out of the image folder. */
    byte[] read(Image image) {
        String address = addresses.get(image.id());
        return address == null ? NOTHING : bytes(address, configuration);
    }

    private static byte[] bytes(String uri, Configuration configuration) {
        try {
            return StoredImages.readAddress(uri, MOST_BYTES, configuration);
        } catch (IOException | IllegalArgumentException e) { // the page shows a placeholder, and the job counts it
            return NOTHING;
        }
    }

    private static Optional<String> beneath(String root, String name) {
        boolean outsideRoot = name.isEmpty()
                || name.startsWith("/")
                || Arrays.asList(name.split("[/\\\\]")).contains("..");
        return outsideRoot ? Optional.empty() : Optional.of(root.endsWith("/") ? root + name : root + "/" + name);
    }
}
