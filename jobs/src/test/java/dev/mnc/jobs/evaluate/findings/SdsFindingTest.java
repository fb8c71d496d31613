package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.evaluation.sds.SdsCategory;
import dev.mnc.evaluation.sds.SdsCategory.Precision;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.parquet.TableText;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cats have a precision of 1 at 0.5 and of 0 at 0.7, and areas of 0.75 and 0.25; there are no dogs. */
class SdsFindingTest {

    private static Precision precision(double everywhere, double area) {
        return new Precision(Collections.nCopies(11, everywhere), area);
    }

    private final SdsResult result = new SdsResult(
            List.of(
                    new SdsCategory(1, 3, 2, precision(1, 0.75), precision(0, 0.25)),
                    new SdsCategory(2, 1, 0, precision(-1, -1), precision(-1, -1))),
            List.of(),
            null);
    private final SdsFinding finding = new SdsFinding(result, HandMade.NAMES);

    @Test
    void entryHasMeansThenCategories() {
        assertThat(HandMade.json(finding))
                .isEqualTo("{\"voc-sds\":{\"mAP@0.5\":{\"11-point\":1.0,\"area\":0.75},"
                        + "\"mAP@0.7\":{\"11-point\":0.0,\"area\":0.25},\"categories\":["
                        + "{\"id\":1,\"name\":\"cat\",\"positives\":2,\"detections\":3,"
                        + "\"AP@0.5\":{\"11-point\":1.0,\"area\":0.75},\"AP@0.7\":{\"11-point\":0.0,\"area\":0.25}},"
                        + "{\"id\":2,\"name\":\"dog\",\"positives\":0,\"detections\":1,"
                        + "\"AP@0.5\":{\"11-point\":-1.0,\"area\":-1.0},"
                        + "\"AP@0.7\":{\"11-point\":-1.0,\"area\":-1.0}}]}}");
        assertThat(SdsFinding.all(result, HandMade.NAMES, null)).containsExactly(finding);
    }

    @Test
    void tablesHaveEachOverlapAndForm() {
        assertThat(TableText.of("summary", finding.tables()))
                .containsExactly(
                        "iou, form, map",
                        "0.5, 11-point, 1.0",
                        "0.5, area, 0.75",
                        "0.7, 11-point, 0.0",
                        "0.7, area, 0.25");
        assertThat(TableText.of("categories", finding.tables()))
                .hasSize(1 + 8)
                .startsWith(
                        "category_id, category, positives, detections, iou, form, ap",
                        "1, cat, 2, 3, 0.5, 11-point, 1.0",
                        "2, dog, 0, 1, 0.5, 11-point, -")
                .endsWith("1, cat, 2, 3, 0.7, area, 0.25", "2, dog, 0, 1, 0.7, area, -");
    }

    @Test
    void curvesHaveElevenRecallsAndTwoOverlaps() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            finding.writeCurves(json);
            json.writeEndObject();
        }
        String ones = String.join(",", Collections.nCopies(11, "1.0"));
        String none = String.join(",", Collections.nCopies(11, "0.0"));

        assertThat(text.toString())
                .startsWith("{\"recalls\":[0.0,0.1,")
                .contains("\"iou_thresholds\":[0.5,0.7],\"voc-sds\":{\"categories\":[{\"id\":1,\"name\":\"cat\","
                        + "\"precision\":[[" + ones + "],[" + none + "]]},");
    }
}
