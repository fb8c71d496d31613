package dev.mnc.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The JSON form of the records in a table's folder {@code runs}: names in snake_case, for people to read too. */
final class RecordJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private RecordJson() {}

    static String write(Object record) {
        try {
            return JSON.writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write as JSON: " + record, e);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param kind of record, for messages
     * @param source name of the text in messages
     * @throws IllegalArgumentException if the text is no such record
     */
    static <T> T read(String json, Class<T> type, String kind, String source) {
        try {
            T record = JSON.readValue(json, type);
            if (record == null) {
                throw new IllegalArgumentException(source + " is no " + kind + ": it holds null");
            }
            return record;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(source + " is no " + kind + ": " + e.getOriginalMessage(), e);
        }
    }
}
