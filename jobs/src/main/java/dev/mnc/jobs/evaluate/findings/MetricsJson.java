package dev.mnc.jobs.evaluate.findings;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;

/** The JSON of {@code metrics.json} and {@code compare.json}: indented, components of records in snake case. */
public final class MetricsJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private MetricsJson() {}

    /**
     * Writes an object, and closes the stream.
     *
     * @param fields a map or a record
     */
    public static void write(Object fields, OutputStream out) throws IOException {
        JSON.writeValue(out, fields);
    }
}
