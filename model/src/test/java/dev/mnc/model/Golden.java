package dev.mnc.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads the files of {@code src/test/resources/mnc}; its README says how they were computed. */
public record Golden(JsonNode json) {

    public static Golden read(String name) throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream("/mnc/" + name)) {
            return new Golden(new ObjectMapper().readTree(in));
        }
    }

    public Golden at(String field) {
        return new Golden(json.required(field));
    }

    public int integer(String field) {
        return json.required(field).asInt();
    }

    public float number(String field) {
        return (float) json.required(field).asDouble();
    }

    /** The array of any depth under a field, row-major. */
    public float[] floats(String field) {
        List<Double> values = new ArrayList<>();
        flatten(json.required(field), values);
        float[] flat = new float[values.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = values.get(i).floatValue();
        }
        return flat;
    }

    public int[] integers(String field) {
        List<Double> values = new ArrayList<>();
        flatten(json.required(field), values);
        return values.stream().mapToInt(Double::intValue).toArray();
    }

    /** The anchors of {@code proposal.json}: each coordinate 1 px larger than ours, see the README beside the file. */
    public static float[] countedFromOne(float[] anchors) {
        float[] shifted = anchors.clone();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i]++;
        }
        return shifted;
    }

    private static void flatten(JsonNode node, List<Double> into) {
        if (node.isArray()) {
            node.forEach(child -> flatten(child, into));
        } else {
            into.add(node.asDouble());
        }
    }
}
