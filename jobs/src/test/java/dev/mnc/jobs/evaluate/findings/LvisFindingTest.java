package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.lvis.LvisRankingSpec;
import dev.mnc.evaluation.lvis.LvisResult;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LvisFindingTest {

    private static LvisFinding finding() {
        LvisRankingSpec boxes = LvisRankingSpec.of(IouType.BBOX, DetectionArea.COMPARED, HandMade.CATEGORIES);
        EvaluationResult result = HandMade.outcome(List.of(boxes), List.of()).result(boxes);
        Map<Long, Frequency> frequencies = Map.of(1L, Frequency.COMMON, 2L, Frequency.RARE);
        return new LvisFinding(List.of(new LvisResult(IouType.BBOX, result.categories(), frequencies)), HandMade.NAMES);
    }

    private static final String AP = HandMade.AP;

    @Test
    void entryHasTheThirteenNumbersThenTheCategories() {
        assertThat(HandMade.json(finding()))
                .isEqualTo(
                        "{\"lvis\":{\"bbox\":{\"AP\":" + AP + ",\"AP50\":" + AP + ",\"AP75\":" + AP + ",\"APs\":" + AP
                                + ",\"APm\":-1.0,\"APl\":-1.0,\"APr\":-1.0,\"APc\":" + AP + ",\"APf\":-1.0,"
                                + "\"AR@300\":0.5,\"ARs@300\":0.5,\"ARm@300\":-1.0,\"ARl@300\":-1.0},"
                                + "\"categories\":{\"bbox\":["
                                + "{\"id\":1,\"name\":\"cat\",\"frequency\":\"c\",\"positives\":2,\"detections\":3,"
                                + "\"AP\":" + AP + ",\"AP50\":" + AP + ",\"AP75\":" + AP + ",\"APs\":" + AP
                                + ",\"APm\":-1.0,\"APl\":-1.0,"
                                + "\"AR@300\":0.5,\"ARs@300\":0.5,\"ARm@300\":-1.0,\"ARl@300\":-1.0},"
                                + "{\"id\":2,\"name\":\"dog\",\"frequency\":\"r\",\"positives\":0,\"detections\":1,"
                                + "\"AP\":-1.0,\"AP50\":-1.0,\"AP75\":-1.0,\"APs\":-1.0,\"APm\":-1.0,\"APl\":-1.0,"
                                + "\"AR@300\":-1.0,\"ARs@300\":-1.0,\"ARm@300\":-1.0,\"ARl@300\":-1.0}]}}}");
    }

    @Test
    void tablesHaveWhatIsKnown() {
        assertThat(TableText.of("summary", finding().tables()))
                .hasSize(14)
                .startsWith("iou_type, metric, value", "bbox, AP, " + AP)
                .contains("bbox, APr, -", "bbox, APc, " + AP, "bbox, AR@300, 0.5");
        assertThat(TableText.of("categories", finding().tables()))
                .containsExactly(
                        "iou_type, category_id, category, frequency, positives, detections, metric, value",
                        "bbox, 1, cat, c, 2, 3, AP, " + AP,
                        "bbox, 1, cat, c, 2, 3, AP50, " + AP,
                        "bbox, 1, cat, c, 2, 3, AP75, " + AP,
                        "bbox, 1, cat, c, 2, 3, APs, " + AP,
                        "bbox, 1, cat, c, 2, 3, AR@300, 0.5",
                        "bbox, 1, cat, c, 2, 3, ARs@300, 0.5");
    }
}
