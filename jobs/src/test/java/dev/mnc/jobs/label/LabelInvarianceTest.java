package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import dev.mnc.dataset.SceneGenerator;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels do not depend on how the work was cut: the model that ships, on scenes. */
class LabelInvarianceTest {

    private static final SparkSession SPARK = TestSession.spark();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void rowsAreTheSameForAnyBatchAndAnyPartitions() throws IOException {
        new SceneGenerator(11).write(temporary, 12);

        List<Row> oneByOne = label("one", "label { batch-size = 1, partitions-per-slot = 1 }");
        List<Row> together = label("many", "label { batch-size = 8, partitions-per-slot = 3, wave-images = 5 }");

        assertThat(oneByOne).hasSizeGreaterThan(40);
        assertThat(together).hasSameSizeAs(oneByOne);
        for (int i = 0; i < oneByOne.size(); i++) {
            Row one = oneByOne.get(i);
            Row other = together.get(i);
            assertThat(other.getLong(0)).isEqualTo(one.getLong(0));
            assertThat(other.getInt(1)).isEqualTo(one.getInt(1));
            assertThat(other.getLong(2)).isEqualTo(one.getLong(2));
            assertThat(other.getDouble(3)).isCloseTo(one.getDouble(3), within(1e-5));
            assertThat(other.getString(4)).isEqualTo(one.getString(4));
        }
    }

    private List<Row> label(String table, String text) {
        Settings settings = Settings.of(ConfigFactory.parseString(text));
        LabelConfig config = settings.read("label", LabelConfig::from);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Console silent = new Console(nowhere, nowhere, Console.Format.TEXT, Console.Verbosity.QUIET);
        SavedModelSource source = SavedModelSource.of(
                SavedModelSource.SHIPPED, config, SPARK.sparkContext().hadoopConfiguration());
        String uri = temporary.resolve(table).toString();
        new LabelImages(SPARK, source, config, silent)
                .run(
                        new LabelRequest(
                                temporary.resolve("images").toString(), null, uri, null, LabelRequest.Mode.LABEL),
                        settings.entries("label", LabelConfig::from));
        return new LabelTable(SPARK, uri)
                .instances()
                .select("image_id", "instance", "category_id", "score", "segmentation.counts")
                .orderBy("image_id", "instance")
                .collectAsList();
    }
}
