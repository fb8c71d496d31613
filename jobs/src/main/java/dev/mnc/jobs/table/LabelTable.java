package dev.mnc.jobs.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.RunRecord;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;

/**
 * A label table as its readers see it in Spark: the rows of one published run, or of all that belong together. Only
 * files that a run's record names are read.
 */
public final class LabelTable {

    private static final String RUN = "run";
    private static final String AGE = "age";

    private final SparkSession spark;
    private final PublishedRuns runs;

    public LabelTable(SparkSession spark, String uri) {
        this.spark = spark;
        this.runs = new PublishedRuns(uri, spark.sparkContext().hadoopConfiguration());
    }

    public String uri() {
        return runs.uri();
    }

    /** Returns the published runs, the newest first; none if the table does not exist. */
    public List<RunRecord> published() {
        return runs.published();
    }

    /** Returns the newest run, see {@link PublishedRuns#newest}. */
    public RunRecord newest() {
        return runs.newest();
    }

    /** Returns a run by its id, see {@link PublishedRuns#run}. */
    public RunRecord run(String runId) {
        return runs.run(runId);
    }

    /** Returns the rows of {@link LabelColumns#INSTANCES} of one run. */
    public Dataset<Row> instances(RunRecord run) {
        return read("instances", run, LabelColumns.INSTANCES);
    }

    /** Returns the rows of {@link LabelColumns#IMAGES} of one run. */
    public Dataset<Row> images(RunRecord run) {
        return read("images", run, LabelColumns.IMAGES);
    }

    /**
     * Returns the newest row of each image, over all runs with the model and settings of the newest run. A nightly run
     * holds only what was new that night, so this is what evaluation and export read.
     */
    public Dataset<Row> images() {
        List<RunRecord> current = runs.current();
        if (current.size() == 1) {
            return images(current.get(0));
        }
        return newestImages(current).select(columns(LabelColumns.IMAGES));
    }

    /** Returns the instances of the rows of {@link #images()}. */
    public Dataset<Row> instances() {
        List<RunRecord> current = runs.current();
        if (current.size() == 1) {
            return instances(current.get(0));
        }
        Dataset<Row> all = union(current, "instances", LabelColumns.INSTANCES);
        Dataset<Row> newest = newestImages(current).select("image_uri", RUN);
        return all.join(newest, new String[] {"image_uri", RUN}, "left_semi").select(columns(LabelColumns.INSTANCES));
    }

    private Dataset<Row> newestImages(List<RunRecord> runs) {
        Column rank = row_number().over(Window.partitionBy("image_uri").orderBy(col(AGE)));
        return union(runs, "images", LabelColumns.IMAGES)
                .withColumn("rank", rank)
                .filter(col("rank").equalTo(1));
    }

    private Dataset<Row> union(List<RunRecord> runs, String part, StructType columns) {
        Dataset<Row> all = null;
        for (int age = 0; age < runs.size(); age++) {
            Dataset<Row> rows = read(part, runs.get(age), columns)
                    .withColumn(RUN, lit(runs.get(age).runId()))
                    .withColumn(AGE, lit(age));
            all = all == null ? rows : all.union(rows);
        }
        if (all == null) {
            throw new IllegalStateException("a union of no runs");
        }
        return all;
    }

    private Dataset<Row> read(String part, RunRecord run, StructType columns) {
        String[] files = runs.files(run, part).stream()
                .map(file -> withoutWildcards(Store.hadoop(file).toString()))
                .toArray(String[]::new);
        return spark.read().schema(columns).parquet(files).select(columns(columns));
    }

    /** Escapes {@code *}, {@code ?}, brackets and braces, which Spark takes for wildcards in a path. */
    private static String withoutWildcards(String path) {
        return path.replaceAll("([*?\\[\\]{}])", "\\\\$1");
    }

    private static Column[] columns(StructType columns) {
        return Arrays.stream(columns.fieldNames()).map(name -> col(name)).toArray(Column[]::new);
    }
}
