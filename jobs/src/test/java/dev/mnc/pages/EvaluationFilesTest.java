package dev.mnc.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.pages.ReportData.CategoryResult;
import dev.mnc.pages.ReportData.Curve;
import dev.mnc.pages.ReportData.TypeResult;
import dev.mnc.schemas.Category;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationFilesTest {

    private static final String METRICS = """
            {"segm": {"AP": 0.125, "AP50": 0.5}, "bbox": {"AP": -1},
             "categories": {
               "segm": [{"id": 7, "name": "cat", "positives": 3, "detections": 9, "AP": 0.125, "AP50": 0.5, "AP75": 0.0},
                        {"id": 9, "name": "dog", "positives": 0, "detections": 0, "AP": -1.0, "AP50": -1.0, "AP75": -1}]},
             "unlisted_categories": []}""";

    private static final String CURVES = """
            {"recalls": [0, 0.5, 1], "iou_thresholds": [0.5, 0.75],
             "segm": {"precision": [[1, 0.5, 0], [0, 0, 0]],
                      "categories": [
                        {"id": 9, "precision": [[-1, -1, -1], [-1, -1, -1]], "scores": []},
                        {"id": 7, "precision": [[1, 0.5, 0], [0.5, 0, 0]], "scores": []}]}}""";

    @Test
    void bothFilesTogetherAreTheResult() throws IOException {
        assertThat(EvaluationFiles.read(stream(METRICS), stream(CURVES)).results())
                .containsExactly(
                        new TypeResult(
                                "segm",
                                Map.of("AP", 0.125, "AP50", 0.5),
                                List.of(
                                        new CategoryResult(
                                                new Category(7, "cat"),
                                                3,
                                                Map.of("AP", 0.125, "AP50", 0.5, "AP75", 0.0),
                                                List.of(
                                                        new Curve("IoU 0.50", List.of(1.0, 0.5, 0.0)),
                                                        new Curve("IoU 0.75", List.of(0.5, 0.0, 0.0)),
                                                        new Curve("mean over IoU", List.of(0.75, 0.25, 0.0)))),
                                        new CategoryResult(
                                                new Category(9, "dog"),
                                                0,
                                                Map.of("AP", -1.0, "AP50", -1.0, "AP75", -1.0),
                                                List.of(
                                                        new Curve("IoU 0.50", List.of(-1.0, -1.0, -1.0)),
                                                        new Curve("IoU 0.75", List.of(-1.0, -1.0, -1.0)),
                                                        new Curve("mean over IoU", List.of(-1.0, -1.0, -1.0)))))),
                        new TypeResult("bbox", Map.of("AP", -1.0), List.of()));
    }

    @Test
    void theNumbersKeepTheOrderOfTheFile() throws IOException {
        String turned =
                METRICS.replace("\"AP\": 0.125, \"AP50\": 0.5}, \"bbox\"", "\"AP50\": 0.5, \"AP\": 0.125}, \"bbox\"");

        assertThat(EvaluationFiles.read(stream(turned), stream(CURVES))
                        .results()
                        .get(0)
                        .summary()
                        .keySet())
                .containsExactly("AP50", "AP");
    }

    @Test
    void lvisHasItsOwnNumbersAndNoCurves() throws IOException {
        EvaluationFiles.Content content =
                EvaluationFiles.read(stream("""
                        {"lvis": {"segm": {"AP": 0.25, "APr": -1.0, "AR@300": 0.5},
                                  "categories": {"segm": [{"id": 7, "name": "cat", "frequency": "f", "positives": 3,
                                    "AP": 0.25, "AP50": 0.5, "AP75": 0.125}]}}}"""), stream("{\"recalls\": [0, 1], \"iou_thresholds\": [0.5, 0.75]}"));

        assertThat(content.dialect()).isEqualTo(CocoDialect.LVIS);
        assertThat(content.results())
                .containsExactly(new TypeResult(
                        "segm",
                        Map.of("AP", 0.25, "APr", -1.0, "AR@300", 0.5),
                        List.of(new CategoryResult(
                                new Category(7, "cat"),
                                3,
                                Map.of("AP", 0.25, "AP50", 0.5, "AP75", 0.125),
                                List.of()))));
    }

    @Test
    void vocSdsHasTheFormThatIsPublishedAndItsCurves() throws IOException {
        EvaluationFiles.Content content = EvaluationFiles.read(stream("""
                        {"voc-sds": {"mAP@0.5": {"11-point": 0.5, "area": 0.4}, "mAP@0.7": {"11-point": 0.3, "area": 0.2},
                          "categories": [{"id": 7, "name": "cat", "positives": 3, "detections": 4,
                            "AP@0.5": {"11-point": 0.5, "area": 0.4}, "AP@0.7": {"11-point": 0.3, "area": 0.2}}]}}"""), stream("""
                        {"recalls": [0, 0.5, 1], "iou_thresholds": [0.5, 0.7],
                         "voc-sds": {"categories": [{"id": 7, "precision": [[1, 0.5, 0], [0.5, 0, 0]]}]}}"""));

        assertThat(content.dialect()).isEqualTo(CocoDialect.COCO);
        assertThat(content.results())
                .containsExactly(new TypeResult(
                        "segm",
                        Map.of("mAP@0.5", 0.5, "mAP@0.7", 0.3, "mAP@0.5 area", 0.4, "mAP@0.7 area", 0.2),
                        List.of(new CategoryResult(
                                new Category(7, "cat"),
                                3,
                                Map.of("AP@0.7", 0.3, "AP@0.5", 0.5),
                                List.of(
                                        new Curve("IoU 0.50", List.of(1.0, 0.5, 0.0)),
                                        new Curve("IoU 0.70", List.of(0.5, 0.0, 0.0)))))));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvaluationFiles.read(stream("{}"), stream(CURVES)))
                .withMessage("metrics.json has no numbers of masks or boxes");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> EvaluationFiles.read(stream(METRICS.replace("\"positives\": 3,", "")), stream(CURVES)))
                .withMessage("metrics.json must have a number 'positives' in each entry, got null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvaluationFiles.read(
                        stream(METRICS),
                        stream(CURVES.replace("\"iou_thresholds\": [0.5, 0.75]", "\"iou_thresholds\": []"))))
                .withMessage("curves.json must have precision at each of its 0 IoU thresholds, got 2");
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
