package dev.mnc.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JSON form of the records in a table's folder {@code runs}: names in snake_case, for people to read too. The last line
 * is the sha256 over the text without that line, so that a record whose bytes have changed is never taken for a good one.
 * Texts without such a line, as older versions wrote them, are read as they are.
 */
final class RecordJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final Pattern DIGEST = Pattern.compile(",(\\r?\\n)  \"record_sha256\" : \"([0-9a-f]{64})\"\\1}$");

    private RecordJson() {}

    static String write(Object record) {
        try {
            String text = JSON.writeValueAsString(record);
            String lineEnd = System.lineSeparator();
            return text.substring(0, text.length() - lineEnd.length() - 1) + "," + lineEnd + "  \"record_sha256\" : \""
                    + sha256(text) + "\"" + lineEnd + "}";
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
            T record = JSON.readValue(withoutDigest(json, kind, source), type);
            if (record == null) {
                throw new IllegalArgumentException(source + " is no " + kind + ": it holds null");
            }
            return record;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(source + " is no " + kind + ": " + e.getOriginalMessage(), e);
        }
    }

    private static String withoutDigest(String json, String kind, String source) {
        Matcher digest = DIGEST.matcher(json);
        if (!digest.find()) {
            return json; // A digest that is not as it was written is a field that no record has.
        }
        String text = json.substring(0, digest.start()) + digest.group(1) + "}";
        if (!sha256(text).equals(digest.group(2))) {
            throw new IllegalArgumentException(
                    source + " is no " + kind + " as it was written: its sha256 is another than its last line says");
        }
        return text;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
