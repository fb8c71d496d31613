package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.result.CocoOutcome;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.result.SdsOutcome;
import dev.mnc.jobs.evaluate.result.TruthSummary;
import dev.mnc.jobs.evaluate.rows.ImageTable;
import dev.mnc.jobs.evaluate.spark.DistributedEvaluation;
import dev.mnc.jobs.evaluate.spark.DistributedEvaluation.Found;
import dev.mnc.jobs.evaluate.spark.DistributedEvaluation.Request;
import dev.mnc.jobs.evaluate.spark.DistributedSds;
import dev.mnc.jobs.evaluate.spark.input.PredictionRows;
import dev.mnc.jobs.evaluate.spark.input.TableLabels;
import dev.mnc.jobs.evaluate.spark.input.TruthRows;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation by Spark: detections are brought together by image and matched; the 28 bytes that remain of each are brought
 * together by category and reduced to curves. No process ever holds all of them, nor all of the ground truth. The result
 * does not depend on how the rows are spread.
 */
final class SparkRun implements EngineRun {

    private final SparkEngine engine;
    private final TruthRows truth;
    private final PredictionRows predictions;

    private SparkRun(SparkEngine engine, TruthRows truth, PredictionRows predictions) {
        this.engine = engine;
        this.truth = truth;
        this.predictions = predictions;
    }

    /** Reads what of the ground truth is small, and finds the labels of a table that belong to it. */
    static SparkRun open(SparkEngine engine, EvaluateConfig config) throws IOException {
        Compat compat = config.protocol() instanceof Coco coco ? coco.compat() : Compat.NONE;
        TruthRows truth = TruthRows.of(engine.spark(), config.groundTruth(), config.dialect(), compat);
        TableLabels labels = config.readsTable() ? TableLabels.of(engine.spark(), config, truth.keys()) : null;
        return new SparkRun(engine, truth, new PredictionRows(engine.spark(), config, truth.namedImages(), labels));
    }

    @Override
    public TruthSummary truth() {
        ImageTable.Names names = new ImageTable.Names(
                () -> {
                    Map<String, Long> ids = new HashMap<>();
                    truth.keys().collectAsList().forEach(row -> ids.put(row.getString(1), row.getLong(0)));
                    return ids;
                },
                truth.namedImages());
        return new TruthSummary(truth.categories(), truth.frequencies(), names, truth.warnings());
    }

    @Override
    public @Nullable Coverage coverage() {
        return predictions.coverage();
    }

    @Override
    public DetectionArea areaOfFirst() throws IOException {
        return predictions.areaOfFirst();
    }

    @Override
    public CocoOutcome coco(EvaluationPlan plan) throws IOException {
        Request request = new Request(plan, engine.smallestRange());
        Found found = predictions.evaluate(detections ->
                DistributedEvaluation.run(engine.spark(), truth.rows().union(detections), request));
        found.faults().add(truth.faults());
        return new CocoOutcome(found.outcome(), found.replicates());
    }

    @Override
    public SdsOutcome sds(@Nullable PoissonWeights weights) throws IOException {
        DistributedSds.Found found = predictions.evaluate(detections ->
                DistributedSds.run(engine.spark(), truth.rows().union(detections), truth.categories(), weights));
        found.faults().add(truth.faults());
        return new SdsOutcome(found.result(), found.faults());
    }

    @Override
    public void close() {}
}
