package dev.mnc.jobs.evaluate.local;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.config.LocalFiles;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.rows.ParquetDetections;
import dev.mnc.jobs.evaluate.rows.ParquetFiles;
import dev.mnc.jobs.runs.PublishedFile;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a table on this machine that belong to images of the ground truth: {@code TableLabels} without Spark.
 *
 * @param parts files of instances and whose they are
 * @param coverage how the two fit together
 * @param covered the images of the ground truth that were labelled without an error: their names by id
 */
public record LocalLabels(List<Part> parts, Coverage coverage, SortedMap<Long, String> covered) {

    /** Reading the settings takes longer than reading a small file. */
    private static final Configuration HADOOP = new Configuration();

    /**
     * A file of instances.
     *
     * @param published the file
     * @param owners ids of the ground truth by {@code image_uri}; instances of others are left out
     */
    public record Part(PublishedFile published, Map<String, long[]> owners) {

        private static final long[] NOBODY = {};

        /** Reads the file. */
        public DetectionColumns detections() throws IOException {
            return ParquetDetections.read(
                    intact(published),
                    "image_uri",
                    row -> owners.getOrDefault(row.text("image_uri"), NOBODY),
                    EntryFaultHandler.STOP);
        }
    }

    /**
     * Reads the table's images.
     *
     * @throws dev.mnc.jobs.failure.OperatorException if there is no such run, or it has no image of the ground truth
     */
    public static LocalLabels of(EvaluateConfig config, GroundTruth truth) throws IOException {
        PublishedRuns runs = new PublishedRuns(config.predictions(), HADOOP);
        String runId = config.runId();
        List<RunRecord> read = runId == null ? runs.current() : List.of(runs.run(runId));
        if (config.imageKey() == ImageKey.FILE_NAME) {
            truth.requireUniqueNames(config.groundTruth());
        }
        Images images = new Images(config, truth);
        Predicate<String> listed = listed(config);
        Set<String> seen = new HashSet<>();
        List<Part> parts = new ArrayList<>();
        for (RunRecord run : read) {
            Map<String, long[]> owners = new HashMap<>();
            for (PublishedFile file : runs.publishedFiles(run, "images")) {
                images.read(intact(file), uri -> listed.test(uri) && (read.size() == 1 || seen.add(uri)), owners);
            }
            for (PublishedFile file : runs.publishedFiles(run, "instances")) {
                parts.add(new Part(file, owners));
            }
        }
        Coverage coverage = new Coverage(truth.images().size(), images.found, images.count - images.found);
        if (images.found == 0 && coverage.images() > 0) {
            Image first = truth.images().get(0);
            throw coverage.nothingInCommon(config, first.id(), first.fileName());
        }
        return new LocalLabels(parts, coverage, images.covered);
    }

    /** Returns where a file is, if it is the one that was published. */
    private static Path intact(PublishedFile file) throws IOException {
        file.requireIntact(HADOOP);
        return LocalFiles.path(file.uri());
    }

    /** Returns the condition on the addresses of images that count. */
    private static Predicate<String> listed(EvaluateConfig config) {
        String listed = config.listed();
        if (listed == null) {
            return uri -> true;
        }
        ImageListing.Source source = new ImageListing.Source(listed, null, null, config.predictions());
        Set<String> addresses = new HashSet<>();
        ImageListing.of(source, HADOOP).images().forEach(image -> addresses.add(image.address()));
        return addresses::contains;
    }

    private static final class Images {

        private final EvaluateConfig config;
        private final ImageKey key;
        private final GroundTruth truth;
        private final Map<String, Long> byName = new HashMap<>();
        private final Map<Long, String> uris = new HashMap<>();
        private final SortedMap<Long, String> covered = new TreeMap<>();
        private long found;
        private long count;

        Images(EvaluateConfig config, GroundTruth truth) {
            this.config = config;
            this.key = config.imageKey();
            this.truth = truth;
            if (key == ImageKey.FILE_NAME) {
                truth.images().forEach(image -> byName.put(image.fileName(), image.id()));
            }
        }

        /** @param stands whether the row of an image is the one to look at */
        void read(Path file, Predicate<String> stands, Map<String, long[]> owners) throws IOException {
            String column = key == ImageKey.ID ? "image_id" : "file_name";
            ParquetFiles.read(file, List.of(column, "image_uri", "status"), names -> {}, row -> {
                String uri = row.text("image_uri");
                if (!stands.test(uri)) {
                    return;
                }
                Long id = key == ImageKey.ID ? known(row.whole("image_id")) : byName.get(row.text("file_name"));
                count++;
                if (id != null) {
                    found++;
                    requireOnly(id, uri);
                    owners.put(uri, new long[] {id});
                    if (row.text("status").equals("ok")) {
                        covered.put(id, requireNonNull(truth.image(id)).fileName());
                    }
                }
            });
        }

        /** Checks that no other image of the table is the same image of the ground truth. */
        private void requireOnly(long id, String uri) {
            String other = uris.put(id, uri);
            if (other != null) {
                throw Coverage.twice(config, id, other, uri);
            }
        }

        private @Nullable Long known(long id) {
            return truth.image(id) == null ? null : id;
        }
    }
}
