package dev.mnc.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files below {@code deploy/kubernetes}. */
final class Manifests {

    static final Path FOLDER = Path.of("..", "deploy", "kubernetes");

    private Manifests() {}

    /** Returns all that is no kustomization and no patch. */
    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith("kustomization.yaml") && !file.endsWith("gpu.yaml"))
                    .sorted()
                    .toList();
        }
    }

    /** Returns the one document of a kind in a file. */
    static JsonNode read(String file, String kind) throws IOException {
        List<JsonNode> found = ManifestChecker.read(FOLDER.resolve(file)).stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .toList();
        assertThat(found).as(file).hasSize(1);
        return found.get(0);
    }

    /** Returns a manifest with a patch put into it: objects are joined, everything else is replaced. */
    static JsonNode merged(JsonNode manifest, JsonNode patch) {
        if (!(patch instanceof ObjectNode change) || !(manifest instanceof ObjectNode object)) {
            return patch;
        }
        ObjectNode merged = object.deepCopy();
        change.properties().forEach(entry -> {
            JsonNode below = merged.get(entry.getKey());
            merged.set(entry.getKey(), below == null ? entry.getValue() : merged(below, entry.getValue()));
        });
        return merged;
    }

    /** Returns the settings that people change. */
    static Map<String, String> settings() throws IOException {
        Map<String, String> settings = new TreeMap<>();
        for (String line : Files.readAllLines(FOLDER.resolve("settings/settings.env"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] pair = line.split("=", 2);
                settings.put(pair[0], pair[1]);
            }
        }
        return settings;
    }

    /**
     * A setting that a kustomization puts somewhere.
     *
     * @param kind of manifest that it goes into
     * @param path of the field
     */
    record Replacement(String setting, String kind, String path) {}

    static List<Replacement> replacements(String file) throws IOException {
        List<Replacement> found = new ArrayList<>();
        for (JsonNode replacement :
                ManifestChecker.read(FOLDER.resolve(file)).get(0).path("replacements")) {
            assertThat(replacement.at("/source/name").asText()).isEqualTo("mnc-settings");
            String setting = replacement.at("/source/fieldPath").asText().replaceFirst("^data\\.", "");
            for (JsonNode target : replacement.path("targets")) {
                for (JsonNode path : target.path("fieldPaths")) {
                    found.add(new Replacement(setting, target.at("/select/kind").asText(), path.asText()));
                }
            }
        }
        return found;
    }

    /** Returns the field at a path as kustomize writes it: {@code a.b.2.[key.with.dots]}. */
    static JsonNode at(JsonNode manifest, String path) {
        JsonNode node = manifest;
        String rest = path;
        while (!rest.isEmpty()) {
            String step;
            if (rest.startsWith("[")) {
                step = rest.substring(1, rest.indexOf(']'));
                rest = rest.substring(rest.indexOf(']') + 1);
            } else {
                step = rest.split("\\.", 2)[0];
                rest = rest.substring(step.length());
            }
            rest = rest.replaceFirst("^\\.", "");
            node = node instanceof ArrayNode list ? list.path(Integer.parseInt(step)) : node.path(step);
        }
        return node;
    }

    /** Returns {@code sparkConf} of a manifest, wherever it has it. */
    static Map<String, String> sparkConf(JsonNode manifest) {
        Map<String, String> conf = new TreeMap<>();
        manifest.findValue("sparkConf")
                .properties()
                .forEach(entry -> conf.put(entry.getKey(), entry.getValue().asText()));
        return conf;
    }
}
