package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.scenes.SceneGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels do not depend on how the work was cut: the model that ships, on scenes. */
@Tag("spark")
class LabelInvarianceTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final HostConfig MACHINE = Settings.defaults().read("host", HostConfig::from);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void rowsAreTheSameForAnyBatchAndAnyPartitions() throws IOException {
        new SceneGenerator(11).write(temporary, 12);

        List<Row> oneByOne = label("one", "label { batch-size = 1, partitions-per-slot = 1 }");
        List<Row> together = label("many", "label { batch-size = 8, partitions-per-slot = 3, wave-images = 5 }");

        assertThat(oneByOne).hasSizeGreaterThan(40);
        assertSame(together, oneByOne);
    }

    @Test
    void rowsAreTheSameForFourExecutors() throws Exception {
        new SceneGenerator(11).write(temporary, 12);

        List<Row> here = label("here", "label { batch-size = 8 }");
        labelOnFourExecutors("four");

        assertThat(here).hasSizeGreaterThan(40);
        assertSame(rows("four"), here);
    }

    private static void assertSame(List<Row> rows, List<Row> expected) {
        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Row row = rows.get(i);
            Row known = expected.get(i);
            assertThat(row.getLong(0)).isEqualTo(known.getLong(0));
            assertThat(row.getInt(1)).isEqualTo(known.getInt(1));
            assertThat(row.getLong(2)).isEqualTo(known.getLong(2));
            assertThat(row.getDouble(3)).isCloseTo(known.getDouble(3), within(1e-5));
            assertThat(row.getString(4)).isEqualTo(known.getString(4));
        }
    }

    /** Each executor is a process of its own, as on a cluster. */
    private void labelOnFourExecutors(String table) throws Exception {
        String classes = System.getProperty("java.class.path");
        Path home = temporary.resolve("spark");
        Files.createDirectories(home.resolve("jars"));
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of("-cp", classes, "org.apache.spark.deploy.SparkSubmit"));
        command.addAll(List.of("--master", "local-cluster[4,1,768]", "--conf", "spark.executor.memory=768m"));
        command.addAll(List.of("--conf", "spark.executor.extraClassPath=" + classes));
        command.addAll(List.of("--class", "dev.mnc.jobs.Main", "spark-internal", "label", "--quiet"));
        command.addAll(List.of("--images", temporary.resolve("images").toString()));
        command.addAll(List.of("--table", temporary.resolve(table).toString()));
        Path log = temporary.resolve("log");
        ProcessBuilder process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment()
                .putAll(Map.of(
                        "SPARK_HOME", home.toString(), "SPARK_SCALA_VERSION", "2.13", "SPARK_LOCAL_IP", "127.0.0.1"));
        assertThat(process.start().waitFor()).as(Files.readString(log)).isZero();
    }

    private List<Row> label(String table, String text) {
        Settings settings = Settings.of(ConfigFactory.parseString(text));
        LabelConfig config = settings.read("label", LabelConfig::from);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Console silent = new Console(nowhere, nowhere, Console.Format.TEXT, Console.Verbosity.QUIET);
        SavedModelSource source = SavedModelSource.of(
                ModelFolder.SHIPPED, config, MACHINE, SPARK.sparkContext().hadoopConfiguration());
        String uri = temporary.resolve(table).toString();
        new LabelImages(SPARK, source, config, MACHINE, silent)
                .run(
                        new LabelRequest(
                                temporary.resolve("images").toString(), null, uri, null, LabelRequest.Mode.LABEL),
                        settings.entries("label", LabelConfig::from));
        return rows(table);
    }

    private List<Row> rows(String table) {
        return new LabelTable(SPARK, temporary.resolve(table).toString())
                .instances()
                .select("image_id", "instance", "category_id", "score", "segmentation.counts")
                .orderBy("image_id", "instance")
                .collectAsList();
    }
}
