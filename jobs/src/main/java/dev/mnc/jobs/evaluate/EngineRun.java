package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.jobs.evaluate.result.CocoOutcome;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.result.SdsOutcome;
import dev.mnc.jobs.evaluate.result.TruthSummary;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation in an engine: ground truth and predictions, of which it computes the numbers. It decides nothing about
 * faults and writes nothing; {@link Evaluation} does.
 */
sealed interface EngineRun extends AutoCloseable permits LocalRun, SparkRun {

    /** Returns what the ground truth holds besides images and annotations. */
    TruthSummary truth();

    /** Returns how a label table and the ground truth fit together, or null if the predictions are no table. */
    @Nullable
    Coverage coverage();

    /** Returns the area that pycocotools looks at for a results file: that of the box if the first entry has one. */
    DetectionArea areaOfFirst() throws IOException;

    /** Returns the numbers of the protocol of COCO or LVIS. */
    CocoOutcome coco(EvaluationPlan plan) throws IOException;

    /**
     * Returns the numbers of the protocol voc-sds.
     *
     * @param weights of a bootstrap, or null
     */
    SdsOutcome sds(@Nullable PoissonWeights weights) throws IOException;

    @Override
    void close();
}
