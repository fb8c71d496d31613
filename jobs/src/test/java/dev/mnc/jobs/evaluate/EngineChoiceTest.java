package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.evaluate.Engine.Kind;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineChoiceTest {

    private static final long ENOUGH = Long.MAX_VALUE;

    /** 640 MiB. */
    private static final double FIXED = 671_088_640;

    private final Path folder;
    private final String truth;
    private final String results;

    EngineChoiceTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.truth = file("truth.json", 100);
        this.results = file("results.json", 1000);
    }

    private String file(String name, int bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[bytes]).toString();
    }

    private EvaluateConfig config(String groundTruth, String predictions) {
        return config(groundTruth, predictions, folder.resolve("out").toString());
    }

    private static EvaluateConfig config(String groundTruth, String predictions, String out) {
        return new EvaluateConfig(
                groundTruth, predictions, null, out, Protocol.coco(List.of(IouType.BBOX)), ImageKey.ID);
    }

    private static Kind usual(EvaluateConfig... runs) throws IOException {
        return new EngineChoice(null, null, ENOUGH).of(runs);
    }

    @Test
    void filesOfThisMachineAreForTheLocalEngine() throws IOException {
        assertThat(usual(config(truth, results))).isEqualTo(Kind.LOCAL);
        assertThat(usual(config("file:" + truth, "file:" + results, "file:" + folder)))
                .isEqualTo(Kind.LOCAL);
        assertThat(usual(config(truth, results), config(truth, file("table/instances/part.parquet", 1))))
                .isEqualTo(Kind.LOCAL);
    }

    @Test
    void missingFilesAreForTheLocalEngineWhichSaysSoSoonest() throws IOException {
        assertThat(usual(config(folder.resolve("no.json").toString(), "no-table")))
                .isEqualTo(Kind.LOCAL);
    }

    @Test
    void filesElsewhereAreForSpark() throws IOException {
        assertThat(usual(config("s3a://far/truth.json", results))).isEqualTo(Kind.SPARK);
        assertThat(usual(config(truth, "hdfs://far/table"))).isEqualTo(Kind.SPARK);
        assertThat(usual(config(truth, results, "s3a://far/out"))).isEqualTo(Kind.SPARK);
        assertThat(usual(config(truth, results), config(truth, "s3a://far/results.json")))
                .as("of two runs the second")
                .isEqualTo(Kind.SPARK);
    }

    @Test
    void requestedEngineIsTakenWhateverElseSpeaksForTheOther() throws IOException {
        EvaluateConfig far = config(truth, "s3a://far/table");

        assertThat(new EngineChoice(Kind.SPARK, null, ENOUGH).of(config(truth, results)))
                .isEqualTo(Kind.SPARK);
        assertThat(new EngineChoice(Kind.LOCAL, "local[2]", 1).of(config(truth, results)))
                .isEqualTo(Kind.LOCAL);
        assertThatThrownBy(() -> new EngineChoice(Kind.LOCAL, null, ENOUGH).of(config(truth, results), far))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--engine local reads files of this machine, not s3a://far/table with %s", truth);
    }

    @Test
    void optionsForSparkSubmitMeanSpark() throws IOException {
        assertThat(new EngineChoice(null, "local[*]", ENOUGH).of(config(truth, results)))
                .isEqualTo(Kind.SPARK);
    }

    @Test
    void masterIsThePropertyThatOptionsForSparkSubmitSet() {
        String before = System.clearProperty("spark.master");
        try {
            assertThat(EngineChoice.here(null).master()).isNull();
            System.setProperty("spark.master", "local[3]");
            assertThat(EngineChoice.here(Kind.LOCAL))
                    .isEqualTo(new EngineChoice(
                            Kind.LOCAL, "local[3]", Runtime.getRuntime().maxMemory()));
        } finally {
            System.clearProperty("spark.master");
            if (before != null) {
                System.setProperty("spark.master", before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deep.parquet", "deep.parquet/"})
    void parquetInFoldersOfFoldersIsForSpark(String name) throws IOException {
        file("deep.parquet/category_id=1/part.parquet", 1);
        EvaluateConfig deep = config(truth, folder + "/" + name);

        assertThat(usual(deep)).isEqualTo(Kind.SPARK);
        assertThatThrownBy(() -> new EngineChoice(Kind.LOCAL, null, ENOUGH).of(deep))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--engine local reads files of this machine, not %s/%s with %s", folder, name, truth);
    }

    @Test
    void parquetInOneFolderIsForTheLocalEngine() throws IOException {
        String flat = file("flat.parquet/part-0.parquet", 1);
        file("flat.parquet/_temporary/0/part-1.parquet", 1);
        file("flat.parquet/.hidden/part-2.parquet", 1);

        assertThat(usual(config(truth, folder + "/flat.parquet"))).isEqualTo(Kind.LOCAL);
        assertThat(usual(config(truth, flat))).isEqualTo(Kind.LOCAL);
    }

    @Test
    void memoryIsEstimatedFromTheBytesOfTheFiles() throws IOException {
        String compressed = file("results.json.gz", 1000);
        file("table/instances/run=1/part-0.parquet", 600);
        file("table/instances/run=2/part-0.parquet", 400);
        file("table/images/run=1/part-0.parquet", 77);
        file("parquet.parquet/part-0.parquet", 500);
        file("truth/images/part-0.parquet", 30);
        file("truth/annotations/part-0.parquet", 70);

        assertThat(EngineChoice.bytes(config(truth, results))).isEqualTo(FIXED + 950 + 200);
        assertThat(EngineChoice.bytes(config(truth, compressed))).isEqualTo(FIXED + 4200 + 200);
        assertThat(EngineChoice.bytes(config(truth, folder + "/table"))).isEqualTo(FIXED + 4200 + 200);
        assertThat(EngineChoice.bytes(config(truth, folder + "/parquet.parquet")))
                .isEqualTo(FIXED + 2100 + 200);
        assertThat(EngineChoice.bytes(config(folder + "/truth", results))).isEqualTo(FIXED + 950 + 500);
        assertThat(EngineChoice.bytes(config(folder + "/no.json", folder + "/no")))
                .isEqualTo(FIXED);
    }

    @Test
    void whatDoesNotFitIntoMemoryIsForSpark() throws IOException {
        long needed = (long) FIXED + 950 + 200;

        assertThat(new EngineChoice(null, null, needed + 1).of(config(truth, results)))
                .isEqualTo(Kind.LOCAL);
        assertThat(new EngineChoice(null, null, needed).of(config(truth, results)))
                .isEqualTo(Kind.SPARK);
        assertThat(new EngineChoice(Kind.LOCAL, null, needed).of(config(truth, results)))
                .isEqualTo(Kind.LOCAL);
    }

    @Test
    void twoRunsAreEvaluatedOneAfterTheOtherSoTheLargerOneMustFit() throws IOException {
        EvaluateConfig small = config(truth, results);
        EvaluateConfig large = config(truth, file("large.json", 2000));
        long needed = (long) FIXED + 1900 + 200;

        assertThat(new EngineChoice(null, null, needed + 1).of(small, large)).isEqualTo(Kind.LOCAL);
        assertThat(new EngineChoice(null, null, needed).of(small, large)).isEqualTo(Kind.SPARK);
        assertThat(new EngineChoice(null, null, needed).of(large, small)).isEqualTo(Kind.SPARK);
    }
}
