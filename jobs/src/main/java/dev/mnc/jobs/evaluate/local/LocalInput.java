package dev.mnc.jobs.evaluate.local;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruthFile;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.dataset.columns.ResultsFile;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.LocalFiles;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.result.FaultPolicy;
import dev.mnc.jobs.evaluate.rows.ParquetDetections;
import dev.mnc.jobs.evaluate.rows.ParquetFiles;
import dev.mnc.jobs.evaluate.rows.ParquetTruth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The ground truth and the predictions of an evaluation, read whole from files of this machine.
 *
 * @param truth the ground truth
 * @param warnings what the ground truth has that was left out, a line each
 * @param detections in any order
 * @param coverage how a label table and the ground truth fit together; null if the predictions are no table
 * @param unreadable entries of either that could not be read
 */
public record LocalInput(
        GroundTruth truth,
        List<String> warnings,
        List<DetectionColumns> detections,
        @Nullable Coverage coverage,
        FaultLog unreadable) {

    /** Ground truth and what of its file could not be read. */
    private record Truth(GroundTruth groundTruth, FaultLog unreadable, List<String> warnings) {}

    private record Predictions(
            List<DetectionColumns> detections, @Nullable Coverage coverage) {}

    /**
     * Reads both at once.
     *
     * @param threads do the reading; the caller shuts them down
     */
    public static LocalInput read(EvaluateConfig config, ExecutorService threads) throws IOException {
        Future<Truth> reading = threads.submit(() -> truth(config));
        FaultLog unreadable = new FaultLog();
        Predictions predictions = predictions(config, reading, unreadable, threads);
        Truth truth = await(reading);
        unreadable.add(truth.unreadable());
        return new LocalInput(
                truth.groundTruth(), truth.warnings(), predictions.detections(), predictions.coverage(), unreadable);
    }

    /**
     * Returns the images of the ground truth that label tables cover, by id with their names.
     *
     * @param runs of tables, on one ground truth
     */
    public static List<SortedMap<Long, String>> covered(List<EvaluateConfig> runs) throws IOException {
        GroundTruth truth = truth(runs.get(0)).groundTruth();
        List<SortedMap<Long, String>> covered = new ArrayList<>();
        for (EvaluateConfig run : runs) {
            covered.add(LocalLabels.of(run, truth).covered());
        }
        return covered;
    }

    private static Truth truth(EvaluateConfig config) throws IOException {
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
        EntryFaultHandler faults = FaultPolicy.entries(config, unreadable, Reason.UNREADABLE_GROUND_TRUTH);
        return new Truth(CocoJson.read(file, config.dialect(), faults), unreadable, List.of());
    }

    private static Predictions predictions(
            EvaluateConfig config, Future<Truth> truth, FaultLog unreadable, ExecutorService threads)
            throws IOException {
        if (config.readsTable()) {
            LocalLabels labels = LocalLabels.of(config, await(truth).groundTruth());
            List<Callable<DetectionColumns>> files = new ArrayList<>();
            labels.parts().forEach(part -> files.add(part::detections));
            return new Predictions(all(files, threads), labels.coverage());
        }
        Path path = LocalFiles.path(config.predictions());
        EntryFaultHandler faults = FaultPolicy.entries(config, unreadable, Reason.UNREADABLE_DETECTION);
        if (config.fromParquet()) {
            List<Callable<DetectionColumns>> files = new ArrayList<>();
            ParquetFiles.files(path).forEach(file -> files.add(() -> ParquetDetections.read(file, faults)));
            return new Predictions(all(files, threads), null);
        }
        return new Predictions(
                new ResultsFile(path, threads)
                        .read(() -> await(truth).groundTruth().namedImages(), faults),
                null);
    }

    private static List<DetectionColumns> all(List<Callable<DetectionColumns>> files, ExecutorService threads) {
        List<Future<DetectionColumns>> reading =
                files.stream().map(threads::submit).toList();
        return reading.stream().map(LocalInput::await).toList();
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
