package dev.mnc.jobs.label.work;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.instr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a table that say which images are work.
 *
 * @param runs of the work's model, the newest first
 */
record TableRows(LabelTable table, RunWork work, List<RunRecord> runs, WorkRule rule) {

    /** The rank of runs with other settings: they say that the table knows an image, not that it is labelled. */
    static final int OTHER_SETTINGS = -1;

    private static final StructType RANKS =
            new StructType().add("run", StringType, false).add("rank", IntegerType, false);

    boolean isEmpty() {
        return runs.isEmpty();
    }

    /** Returns the number of rows. */
    long count() {
        return runs.stream()
                .mapToLong(run -> run.outcome().ok() + run.outcome().failed())
                .sum();
    }

    /**
     * Returns the rows, with the columns {@code image_uri}, {@code image_id}, {@code etag}, {@code size_bytes},
     * {@code labelled}, and {@code rank}, which is higher for a newer run, or {@link #OTHER_SETTINGS}.
     */
    Dataset<Row> all(SparkSession spark) {
        Column labelled = col("error_stage").isNull().or(not(col("error_stage").isin("read", "detect")));
        return ranked(spark)
                .select(
                        col("image_uri"),
                        col("image_id"),
                        col("etag"),
                        col("size_bytes"),
                        labelled.as("labelled"),
                        col("rank"));
    }

    private Dataset<Row> ranked(SparkSession spark) {
        if (runs.size() == 1) { // no join, which would take a small run a moment
            return table.images(runs.get(0)).withColumn("rank", lit(rank(0)));
        }
        List<Row> ranks = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            ranks.add(RowFactory.create(runs.get(i).runId(), rank(i)));
        }
        return table.imagesByRun(runs).join(broadcast(spark.createDataFrame(ranks, RANKS)), "run");
    }

    private int rank(int run) {
        return runs.get(run).configDigest().equals(work.configDigest()) ? runs.size() - run : OTHER_SETTINGS;
    }

    /** Returns the column {@code image_uri} of the images that failed as a rule says. */
    Dataset<Row> errors(WorkRule.Errors errors) {
        Column failed = col("error_stage").isNotNull();
        Column matches = errors.reason().isEmpty()
                ? failed
                : failed.and(col("error_stage")
                        .equalTo(errors.reason())
                        .or(instr(col("error_reason"), errors.reason()).gt(0)));
        return table.images(table.run(errors.runId())).filter(matches).select("image_uri");
    }
}
