package dev.mnc.jobs.label;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.schemas.RunRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;

/**
 * A label table for its readers: evaluation, export, report.
 *
 * <pre>
 *   &lt;table&gt;/instances/run=&lt;run-id&gt;/wave=&lt;nnnn&gt;/part-*.zstd.parquet
 *   &lt;table&gt;/images/run=&lt;run-id&gt;/wave=&lt;nnnn&gt;/part-*.zstd.parquet
 *   &lt;table&gt;/runs/&lt;run-id&gt;.json      published runs; only what they name is read
 * </pre>
 */
public final class LabelTable {

    private static final String RUN = "run";
    private static final String AGE = "age";

    private final SparkSession spark;
    private final String uri;

    public LabelTable(SparkSession spark, String uri) {
        this.spark = spark;
        this.uri = uri.length() > 1 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }

    public String uri() {
        return uri;
    }

    /** The published runs, the newest first; none if the table does not exist. */
    public List<RunRecord> published() {
        Path runs = new Path(path(), "runs");
        try {
            FileSystem store = runs.getFileSystem(configuration());
            List<RunRecord> records = new ArrayList<>();
            for (FileStatus file : store.listStatus(runs)) {
                String name = file.getPath().getName();
                if (name.endsWith(".json") && !name.startsWith(".")) {
                    try (InputStream in = store.open(file.getPath())) {
                        records.add(RunRecord.fromJson(
                                new String(in.readAllBytes(), StandardCharsets.UTF_8),
                                file.getPath().toString()));
                    }
                }
            }
            records.sort(
                    Comparator.comparing((RunRecord record) -> record.timing().finishedAt())
                            .thenComparing(RunRecord::runId)
                            .reversed());
            return records;
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the runs of " + uri, e);
        }
    }

    /**
     * The newest published run.
     *
     * @throws OperatorException if there is none
     */
    public RunRecord newest() {
        return published().stream()
                .findFirst()
                .orElseThrow(() -> OperatorException.environment(
                        "no run is published in the table " + uri, "mnc label --images ... --table " + uri));
    }

    /**
     * A published run by its id.
     *
     * @throws OperatorException if there is none of that id
     */
    public RunRecord run(String runId) {
        List<RunRecord> all = published();
        return all.stream()
                .filter(record -> record.runId().equals(runId))
                .findFirst()
                .orElseThrow(() -> OperatorException.usage(
                        "the table " + uri + " has no published run " + runId,
                        "published are: "
                                + String.join(
                                        ", ", all.stream().map(RunRecord::runId).toList())));
    }

    /** The rows of {@link LabelColumns#INSTANCES} of one run. */
    public Dataset<Row> instances(RunRecord run) {
        return read("instances", run, LabelColumns.INSTANCES);
    }

    /** The rows of {@link LabelColumns#IMAGES} of one run. */
    public Dataset<Row> images(RunRecord run) {
        return read("images", run, LabelColumns.IMAGES);
    }

    /**
     * The images as they stand now: of all runs with the model and settings of the newest, each image's newest row. A
     * nightly run holds only what was new that night, so this is what evaluation and export want.
     */
    public Dataset<Row> images() {
        List<RunRecord> runs = current();
        if (runs.size() == 1) {
            return images(runs.get(0));
        }
        return newestImages(runs).select(columns(LabelColumns.IMAGES));
    }

    /** The instances of {@link #images()}. */
    public Dataset<Row> instances() {
        List<RunRecord> runs = current();
        if (runs.size() == 1) {
            return instances(runs.get(0));
        }
        Dataset<Row> all = union(runs, "instances", LabelColumns.INSTANCES);
        Dataset<Row> newest = newestImages(runs).select("image_uri", RUN);
        return all.join(newest, new String[] {"image_uri", RUN}, "left_semi").select(columns(LabelColumns.INSTANCES));
    }

    private List<RunRecord> current() {
        RunRecord newest = newest();
        return published().stream()
                .filter(run -> run.modelDigest().equals(newest.modelDigest())
                        && run.configDigest().equals(newest.configDigest()))
                .toList();
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
        String prefix = part + "/";
        // Exactly the files the record names: what lies beside them was never published.
        String[] files = run.files().stream()
                .map(RunRecord.DataFile::path)
                .filter(path -> path.startsWith(prefix))
                .map(path -> new Path(path(), path).toString())
                .map(LabelTable::withoutWildcards)
                .toArray(String[]::new);
        return spark.read().schema(columns).parquet(files).select(columns(columns));
    }

    /** Spark takes {@code *}, {@code ?}, brackets and braces in a path for wildcards unless they are escaped. */
    private static String withoutWildcards(String path) {
        return path.replaceAll("([*?\\[\\]{}])", "\\\\$1");
    }

    private static Column[] columns(StructType columns) {
        return Arrays.stream(columns.fieldNames()).map(name -> col(name)).toArray(Column[]::new);
    }

    Path path() {
        return Store.hadoop(uri);
    }

    private Configuration configuration() {
        return spark.sparkContext().hadoopConfiguration();
    }
}
