package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.jobs.parquet.TableText;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreFindingTest {

    private final ScoreFinding finding =
            new ScoreFinding(HandMade.outcome().results(), ScoreTarget.DEFAULT, HandMade.NAMES);

    /** At 0.875: one of two cats found, nothing wrong, so F1 is 2 · 1 · 0.5 / 1.5. */
    private static final String F1 = "0.666666667";

    @Test
    void entryHasBothRulesAndNullWhereNoScoreWillDo() {
        String threshold = "{\"score\":0.875,\"f1\":" + F1 + ",\"precision\":1.0,\"recall\":0.5}";

        assertThat(HandMade.json(finding))
                .isEqualTo("{\"thresholds\":{\"target_precision\":0.9,\"bbox\":["
                        + "{\"id\":1,\"name\":\"cat\",\"iou\":0.5,\"max_f1\":" + threshold + ",\"at_precision\":"
                        + threshold + "},"
                        + "{\"id\":2,\"name\":\"dog\",\"iou\":0.5,\"max_f1\":null,\"at_precision\":null}]}}");
    }

    @Test
    void tableHasARowForEachRuleThatFoundOne() {
        assertThat(TableText.of("thresholds", finding.tables()))
                .containsExactly(
                        "iou_type, category_id, category, iou, rule, target_precision, score, f1, precision, recall,"
                                + " true_positives, false_positives, positives",
                        "bbox, 1, cat, 0.5, max_f1, -, 0.875, " + F1 + ", 1.0, 0.5, 1, 0, 2",
                        "bbox, 1, cat, 0.5, at_precision, 0.9, 0.875, " + F1 + ", 1.0, 0.5, 1, 0, 2");
    }

    @Test
    void textsAreSettingsOfTheLabelCommand() {
        assertThat(finding.texts()).isEqualTo(Map.of("min-scores-f1.conf", """
                        # For mnc label --conf: of each category the score from which instances are kept, here the highest F1
                        # of bbox. Categories without one keep to label.min-score.
                        label.min-scores = [
                          "1=0.875" # cat: F1 0.667, precision 1.000, recall 0.500
                          # 2 (dog): none
                        ]
                        """, "min-scores-precision.conf", """
                        # For mnc label --conf: of each category the score from which instances are kept, here the least that still has a precision of 0.9
                        # of bbox. Categories without one keep to label.min-score.
                        label.min-scores = [
                          "1=0.875" # cat: F1 0.667, precision 1.000, recall 0.500
                          # 2 (dog): none
                        ]
                        """));
    }
}
