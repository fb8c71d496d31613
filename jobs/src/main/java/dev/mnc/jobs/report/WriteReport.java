package dev.mnc.jobs.report;

import static org.apache.spark.sql.functions.col;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.jobs.evaluate.spark.input.PredictionRows;
import dev.mnc.jobs.evaluate.spark.input.StoredTruth;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.pages.EvaluationFiles;
import dev.mnc.pages.GallerySelection;
import dev.mnc.pages.GallerySelection.Candidate;
import dev.mnc.pages.GallerySelection.Choice;
import dev.mnc.pages.HtmlReport;
import dev.mnc.pages.ImageQuality;
import dev.mnc.pages.ReportData;
import dev.mnc.pages.ReportData.GalleryImage;
import dev.mnc.pages.ReportData.Provenance;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The job that writes the page about an evaluation. Images are rated on the executors; only the numbers, and the few
 * images that are shown, come to the driver.
 */
public final class WriteReport {

    /** The number of reasons with a line of their own; rarer ones are added up. */
    private static final int MOST_REASONS = 20;

    private final SparkSession spark;
    private final ReportRequest request;
    private final Configuration configuration;
    private final @Nullable LabelTable table;

    private WriteReport(SparkSession spark, ReportRequest request) {
        this.spark = spark;
        this.request = request;
        this.configuration = spark.sparkContext().hadoopConfiguration();
        EvaluateConfig evaluation = request.evaluation();
        this.table =
                evaluation.readsTable() ? new LabelTable(spark, evaluation.predictions(), evaluation.listed()) : null;
    }

    /**
     * Runs the job.
     *
     * @throws IllegalArgumentException if a file is malformed, or predictions and ground truth do not belong together
     */
    public static ReportSummary run(SparkSession spark, ReportRequest request) throws IOException {
        return new WriteReport(spark, request).run();
    }

    private ReportSummary run() throws IOException {
        EvaluationFiles.Content evaluated;
        String folder = request.evaluation().out();
        String prefix = folder.endsWith("/") ? folder : folder + "/";
        try (InputStream metrics = Store.open(prefix + "metrics.json", configuration);
                InputStream curves = Store.open(prefix + "curves.json", configuration)) {
            evaluated = EvaluationFiles.read(metrics, curves);
        }
        // The evaluation that this page is about has told what is left out.
        GroundTruth truth = StoredTruth.read(request.evaluation().groundTruth(), evaluated.dialect(), configuration);
        Broadcast<GroundTruth> broadcast =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(truth);
        try {
            Dataset<Row> detections = PredictionRows.all(spark, request.evaluation(), truth);
            List<Row> rated = usable(
                    detections
                            .groupByKey(new ImageId(), Encoders.LONG())
                            .flatMapGroups(
                                    new RateImages(
                                            broadcast, request.evaluation().predictions(), request.minScore()),
                                    Encoders.row(RateImages.RATED))
                            .collectAsList(),
                    evaluated.leftOut());
            List<GalleryImage> gallery = gallery(truth, detections, choose(truth, rated));
            return write(
                    new ReportData(
                            request.title(),
                            provenance(rated, evaluated.leftOut()),
                            evaluated.results(),
                            gallery,
                            request.minScore()),
                    rated);
        } finally {
            broadcast.destroy();
        }
    }

    /**
     * Returns the usable rows. The report leaves out what the evaluation left out; if it left out nothing, nothing may
     * be unusable.
     */
    private List<Row> usable(List<Row> rated, Map<String, Long> leftOut) {
        List<String> unusable = rated.stream()
                .map(RateImages::unusable)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        if (leftOut.isEmpty() && !unusable.isEmpty()) {
            throw OperatorException.usage(
                    unusable.get(0), "give the predictions and the ground truth that were evaluated");
        }
        return rated.stream().filter(row -> RateImages.unusable(row) == null).toList();
    }

    /** The key by which rows are grouped. */
    private record ImageId() implements MapFunction<Row, Long> {
        @Override
        public Long call(Row row) {
            return row.getLong(0);
        }
    }

