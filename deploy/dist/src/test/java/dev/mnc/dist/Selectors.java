package dev.mnc.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The selectors of a request: {@code labelSelector} with all of its forms, {@code fieldSelector} with equality. */
final class Selectors {

    private static final Pattern SET = Pattern.compile("(\\S+) (in|notin) \\(([^)]*)\\)");

    private Selectors() {}

    /** Returns the parameters of a request. */
    static Map<String, String> parameters(URI request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String query = request.getRawQuery();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                String[] sides = pair.split("=", 2);
                parameters.put(decoded(sides[0]), sides.length < 2 ? "" : decoded(sides[1]));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Returns which objects a request wants. */
    static Predicate<JsonNode> of(Map<String, String> parameters) {
        Predicate<JsonNode> wanted = object -> true;
        for (String term : terms(parameters.getOrDefault("labelSelector", ""))) {
            wanted = wanted.and(object -> hasLabel(object, term));
        }
        for (String term : terms(parameters.getOrDefault("fieldSelector", ""))) {
            String[] sides = term.split("==?", 2);
            wanted = wanted.and(object ->
                    object.at("/" + sides[0].replace('.', '/')).asText().equals(sides[1]));
        }
        return wanted;
    }

    private static List<String> terms(String selector) {
        return Arrays.stream(selector.split(",(?![^(]*\\))", -1))
                .map(String::strip)
                .filter(term -> !term.isEmpty())
                .toList();
    }

    private static boolean hasLabel(JsonNode object, String term) {
        JsonNode labels = object.at("/metadata/labels");
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            List<String> values = Arrays.stream(set.group(3).split(",", -1))
                    .map(String::strip)
                    .toList();
            return values.contains(labels.path(set.group(1)).asText())
                    == set.group(2).equals("in");
        } else if (term.contains("!=")) {
            String[] sides = term.split("!=", 2);
            return !labels.path(sides[0]).asText().equals(sides[1]);
        } else if (term.contains("=")) {
            String[] sides = term.split("==?", 2);
            return labels.path(sides[0]).asText().equals(sides[1]);
        }
        return term.startsWith("!") ? !labels.has(term.substring(1)) : labels.has(term);
    }
}
