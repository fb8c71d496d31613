package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.bootstrap.Resampling;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.local.LocalInput;
import dev.mnc.jobs.evaluate.result.CocoOutcome;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.result.SdsOutcome;
import dev.mnc.jobs.evaluate.result.TruthSummary;
import dev.mnc.jobs.evaluate.rows.ImageTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An evaluation in this process: its input is read whole and stays in memory until it is closed. */
final class LocalRun implements EngineRun {

    private final ExecutorService threads;
    private final LocalInput input;

    private LocalRun(ExecutorService threads, LocalInput input) {
        this.threads = threads;
        this.input = input;
    }

    /** Reads the input. */
    static LocalRun open(EvaluateConfig config) throws IOException {
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            return new LocalRun(threads, LocalInput.read(config, threads));
        } catch (IOException | RuntimeException e) {
            threads.shutdownNow();
            throw e;
        }
    }

    @Override
    public TruthSummary truth() {
        GroundTruth truth = input.truth();
        ImageTable.Names names = new ImageTable.Names(
                () -> {
                    Map<String, Long> ids = new HashMap<>();
                    truth.images().forEach(image -> ids.put(image.fileName(), image.id()));
                    return ids;
                },
                truth.namedImages());
        return new TruthSummary(truth.categories(), truth.frequencies(), names, input.warnings());
    }

    @Override
    public @Nullable Coverage coverage() {
        return input.coverage();
    }

    @Override
    public DetectionArea areaOfFirst() {
        return DetectionArea.asPycocotools(input.detections());
    }

    @Override
    public CocoOutcome coco(EvaluationPlan plan) {
        Map<Integer, Replicates> replicates = new TreeMap<>();
        Outcome outcome = new CocoEvaluation(
                        plan,
                        (number, rankings) -> replicates.put(number, Resampling.of(plan, number, rankings, threads)))
                .evaluate(input.truth(), input.detections(), threads);
        outcome.faults().add(input.unreadable());
        return new CocoOutcome(outcome, replicates);
    }

    @Override
    public SdsOutcome sds(@Nullable PoissonWeights weights) {
        SdsResult result = SdsEvaluation.evaluate(input.truth(), each(input.detections()), weights, input.unreadable());
        return new SdsOutcome(result, input.unreadable());
    }

    private static Iterator<Detection> each(List<DetectionColumns> detections) {
        return detections.stream()
                .flatMap(columns -> IntStream.range(0, columns.count()).mapToObj(columns::detection))
                .iterator();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