    /** Chooses the images of the gallery. Images of unknown size cannot be drawn on, so they are no candidates. */
    private List<Choice> choose(GroundTruth truth, List<Row> rated) {
        Map<Long, ImageQuality> qualities = new HashMap<>();
        rated.forEach(row -> qualities.put(row.getLong(0), RateImages.quality(row)));
        List<Candidate> candidates = new ArrayList<>();
        for (Image image : truth.images()) {
            if (image.height() > 0 && image.width() > 0) {
                ImageQuality quality = qualities.get(image.id());
                candidates.add(new Candidate(image.id(), quality == null ? unlabelled(truth, image) : quality));
            }
        }
        return GallerySelection.choose(candidates, request.gallery());
    }

    private static ImageQuality unlabelled(GroundTruth truth, Image image) {
        long objects = truth.annotationsOf(image.id()).stream()
                .filter(annotation -> !annotation.crowd())
                .count();
        return new ImageQuality(0, (int) objects, 0, 0);
    }

    private List<GalleryImage> gallery(GroundTruth truth, Dataset<Row> detections, List<Choice> choices) {
        Object[] ids =
                choices.stream().map(choice -> choice.candidate().imageId()).toArray();
        Map<Long, List<Detection>> found = new HashMap<>();
        for (Row row : detections
                .filter(col("kind")
                        .equalTo(ImageRows.DETECTIONS)
                        .and(col("image_id").isin(ids)))
                .collectAsList()) {
            found.computeIfAbsent(row.getLong(0), id -> new ArrayList<>()).addAll(ImageRows.detections(row));
        }
        found.values().forEach(ofImage -> ofImage.sort(Comparator.comparingLong(Detection::ordinal)));
        List<Image> chosen = choices.stream()
                .map(choice ->
                        Objects.requireNonNull(truth.image(choice.candidate().imageId()), "a chosen image"))
                .toList();
        GalleryFiles files = GalleryFiles.of(chosen, request, table, configuration);
        List<GalleryImage> gallery = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            Choice choice = choices.get(i);
            Image image = chosen.get(i);
            Overlay overlay = Overlay.of(truth, image, found.getOrDefault(image.id(), List.of()));
            gallery.add(new GalleryImage(
                    image.fileName(),
                    image.height(),
                    image.width(),
                    files.read(image),
                    overlay.truth(),
                    overlay.predictions(),
                    choice.candidate().quality().value(),
                    choice.pick()));
        }
        return gallery;
    }

    private Provenance provenance(List<Row> rated, Map<String, Long> leftOut) {
        if (table == null) {
            long instances = rated.stream().mapToLong(row -> row.getInt(1)).sum();
            return new Provenance(null, null, request.created(), rated.size(), instances, Map.of(), leftOut);
        }
        String runId = request.evaluation().runId();
        RunRecord run = runId == null ? table.newest() : table.intactRun(runId);
        Dataset<Row> images = runId == null ? table.images() : table.images(run);
        long ok = 0;
        long instances = 0;
        Map<String, Long> errors = new LinkedHashMap<>();
        List<Row> outcomes = images.groupBy("status", "error_stage", "error_reason")
                .agg(Map.of("image_id", "count", "instance_count", "sum"))
                .select(
                        col("status"),
                        col("error_stage"),
                        col("error_reason"),
                        col("count(image_id)"),
                        col("sum(instance_count)"))
                .sort(col("count(image_id)").desc(), col("error_stage"), col("error_reason"))
                .collectAsList();
        for (Row outcome : outcomes) {
            instances += outcome.getLong(4);
            if (outcome.getString(0).equals("ok")) {
                ok += outcome.getLong(3);
            } else {
                String reason = outcome.getString(1) + ": " + outcome.getString(2);
                errors.merge(errors.size() < MOST_REASONS ? reason : "other reasons", outcome.getLong(3), Long::sum);
            }
        }
        return new Provenance(run.runId(), run.modelDigest(), request.created(), ok, instances, errors, leftOut);
    }

    private ReportSummary write(ReportData data, List<Row> rated) throws IOException {
        byte[] page = HtmlReport.render(data).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = Store.replace(request.out(), configuration)) {
            out.write(page);
        }
        int unreadable = (int) data.gallery().stream()
                .filter(image -> image.encoded().length == 0)
                .count();
        long undrawable = rated.stream().mapToLong(row -> row.getInt(6)).sum();
        return new ReportSummary(request.out(), page.length, data.gallery().size(), unreadable, undrawable);
    }
}
