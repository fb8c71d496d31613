package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurveFindingTest {

    private final CurveFinding finding = new CurveFinding(HandMade.outcome().results(), HandMade.NAMES);

    @Test
    void metricsStandByIouTypeAndNotHere() {
        assertThat(finding.metrics()).isNull();
        assertThat(finding.lines()).isEmpty();
        assertThat(finding.texts()).isEmpty();
    }

    @Test
    void summaryHasTheTwelveNumbersAndNoneWhereNothingIsToBeFound() {
        assertThat(TableText.of("summary", finding.tables()))
                .containsExactly(
                        "iou_type, metric, value",
                        "bbox, AP, " + HandMade.AP,
                        "bbox, AP50, " + HandMade.AP,
                        "bbox, AP75, " + HandMade.AP,
                        "bbox, APs, " + HandMade.AP,
                        "bbox, APm, -",
                        "bbox, APl, -",
                        "bbox, AR1, 0.5",
                        "bbox, AR10, 0.5",
                        "bbox, AR100, 0.5",
                        "bbox, ARs, 0.5",
                        "bbox, ARm, -",
                        "bbox, ARl, -");
    }

    @Test
    void categoriesWithObjectsHaveARowForEachSizeOverlapAndLimit() {
        List<String> rows = TableText.of("categories", finding.tables());

        // Header; all sizes and small ones, ten overlaps, three limits.
        assertThat(rows).hasSize(1 + 2 * 10 * 3);
        assertThat(rows.subList(0, 4))
                .containsExactly(
                        "iou_type, category_id, category, area, iou, max_detections, positives, ap, ar",
                        "bbox, 1, cat, all, 0.5, 1, 2, -, 0.5",
                        "bbox, 1, cat, all, 0.5, 10, 2, -, 0.5",
                        "bbox, 1, cat, all, 0.5, 100, 2, " + HandMade.AP + ", 0.5");
        assertThat(rows.get(60)).isEqualTo("bbox, 1, cat, small, 0.95, 100, 2, " + HandMade.AP + ", 0.5");
    }

    @Test
    void curvesEndWhereNoDetectionReachesTheRecall() {
        List<String> rows = TableText.of("pr_curves", finding.tables());

        assertThat(rows).hasSize(1 + 2 * 10 * 101);
        assertThat(rows.get(0)).isEqualTo("iou_type, category_id, area, iou, recall, precision, score");
        assertThat(rows.get(1)).isEqualTo("bbox, 1, all, 0.5, 0.0, 1.0, 0.875");
        assertThat(rows.get(51)).isEqualTo("bbox, 1, all, 0.5, 0.5, 1.0, 0.875");
        assertThat(rows.get(52)).isEqualTo("bbox, 1, all, 0.5, 0.51, 0.0, -");
    }
}
