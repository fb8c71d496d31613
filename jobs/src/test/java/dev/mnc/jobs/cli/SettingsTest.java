package dev.mnc.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.LabelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path conf;

    @Test
    void laterLayersGoOverEarlierOnes() throws IOException {
        Files.writeString(
                conf.resolve("label.conf"), "label { batch-size = 2, wave-images = 2, read-ahead = 2, threads = 2 }");
        Path first = Files.writeString(
                conf.resolve("first.hocon"), "label { wave-images = 3, read-ahead = 3, threads = 3 }");
        Path second = Files.writeString(conf.resolve("second.hocon"), "label { read-ahead = 4, threads = 4 }");
        Properties properties = new Properties();
        properties.setProperty("spark.mnc.label.threads", "5");
        properties.setProperty("spark.mnc.label.max-instances", "5");

        Settings settings = Settings.of(
                SettingsLayers.load(conf, List.of(first, second), properties, Map.of("label.max-instances", "6"))
                        .merged());

        LabelConfig config = settings.read("label", LabelConfig::from);
        assertThat(List.of(
                        config.batchSize(),
                        config.waveImages(),
                        config.readAhead(),
                        config.threads(),
                        config.maxInstances(),
                        config.partitionsPerSlot()))
                .containsExactly(2, 3, 4, 5, 6, 4);
        assertThat(settings.entries("label", LabelConfig::from))
                .contains(
                        new Settings.Entry("label.max-instances", "6", "--set"),
                        new Settings.Entry("label.threads", "5", "spark.mnc.* property"),
                        new Settings.Entry("label.partitions-per-slot", "4", "built-in default"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "label.batchsize=4      | unknown setting \"label.batchsize\" (test)      | did you mean \"label.batch-size\"?",
                "lable.batch-size=4     | unknown setting \"lable\" (test)                | did you mean \"label\"?",
                "label.batch.size=4     | unknown setting \"label.batch.size\" (test)     | did you mean \"label.batch-size\"?",
                "something.else=1       | unknown setting \"something\" (test)            | known are: host, label, train",
                "label.batch-size=many  | label.batch-size cannot be \"many\" (test)      | the default is 8; see: mnc config show",
                "label.max-image-bytes=5 apples | label.max-image-bytes cannot be \"5 apples\" (test) | the default is 256 MiB; see: mnc config show",
                "label.batch-size=0     | label.batch-size must be 1..256, got 0          | see: mnc config show",
                "label.min-score=1.5    | label.min-score must be in [0, 1], got 1.5      | see: mnc config show",
                "label.min-scores=18=1.5 | label.min-scores: the score of category 18 must be in [0, 1], got 1.5 | see: mnc config show",
                "label.min-scores=cat=0.5 | label.min-scores: a category's score is written ID=SCORE, for example 18=0.4, got cat=0.5 | see: mnc config show",
                "label=3                | label is a group of settings and has no value of its own | write for example --set label.batch-size=...",
            })
    void refusesWhatItDoesNotKnow(String setting, String message, String remedy) {
        String[] parts = setting.split("=", 2);
        Settings settings = Settings.of(ConfigFactory.parseMap(Map.of(parts[0], parts[1].strip()), "test"));

        assertThatThrownBy(() -> settings.read("label", LabelConfig::from))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.remedy()).isEqualTo(remedy);
                    assertThat(e.kind().exitCode()).isEqualTo(ExitCode.USAGE);
                })
                .hasMessage(message);
    }

    @Test
    void readsSizesWithUnits() {
        Settings settings = Settings.of(ConfigFactory.parseString("label.max-image-bytes = 3 MiB"));

        assertThat(settings.read("label", LabelConfig::from).maxImageBytes()).isEqualTo(3L << 20);
    }

    @Test
    void namesFileAndLineOfAWrongSetting() throws IOException {
        Path file = Files.writeString(conf.resolve("mine.hocon"), "label {\n  batch-sise = 3\n}\n");
        Settings settings = Settings.of(SettingsLayers.load(null, List.of(file), new Properties(), Map.of())
                .merged());

        assertThatThrownBy(() -> settings.read("label", LabelConfig::from))
                .hasMessage("unknown setting \"label.batch-sise\" (" + file + ": 2)");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path file = conf.resolve("none.conf");
        assertThatThrownBy(() -> SettingsLayers.load(null, List.of(file), new Properties(), Map.of()))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--conf " + file + ": no such file, or not readable");
    }

    @Test
    void filesOfOneFolderAreToldByTheirNumber() {
        assertThat(SettingsLayers.byFolder(List.of())).isEmpty();
        assertThat(SettingsLayers.byFolder(List.of("/a/conf/host.conf", "/a/conf/label.conf", "night.conf", "b.conf")))
                .containsExactly("/a/conf (2 files)", ". (2 files)");
        assertThat(SettingsLayers.byFolder(List.of("/a/label.conf", "/b/night.conf", "/a/late.conf")))
                .containsExactly("/a/label.conf", "/b/night.conf", "/a/late.conf");
    }
}
