package dev.mnc.jobs.evaluate.findings;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** The JSON of {@code metrics.json}: indented, components of records in snake case. */
public final class MetricsJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private MetricsJson() {}

    /** Writes an object with some fields, and closes the stream. */
    public static void write(Map<String, ?> fields, OutputStream out) throws IOException {
        JSON.writeValue(out, fields);
    }
}
