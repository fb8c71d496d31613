package dev.mnc.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.report.ReportData.CategoryResult;
import dev.mnc.report.ReportData.Curve;
import dev.mnc.report.ReportData.TypeResult;
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
        assertThat(EvaluationFiles.read(stream(METRICS), stream(CURVES)))
                .containsExactly(
                        new TypeResult(
                                "segm",
                                Map.of("AP", 0.125, "AP50", 0.5),
                                List.of(
                                        new CategoryResult(
                                                new Category(7, "cat"),
                                                3,
                                                0.125,
                                                0.5,
                                                0,
                                                List.of(
                                                        new Curve("IoU 0.50", List.of(1.0, 0.5, 0.0)),
                                                        new Curve("IoU 0.75", List.of(0.5, 0.0, 0.0)),
                                                        new Curve("mean over IoU", List.of(0.75, 0.25, 0.0)))),
                                        new CategoryResult(
                                                new Category(9, "dog"),
                                                0,
                                                -1,
                                                -1,
                                                -1,
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
                        .get(0)
                        .summary()
                        .keySet())
                .containsExactly("AP50", "AP");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvaluationFiles.read(stream("{}"), stream(CURVES)))
                .withMessage("metrics.json has no numbers of any IoU type");
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
