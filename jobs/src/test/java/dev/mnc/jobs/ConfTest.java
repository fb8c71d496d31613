package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import dev.mnc.jobs.cli.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings that users edit in {@code conf/} are those that the records read. */
class ConfTest {

    private static final Path CONF = Path.of("..", "conf");

    static Iterable<String> sections() {
        return Settings.SECTIONS;
    }

    @Test
    void everySectionHasAReaderAndAFile() {
        assertThat(ConfigCommand.READERS.keySet()).isEqualTo(new TreeSet<>(Settings.SECTIONS));
        for (String section : Settings.SECTIONS) {
            assertThat(CONF.resolve(section + ".conf")).exists();
        }
    }

    @ParameterizedTest
    @MethodSource("sections")
    void fileHoldsEveryKeyWithItsBuiltInDefault(String section) {
        Config file = ConfigFactory.parseFile(CONF.resolve(section + ".conf").toFile());
        TreeMap<String, String> inFile = new TreeMap<>();
        file.entrySet()
                .forEach(e -> inFile.put(
                        String.join(".", ConfigUtil.splitPath(e.getKey())),
                        String.valueOf(e.getValue().unwrapped())));

        TreeMap<String, String> builtIn =
                Settings.defaults()
                        .entries(section, Objects.requireNonNull(ConfigCommand.READERS.get(section)))
                        .stream()
                        .collect(Collectors.toMap(
                                Settings.Entry::key, Settings.Entry::value, (a, b) -> b, TreeMap::new));

        assertThat(inFile.keySet()).isEqualTo(builtIn.keySet());
        inFile.forEach((key, value) -> assertThat(sameValue(value, builtIn.getOrDefault(key, "")))
                .as("%s is %s in conf/%s.conf and %s in the record", key, value, section, builtIn.get(key))
                .isTrue());
    }

    /** 0.001 and 1.0E-3 are one value. */
    private static boolean sameValue(String a, String b) {
        try {
            return Double.parseDouble(a) == Double.parseDouble(b);
        } catch (NumberFormatException e) {
            return a.equals(b);
        }
    }

    @Test
    void sparkReadsItsDefaultsAsProperties() throws Exception {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(CONF.resolve("spark-defaults.conf"))) {
            properties.load(in);
        }
        assertThat(properties.stringPropertyNames()).allMatch(name -> name.startsWith("spark."));
        assertThat(properties)
                .containsEntry("spark.hadoop.fs.s3a.input.stream.type", "classic")
                .containsEntry("spark.hadoop.fs.s3a.committer.name", "magic");
    }
}
