package dev.mnc.jobs.evaluate.findings;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.FederatedLabels;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.CocoRankingSpec;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.parquet.TableText;
import dev.mnc.schemas.Category;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Two images whose numbers can be worked out by hand. Image 1 has two cats of 100 px²; one is found exactly, with score
 * 0.875, and a second detection, 0.75, finds nothing. Image 2 is empty, but there are detections of a cat, 0.625, and of a
 * dog, 0.25. So of two cats the ranking is right, wrong, wrong: precision is 1 up to a recall of 0.5, which is 51 of COCO's
 * 101 recalls. Dogs have no objects.
 */
final class HandMade {

    static final Map<Long, String> NAMES = Map.of(1L, "cat", 2L, "dog");

    /** Average precision of cats at every overlap: 51 / 101. */
    static final String AP = "0.504950495";

    static final LongIndex CATEGORIES = new LongIndex(List.of(1L, 2L));

    static final RankingSpec BOXES =
            new CocoRankingSpec(new Matching(IouType.BBOX, DetectionArea.COMPARED, MatchRules.coco(Compat.NONE)));

    private HandMade() {}

    private static Annotation cat(long id, Box box) {
        return new Annotation(id, 1, 1, box, box.area(), false, null);
    }

    static GroundTruth truth() {
        return new GroundTruth(
                List.of(
                        new Image(1, "one.jpg", 100, 100, FederatedLabels.NONE),
                        // LVIS looks only at categories that it knows to be absent.
                        new Image(2, "two.jpg", 100, 100, new FederatedLabels(List.of(1L, 2L), List.of()))),
                List.of(new Category(1, "cat"), new Category(2, "dog")),
                List.of(cat(11, new Box(0, 0, 10, 10)), cat(12, new Box(20, 20, 10, 10))));
    }

    static List<Detection> detections() {
        return List.of(
                new Detection(0, 1, 1, 0.875, new Box(0, 0, 10, 10), null),
                new Detection(1, 1, 1, 0.75, new Box(60, 60, 10, 10), null),
                new Detection(2, 2, 1, 0.625, new Box(0, 0, 10, 10), null),
                new Detection(3, 2, 2, 0.25, new Box(50, 50, 10, 10), null));
    }

    static Outcome outcome(List<RankingSpec> rankings, List<CounterSpec<?>> counters) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return new CocoEvaluation(new EvaluationPlan(rankings, counters, CATEGORIES))
                    .evaluate(truth(), List.of(DetectionColumns.of(detections())), thread);
        } finally {
            thread.shutdownNow();
        }
    }

    /** The outcome of COCO's own ranking of boxes. */
    static Outcome outcome() {
        return outcome(List.of(BOXES), List.of());
    }

    /** Returns the JSON of a finding in {@code metrics.json}, without its spaces, numbers rounded. */
    static String json(Finding finding) {
        MetricsEntry entry = finding.metrics();
        if (entry == null) {
            return "";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            MetricsJson.write(Map.of(entry.field(), entry.value()), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return TableText.rounded(bytes.toString(StandardCharsets.UTF_8).replaceAll("\\s+", ""));
    }
}
