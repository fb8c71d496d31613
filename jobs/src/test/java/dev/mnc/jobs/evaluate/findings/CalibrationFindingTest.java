package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Of cats the right detection is 0.125 from a probability of 1, the wrong ones 0.75 and 0.625 from 0: 1.5 of three. The
 * wrong dog is 0.25 from 0.
 */
class CalibrationFindingTest {

    private final CalibrationFinding finding =
            new CalibrationFinding(HandMade.outcome().results(), HandMade.NAMES);

    @Test
    void entryHasErrorsOfAllAndOfEachCategoryAndTheBinsOfAll() {
        assertThat(HandMade.json(finding))
                .startsWith(
                        "{\"calibration\":{\"bbox\":{\"detections\":4,\"outside\":0,\"ece\":0.4375,\"mce\":0.75,"
                                + "\"bins\":[{\"from\":0.0,\"to\":0.1,\"detections\":0,\"mean_score\":-1.0,\"precision\":-1.0},")
                .contains("{\"from\":0.2,\"to\":0.3,\"detections\":1,\"mean_score\":0.25,\"precision\":0.0}")
                .contains("{\"from\":0.8,\"to\":0.9,\"detections\":1,\"mean_score\":0.875,\"precision\":1.0}")
                .endsWith("],\"categories\":["
                        + "{\"id\":1,\"name\":\"cat\",\"iou\":0.5,\"detections\":3,\"outside\":0,\"ece\":0.5,\"mce\":0.75},"
                        + "{\"id\":2,\"name\":\"dog\",\"iou\":0.5,\"detections\":1,\"outside\":0,\"ece\":0.25,\"mce\":0.25}"
                        + "]}}}");
    }

    @Test
    void tablesHaveErrorsAndBins() {
        assertThat(TableText.of("calibration", finding.tables()))
                .containsExactly(
                        "iou_type, category_id, category, iou, detections, outside, ece, mce",
                        "bbox, -, -, 0.5, 4, 0, 0.4375, 0.75",
                        "bbox, 1, cat, 0.5, 3, 0, 0.5, 0.75",
                        "bbox, 2, dog, 0.5, 1, 0, 0.25, 0.25");
        List<String> bins = TableText.of("reliability", finding.tables());
        assertThat(bins).hasSize(1 + 3 * 10);
        assertThat(bins)
                .startsWith(
                        "iou_type, category_id, category, iou, score_from, score_to, detections, true_positives,"
                                + " mean_score, precision",
                        "bbox, -, -, 0.5, 0.0, 0.1, 0, 0, -, -")
                .contains(
                        "bbox, -, -, 0.5, 0.8, 0.9, 1, 1, 0.875, 1.0", "bbox, 2, dog, 0.5, 0.2, 0.3, 1, 0, 0.25, 0.0");
    }
}
