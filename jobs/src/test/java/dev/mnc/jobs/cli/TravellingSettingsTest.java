package dev.mnc.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TravellingSettingsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path conf;

    /** The layers mean the same there as here, and the driver does not look for a folder of its own. */
    @Test
    void theOtherMachineHasTheSettingsOfThisOne() throws IOException {
        Path installed = Files.writeString(conf.resolve("label.conf"), "label { min-score = 0.33, threads = 1 }");
        Path mine = Files.writeString(
                conf.resolve("mine"), "label { min-scores = [\"1=0.5\", \"2=0.25\"], threads = 2, batch-size = 2 }");
        Properties here = new Properties();
        here.setProperty("mnc.conf.dir", conf.toString());

        TravellingSettings travelling = TravellingSettings.of(
                List.of("label", "--conf", mine.toString(), "--images", "i", "--set=label.batch-size=4", "--table=t"),
                here,
                Map.of("spark.mnc.label.threads", "3", "spark.executor.cores", "2"));

        assertThat(travelling.command()).containsExactly("label", "--images", "i", "--table=t");
        assertThat(travelling.properties())
                .isEqualTo(Map.of(
                        "spark.mnc.label.min-score", "0.33",
                        "spark.mnc.label.threads", "3",
                        "spark.mnc.label.batch-size", "4",
                        "spark.mnc.label.min-scores", "1=0.5,2=0.25",
                        "spark.mnc.settings-files", installed + "," + mine));
        Properties there = new Properties();
        there.putAll(travelling.properties());
        assertThat(SettingsLayers.directory(there)).isNull();
        SettingsLayers.Loaded loaded = SettingsLayers.load(null, List.of(), there, Map.of());
        assertThat(loaded.files()).containsExactly(installed.toString(), mine.toString());
        String read = Settings.of(loaded.merged())
                .read(
                        "label",
                        label -> label.texts("min-scores", List.of()) + " " + label.number("min-score", 0) + " "
                                + label.integer("threads", 0) + " " + label.integer("batch-size", 0));
        assertThat(read).isEqualTo("[1=0.5, 2=0.25] 0.33 3 4");
    }

    /** A line of spark-submit holds them, and so do the properties of the driver that it starts. */
    @ParameterizedTest
    @ValueSource(strings = {"installed-at", "outcome", "model-host", "settings-files"})
    void whatIsNoSettingIsReadAsNone(String key) {
        Properties driver = new Properties();
        driver.setProperty("spark.mnc." + key, "/opt/mnc-spark");

        assertThat(SettingsLayers.load(null, List.of(), driver, Map.of()).texts())
                .isEmpty();
    }

    @Test
    void applicationsStartedByOthersBringOurSettingsOfSpark() {
        Properties system = new Properties();
        system.setProperty("spark.sql.parquet.compression.codec", "snappy");
        system.setProperty("spark.executor.extraJavaOptions", "-Da=b");

        SparkDefaults.apply(system);

        assertThat(system)
                .containsEntry("spark.hadoop.fs.s3a.committer.name", "magic")
                .containsEntry("spark.sql.parquet.compression.codec", "snappy")
                .containsEntry("spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Da=b");
    }
}
