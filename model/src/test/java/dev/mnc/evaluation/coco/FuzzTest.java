package dev.mnc.evaluation.coco;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.shapes.IouType;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 2000 random data sets and what an independent evaluator in Python computes from them: see coco-fuzz/README.md. */
@Tag("fuzz")
class FuzzTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @EnumSource(names = {"BBOX", "SEGM"})
    void statsAreThoseOfTheIndependentEvaluatorAndCurvesEqualInEveryBit(IouType type) throws Exception {
        int cases = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(requireNonNull(FuzzTest.class.getResourceAsStream("/coco-fuzz/cases.jsonl.gz"))),
                UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                assertCase(JSON.readTree(line), type, cases++);
            }
        }
        assertThat(cases).isEqualTo(2000);
    }

    private static void assertCase(JsonNode example, IouType type, int number) throws Exception {
        GroundTruth truth = CocoJson.read(stream(example.get("truth")), "case " + number);
        List<Detection> detections = new ArrayList<>();
        try (CocoResults.Reader reader = CocoResults.open(stream(example.get("detections")), "case", Map.of())) {
            reader.forEachRemaining(detections::add);
        }
        EvaluationResult result = CocoEvaluation.evaluate(truth, detections.iterator(), type, DetectionArea.COMPARED);

        JsonNode expected = example.get(type.label());
        int i = 0;
        for (Metric metric : Metric.values()) {
            assertThat(result.metric(metric))
                    .as("case %d, %s", number, metric)
                    .isCloseTo(expected.get("stats").get(i++).asDouble(), within(1e-12));
        }
        assertThat(curves(result))
                .as("case %d", number)
                .isEqualTo(expected.get("curves").asText());
    }

    private static ByteArrayInputStream stream(JsonNode json) throws IOException {
        return new ByteArrayInputStream(JSON.writeValueAsBytes(json));
    }

    private static String curves(EvaluationResult result) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer number = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (CategoryResult category : result.categories()) {
            for (int t = 0; t < CocoProtocol.IOU_THRESHOLDS; t++) {
                for (int r = 0; r < CocoProtocol.RECALLS; r++) {
                    digest.update(number.putDouble(0, category.precision(AreaRange.ALL, t, r))
                            .array());
                }
            }
        }
        for (CategoryResult category : result.categories()) {
            for (AreaRange area : AreaRange.values()) {
                for (Limit limit : Limit.values()) {
                    for (int t = 0; t < CocoProtocol.IOU_THRESHOLDS; t++) {
                        digest.update(number.putDouble(0, category.recall(area, limit, t))
                                .array());
                    }
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }
}
