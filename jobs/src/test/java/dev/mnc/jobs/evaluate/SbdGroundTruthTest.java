package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.spark.input.StoredTruth;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sinks;

/** A split list of SBD stands where a COCO json would. */
@Tag("spark")
class SbdGroundTruthTest {

    private final SparkSession spark = TestSession.spark();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void predictionsAreComparedWithTheMasksOfASplit() throws IOException {
        Path split = split();
        Path results = folder.resolve("results.json");
        Files.writeString(results, """
                [{"image_id": 2008000002, "category_id": 12, "score": 0.9,
                  "segmentation": {"size": [4, 4], "counts": [5, 2, 2, 2, 5]}}]""");
        EvaluationSummary summary = Evaluation.run(
                new SparkEngine(spark),
                EvaluateConfig.of(
                        split.toString(),
                        results.toString(),
                        folder.resolve("out").toString()));
        assertThat(summary.results().get(0).type()).isEqualTo(IouType.SEGM);
        assertThat(summary.results().get(0).metric(Metric.AP)).isGreaterThan(0.999);
        assertThat(summary.results().get(0).categories()).hasSize(20);
        assertThat(summary.warnings())
                .containsExactly("instances without a pixel, left out: 1 in 1 of 1 files, the first is instance 2 of "
                        + folder.resolve("inst").resolve("2008_000002.mat"));
    }

    @Test
    void aSplitThatIsNotOnThisMachineIsRefused() {
        assertThatThrownBy(() -> StoredTruth.read("s3a://bucket/val.txt", CocoDialect.COCO, new Configuration()))
                .isInstanceOf(OperatorException.class)
                .hasMessage("s3a://bucket/val.txt is a split list, which can only be read from a local folder");
    }

    private Path split() throws IOException {
        Files.createDirectory(folder.resolve("inst"));
        Matrix pixels = Mat5.newMatrix(4, 4, MatlabType.UInt8);
        for (int i = 0; i < 4; i++) {
            pixels.setInt(1 + i / 2, 1 + i % 2, 1);
        }
        Matrix categories = Mat5.newMatrix(2, 1, MatlabType.UInt8);
        categories.setInt(0, 12);
        categories.setInt(1, 15);
        try (var sink = Sinks.newStreamingFile(
                folder.resolve("inst").resolve("2008_000002.mat").toFile())) {
            Mat5.newWriter(sink)
                    .writeMat(Mat5.newMatFile()
                            .addArray(
                                    "GTinst",
                                    Mat5.newStruct().set("Segmentation", pixels).set("Categories", categories)));
        }
        return Files.writeString(folder.resolve("val.txt"), "2008_000002\n");
    }
}
