package dev.mnc.evaluation.errors;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.CocoRankingSpec;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;

/** A plan that looks for errors of every sort. */
record Analysis(Outcome outcome, Matching matching) {

    static Analysis of(GroundTruth truth, List<Detection> detections, IouType type, double score) {
        Matching matching = new Matching(type, DetectionArea.COMPARED, MatchRules.coco(Compat.NONE));
        LongIndex categories =
                new LongIndex(truth.categories().stream().map(Category::id).toList());
        EvaluationPlan plan = new EvaluationPlan(
                List.of(
                        new CocoRankingSpec(matching),
                        new TideRankingSpec(matching, TideRankingSpec.State.FOUND),
                        new TideRankingSpec(matching, TideRankingSpec.State.CORRECTED)),
                List.of(new ErrorCounter.Kind(matching), new ConfusionCounter.Kind(new ScoreCut(matching, 0, score))),
                categories);
        Outcome outcome = new CocoEvaluation(plan)
                .evaluate(truth, List.of(DetectionColumns.of(detections)), ForkJoinPool.commonPool());
        return new Analysis(outcome, matching);
    }

    TideResult tide() {
        return TideResult.of(outcome, matching);
    }

    ConfusionMatrix confusion(double score) {
        return ConfusionMatrix.of(outcome, new ConfusionCounter.Kind(new ScoreCut(matching, 0, score)));
    }

    static GroundTruth truth(String json) throws IOException {
        return CocoJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "case");
    }

    static List<Detection> detections(String json) throws IOException {
        List<Detection> detections = new ArrayList<>();
        try (CocoResults.Reader reader =
                CocoResults.open(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "case", Map.of())) {
            reader.forEachRemaining(detections::add);
        }
        return detections;
    }
}
