package dev.mnc.jobs.clusters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The settings in files of {@code conf} and {@code deploy}, whatever their format, by name. */
final class ClusterFiles {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A property of Spark; those that wait behind a {@code #} count too. */
    private static final Pattern PROPERTY = Pattern.compile("#?(spark\\.\\S+)\\s+(\\S.*)");

    private ClusterFiles() {}

    static Map<String, String> properties(String file) throws IOException {
        Map<String, String> properties = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve(file))) {
            Matcher matcher = PROPERTY.matcher(line);
            if (matcher.matches()) {
                properties.put(matcher.group(1), matcher.group(2).strip());
            }
        }
        return properties;
    }

    /** Reads a file of Hadoop's settings. */
    static Map<String, String> hadoop(String file) throws IOException, ParserConfigurationException, SAXException {
        Map<String, String> settings = new TreeMap<>();
        NodeList properties = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(file).toFile())
                .getElementsByTagName("property");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            settings.put(text(property, "name"), text(property, "value"));
        }
        return settings;
    }

    private static String text(Element element, String child) {
        return element.getElementsByTagName(child).item(0).getTextContent();
    }

    /** Reads {@code container-executor.cfg}: settings below a section have its name and a slash before theirs. */
    static Map<String, String> sections(String file) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        String section = "";
        for (String line : Files.readAllLines(ROOT.resolve(file))) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.indexOf(']')) + "/";
            } else if (line.contains("=") && !line.startsWith("#")) {
                settings.put(section + line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        return settings;
    }

    static JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(ROOT.resolve(file).toFile());
    }

    static JsonNode yaml(String file) throws IOException {
        return new YAMLMapper().readTree(ROOT.resolve(file).toFile());
    }

    /** Returns the fields of a node; every value must be a text, as the services want them. */
    static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new TreeMap<>();
        node.properties().forEach(entry -> {
            if (!entry.getValue().isTextual()) {
                throw new IllegalArgumentException(entry + " is no text");
            }
            texts.put(entry.getKey(), entry.getValue().asText());
        });
        return texts;
    }

    static List<Path> ending(String suffix, String... folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(suffix)).sorted().forEach(found::add);
            }
        }
        return found;
    }
}
