package dev.mnc.jobs.evaluate;

import static org.apache.spark.sql.functions.col;

import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.result.CoverageDifference;
import dev.mnc.jobs.evaluate.spark.DistributedEvaluation.Request;
import dev.mnc.jobs.evaluate.spark.input.ShufflePartitions;
import dev.mnc.jobs.evaluate.spark.input.TableLabels;
import dev.mnc.jobs.evaluate.spark.input.TruthRows;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The engine for any number of images and detections, wherever they are: Spark, on a cluster or on this machine.
 *
 * @param smallestRange see {@link Request}; tests make it small
 */
public record SparkEngine(SparkSession spark, int smallestRange) implements Engine {

    private static final String COMPRESS = "spark.shuffle.compress";

    /** The usual engine of a session. */
    public SparkEngine(SparkSession spark) {
        this(spark, Request.SMALLEST_RANGE);
    }

    /**
     * Opens a session, computes with it and closes it.
     *
     * @param command names the application
     */
    static <T> T inSession(String command, Task<T> task) throws IOException {
        try (SparkSession spark = Sessions.open(command, onOneMachine())) {
            return task.on(new SparkEngine(spark));
        }
    }

    /** Compressing what never leaves the machine takes a tenth of the CPU. */
    private static Map<String, String> onOneMachine() {
        boolean local = System.getProperty("spark.master", "local").startsWith("local");
        return local && System.getProperty(COMPRESS) == null ? Map.of(COMPRESS, "false") : Map.of();
    }

    @Override
    public EngineRun open(EvaluateConfig config) throws IOException {
        ShufflePartitions.set(spark, config);
        return SparkRun.open(this, config);
    }

    @Override
    public CoverageDifference coverageDifference(EvaluateConfig a, EvaluateConfig b) throws IOException {
        Dataset<Row> inA = covered(a);
        Dataset<Row> inB = covered(b);
        return new CoverageDifference(images(inA.except(inB)), images(inB.except(inA)));
    }

    private Dataset<Row> covered(EvaluateConfig config) throws IOException {
        TruthRows truth = TruthRows.of(spark, config.groundTruth(), config.dialect(), Compat.NONE);
        return TableLabels.covered(spark, config, truth.keys());
    }

    private static CoverageDifference.Images images(Dataset<Row> images) {
        return new CoverageDifference.Images(
                images.count(),
                images.orderBy(col("truth_id")).limit(CoverageDifference.Images.NAMED).collectAsList().stream()
                        .map(image -> image.getLong(0) + " " + image.getString(1))
                        .toList());
    }

    @Override
    public Configuration hadoop() {
        return spark.sparkContext().hadoopConfiguration();
    }
}
