package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruthFile;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.dataset.columns.ResultsFile;
import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.bootstrap.Resampling;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Slicing;
import dev.mnc.jobs.evaluate.findings.Finding;
import dev.mnc.jobs.evaluate.findings.SdsFiles;
import dev.mnc.jobs.evaluate.local.LocalLabels;
import dev.mnc.jobs.evaluate.result.CocoFindings;
import dev.mnc.jobs.evaluate.result.CocoFindings.Subject;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.result.FaultPolicy;
import dev.mnc.jobs.evaluate.result.LocalFiles;
import dev.mnc.jobs.evaluate.result.MetricsFiles;
import dev.mnc.jobs.evaluate.rows.ImageTable;
import dev.mnc.jobs.evaluate.rows.ParquetDetections;
import dev.mnc.jobs.evaluate.rows.ParquetFiles;
import dev.mnc.jobs.evaluate.rows.ParquetTruth;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The metrics of files of this machine in this process, on all its cores; Spark is neither started nor loaded. */
public final class EvaluateLocally {

    private final EvaluateConfig config;
    private final ExecutorService threads;

    private EvaluateLocally(EvaluateConfig config, ExecutorService threads) {
        this.config = config;
        this.threads = threads;
    }

    /**
     * Evaluates and writes the files of {@link MetricsFiles}.
     *
     * @param config names local files
     * @throws IllegalArgumentException if a file is malformed, or predictions and ground truth do not belong together
     */
    public static EvaluationSummary run(EvaluateConfig config) throws IOException {
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            return new EvaluateLocally(config, threads).run();
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * The images of the ground truth that label tables cover, by id: their names.
     *
     * @param runs of tables on this machine, on one ground truth
     */
    public static List<SortedMap<Long, String>> covered(List<EvaluateConfig> runs) throws IOException {
        GroundTruth truth = groundTruth(runs.get(0)).groundTruth();
        List<SortedMap<Long, String>> covered = new ArrayList<>();
        for (EvaluateConfig run : runs) {
            covered.add(LocalLabels.of(run, truth).covered());
        }
        return covered;
    }

    /** Ground truth and what of its file could not be read. */
    private record Truth(GroundTruth groundTruth, FaultLog unreadable, List<String> warnings) {}

    private record Predictions(
            List<DetectionColumns> detections, @Nullable Coverage coverage) {}

    private EvaluationSummary run() throws IOException {
        if (!config.fromResultsFile() || Files.isDirectory(LocalFiles.path(config.groundTruth()))) {
            // Parquet is read too; if two threads at once set up its logging, that says so on standard error.
            LoggerFactory.getILoggerFactory();
        }
        Future<Void> tables = CompletableFuture.runAsync(ResultTable::load);
        Future<Truth> reading = threads.submit(() -> groundTruth(config));
        FaultLog unreadable = new FaultLog();
        Predictions predictions = predictions(reading, unreadable);
        Truth truth = await(reading);
        unreadable.add(truth.unreadable());
        EvaluationSummary summary = config.protocol() instanceof Coco coco
                ? coco(coco, truth, predictions, unreadable)
                : sds(truth, predictions, unreadable);
        await(tables);
        write(new MetricsFiles(truth.groundTruth().categories(), summary));
        return summary;
    }

    private Predictions predictions(Future<Truth> truth, FaultLog unreadable) throws IOException {
        if (config.readsTable()) {
            LocalLabels labels = LocalLabels.of(config, await(truth).groundTruth());
            List<Callable<DetectionColumns>> files = new ArrayList<>();
            labels.parts().forEach(part -> files.add(part::detections));
            return new Predictions(all(files), labels.coverage());
        }
        Path place = LocalFiles.path(config.predictions());
        if (config.fromParquet()) {
            List<Callable<DetectionColumns>> files = new ArrayList<>();
            EntryFaultHandler faults = FaultPolicy.entries(config, unreadable, Reason.UNREADABLE_DETECTION);
            ParquetFiles.files(place).forEach(file -> files.add(() -> ParquetDetections.read(file, faults)));
            return new Predictions(all(files), null);
        }
        return new Predictions(
                new ResultsFile(place, threads)
                        .read(
                                () -> await(truth).groundTruth().namedImages(),
                                FaultPolicy.entries(config, unreadable, Reason.UNREADABLE_DETECTION)),
                null);
    }

    private List<DetectionColumns> all(List<Callable<DetectionColumns>> files) {
        List<Future<DetectionColumns>> reading =
                files.stream().map(threads::submit).toList();
        return reading.stream().map(EvaluateLocally::await).toList();
    }

    private EvaluationSummary sds(Truth truth, Predictions predictions, FaultLog faults) {
        SdsResult result = SdsEvaluation.evaluate(
                truth.groundTruth(),
                iterator(predictions.detections()),
                config.protocol().bootstrap(),
                faults);
        FaultPolicy.stopIfAny(config, faults);
        List<Finding> findings = SdsFiles.findings(
                result,
                CocoFindings.names(truth.groundTruth().categories()),
                config.protocol().bootstrap());
        return EvaluationSummary.sds(
                result, findings, faults.counts(), predictions.coverage(), truth.warnings(), config.out());
    }

    private static Truth groundTruth(EvaluateConfig config) throws IOException {
        Path file = LocalFiles.path(config.groundTruth());
        if (GroundTruthFile.isSplit(config.groundTruth())) {
            EvaluateConfig.requireCoco(config.dialect(), config.groundTruth());
            List<String> warnings = new ArrayList<>();
            return new Truth(GroundTruthFile.read(file, warnings::add), new FaultLog(), warnings);
        }
        if (Files.isDirectory(file)) {
            return new Truth(ParquetTruth.read(file, config.dialect()), new FaultLog(), List.of());
        }
        FaultLog unreadable = new FaultLog();
        return new Truth(
                CocoJson.read(
                        file,
                        config.dialect(),
                        FaultPolicy.entries(config, unreadable, Reason.UNREADABLE_GROUND_TRUTH)),
                unreadable,
                List.of());
    }

    /** What decides about the size of a detection; labels have boxes. */
    private DetectionArea area(Coco coco, List<DetectionColumns> detections) {
        if (coco.areaRule() == AreaRule.COMPARED) {
            return DetectionArea.COMPARED;
        }
        return config.fromResultsFile() ? DetectionArea.asPycocotools(detections) : DetectionArea.BOX;
    }

    private EvaluationSummary coco(Coco coco, Truth truth, Predictions predictions, FaultLog unreadable)
            throws IOException {
        List<DetectionColumns> detections = predictions.detections();
        DetectionArea area = area(coco, detections);
        GroundTruth known = truth.groundTruth();
        Slicing slicing = coco.extras().slicing();
        ImageTable images = slicing == null ? null : ImageTable.read(slicing, names(known), new Configuration());
        Subject subject = new Subject(known.categories(), known.frequencies(), images);
        EvaluationPlan pass = CocoFindings.pass(coco, area, subject);
        Map<Integer, Replicates> replicates = new TreeMap<>();
        Outcome outcome = new CocoEvaluation(
                        pass, (lane, its) -> replicates.put(lane, Resampling.of(pass, lane, its, threads)))
                .evaluate(known, detections, threads);
        outcome.faults().add(unreadable);
        FaultPolicy.stopIfAny(config, outcome.faults());
        return EvaluationSummary.coco(
                outcome,
                CocoFindings.of(coco, outcome, replicates, subject),
                predictions.coverage(),
                truth.warnings(),
                config.out());
    }

    private static ImageTable.Names names(GroundTruth truth) {
        return new ImageTable.Names(
                () -> {
                    Map<String, Long> ids = new HashMap<>();
                    truth.images().forEach(image -> ids.put(image.fileName(), image.id()));
                    return ids;
                },
                truth.namedImages());
    }

    private static Iterator<Detection> iterator(List<DetectionColumns> detections) {
        return detections.stream()
                .flatMap(columns -> IntStream.range(0, columns.count()).mapToObj(columns::detection))
                .iterator();
    }

    private void write(MetricsFiles files) throws IOException {
        Path folder = LocalFiles.path(config.out());
        LocalFiles.clear(folder);
        List<Future<?>> writing = new ArrayList<>();
        files.files()
                .forEach(file -> writing.add(threads.submit(() -> {
                    try (OutputStream out = open(folder.resolve(file.path()))) {
                        file.content().write(out);
                    }
                    return null;
                })));
        for (Future<?> file : writing) {
            await(file);
        }
    }

    private static OutputStream open(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while evaluating", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof IOException io) {
                throw new UncheckedIOException(io);
            }
            throw new IllegalStateException("cannot evaluate", e);
        }
    }
}
