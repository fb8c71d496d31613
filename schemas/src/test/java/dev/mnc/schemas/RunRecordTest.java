package dev.mnc.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunRecordTest {

    private static final String DIGEST = "0".repeat(64);

    private static final RunRecord RECORD = new RunRecord(
            "20260101-000000-abcd",
            17,
            "0.1.0",
            DIGEST,
            DIGEST,
            Map.of("label.batch-size", "8"),
            new RunRecord.Model("tonight", "s3a://models/tonight", List.of(new Category(7, "cat"))),
            new RunRecord.Input("file:///images/", DIGEST, 3, 2, 1234, 5L),
            new RunRecord.Outcome(
                    1, 1, 5, List.of(new RunRecord.ErrorCount("decode", "empty file (0 bytes)", 1, List.of("a.jpg")))),
            null,
            new RunRecord.Manifest("runs/x-1234.files.parquet", 900, DIGEST, 2, 5000, 2, 5),
            new RunRecord.Timing(
                    "2026-01-01T00:00:00Z",
                    "2026-01-01T00:00:10Z",
                    10,
                    0.2,
                    Map.of("read", 0.5),
                    new RunRecord.Efficiency(1, 0.25, 0.2, 0.8, 0.9, Map.of("list", 0.2)),
                    2,
                    List.of(new RunRecord.Pace("2026-01-01T00:00:05Z", 2, 0.4, 0.8, Map.of("read", 0.1)))),
            Map.of("java", "17"),
            List.of(new RunRecord.Device("1", "node7", "0", "gpu")));

    @Test
    void survivesItsJson() {
        assertThat(RunRecord.fromJson(RECORD.toJson(), "test")).isEqualTo(RECORD);
    }

    @Test
    void readsRecordsOfBeforeRunsWereNumbered() {
        RunRecord old = RunRecord.fromJson("""
                {"run_id": "old", "code_version": "0.1.0", "model_digest": "m", "config_digest": "c", "config": {},
                 "input": {"uri": "images", "manifest_digest": "d", "listed": 1, "planned": 1, "bytes": 9},
                 "outcome": {"ok": 1, "failed": 0, "instances": 0, "errors": []},
                 "files": [{"path": "images/run=old/a.parquet", "bytes": 5, "rows": 1}],
                 "timing": {"started_at": "a", "finished_at": "b", "seconds": 1, "images_per_second": 1,
                            "task_seconds": {}},
                 "versions": {}}
                """, "runs/old.json");

        assertThat(old.number()).isZero();
        assertThat(old.files()).containsExactly(new RunRecord.DataFile("images/run=old/a.parquet", 5, 1, null));
        assertThat(old.manifest()).isNull();
    }

    @Test
    void refusesTextThatIsNoRecord() {
        assertThatThrownBy(() -> RunRecord.fromJson("{}", "runs/x.json"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("runs/x.json is no run record: Cannot construct instance of `dev.mnc.schemas.RunRecord`,"
                        + " problem: runId");
    }

    @Test
    void noticesEachFlippedBit() {
        byte[] good = RECORD.toJson().getBytes(StandardCharsets.UTF_8);
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            String text = new String(bad, StandardCharsets.UTF_8);
            assertThatThrownBy(() -> RunRecord.fromJson(text, "runs/x.json"))
                    .as("bit %d", bit)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("runs/x.json is no run record");
        }
    }

    @Test
    void hasTheFieldsOfItsSchemaAndNoOther() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode schema;
        try (InputStream in = RunRecord.class.getResourceAsStream("/run-record.schema.json")) {
            schema = mapper.readTree(in);
        }
        List<String> wrong = new ArrayList<>();
        compare("", schema, mapper.readTree(RECORD.toJson()), wrong);
        assertThat(wrong).as("it has a manifest in their place").containsExactly("/files is missing");
    }

    /** As much of JSON Schema as this schema uses to say which fields there are and of what type. */
    private static void compare(String path, JsonNode schema, JsonNode value, List<String> wrong) {
        if (schema.has("properties")) {
            value.fieldNames().forEachRemaining(name -> {
                if (!schema.get("properties").has(name)) {
                    wrong.add(path + "/" + name + " is not in the schema");
                }
            });
            schema.get("properties").properties().forEach(field -> {
                if (value.has(field.getKey())) {
                    compare(path + "/" + field.getKey(), field.getValue(), value.get(field.getKey()), wrong);
                } else {
                    wrong.add(path + "/" + field.getKey() + " is missing");
                }
            });
        }
        if (schema.has("items")) {
            value.forEach(item -> compare(path + "[]", schema.get("items"), item, wrong));
        }
        String type = schema.path("type").asText("string");
        boolean fits = switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> value.isTextual();
        };
        if (!fits) {
            wrong.add(path + " is no " + type);
        }
    }
}
