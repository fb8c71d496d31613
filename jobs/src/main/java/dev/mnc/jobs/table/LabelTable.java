package dev.mnc.jobs.table;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.runs.IntactRuns;
import dev.mnc.jobs.runs.PublishedFile;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A label table as its readers see it in Spark: the rows of one published run, or of all that belong together. Only
 * files that a run's record names are read.
 */
public final class LabelTable {

    private static final String RUN = "run";
    private static final String AGE = "age";
    private static final int TASKS_A_SLOT = 4;
    private static final StructType AGES =
            new StructType().add(RUN, StringType, false).add(AGE, IntegerType, false);

    private final SparkSession spark;
    private final PublishedRuns runs;
    private final Set<String> checked = ConcurrentHashMap.newKeySet();
    private final @Nullable ListedRows listed;

    public LabelTable(SparkSession spark, String uri) {
        this(spark, uri, null);
    }

    /** @param listed a corpus: rows of other images are left out; null for all rows */
    public LabelTable(SparkSession spark, String uri, @Nullable String listed) {
        this.spark = spark;
        this.listed = listed == null ? null : new ListedRows(spark, new ImageListing.Source(listed, null, null, uri));
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

    /** Returns the data files of a run, see {@link PublishedRuns#dataFiles}. */
    public List<RunRecord.DataFile> dataFiles(RunRecord run) {
        return runs.dataFiles(run);
    }

    /**
     * Returns a run by its id, for readers who cannot do without it: its files are the ones that were published.
     *
     * @throws OperatorException if there is none of that id, or it is damaged
     */
    public RunRecord intactRun(String runId) {
        RunRecord run = runs.run(runId);
        requireIntact(List.of(run), "images");
        requireIntact(List.of(run), "instances");
        return run;
    }

    /** Returns the runs that are fit to be used, see {@link IntactRuns}. */
    public IntactRuns intact(Consumer<String> warn) {
        return new IntactRuns(runs, warn, spark.sparkContext().hadoopConfiguration());
    }

    /**
     * Reads the files of runs once, in tasks. Checksums of pages are no substitute: a bit of a footer or of a page's header
     * can give other rows without an error.
     */
    private void requireIntact(List<RunRecord> some, String part) {
        List<PublishedFile> files = some.stream()
                .flatMap(run -> runs.publishedFiles(run, part).stream())
                .filter(file -> checked.add(file.uri()))
                .toList();
        if (files.isEmpty()) {
            return;
        }
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        List<String> faults = context.parallelize(
                        files, Math.min(files.size(), TASKS_A_SLOT * context.defaultParallelism()))
                .map(new FaultOf(new SerializableConfiguration(context.hadoopConfiguration())))
                .collect();
        for (int i = 0; i < faults.size(); i++) {
            if (!faults.get(i).isEmpty()) {
                throw files.get(i).damage(faults.get(i)).error();
            }
        }
    }

    /** The fault of a file, empty if it has none. */
    private record FaultOf(SerializableConfiguration configuration) implements Function<PublishedFile, String> {

        @Override
        public String call(PublishedFile file) throws IOException {
            return file.fault(configuration.value()).orElse("");
        }
    }

    /** Returns the rows of {@link LabelColumns#INSTANCES} of one run. */
    public Dataset<Row> instances(RunRecord run) {
        return listed(read("instances", run, LabelColumns.INSTANCES));
    }

    /** Returns the rows of {@link LabelColumns#IMAGES} of one run. */
    public Dataset<Row> images(RunRecord run) {
        return listed(read("images", run, LabelColumns.IMAGES));
    }

    private Dataset<Row> listed(Dataset<Row> rows) {
        return listed == null ? rows : listed.of(rows);
    }

    /** Returns the rows of {@link LabelColumns#IMAGES} of some runs, and the run's id as {@code run}. */
    public Dataset<Row> imagesByRun(List<RunRecord> some) {
        return named("images", some, LabelColumns.IMAGES);
    }

    /**
     * Returns the newest row of each image, over all runs with the model of the newest run. A nightly run holds only what
     * was new that night, so this is what evaluation and export read.
     */
    public Dataset<Row> images() {
        List<RunRecord> current = withRows(runs.current(), "images");
        requireIntact(current, "images");
        return current.size() == 1
                ? images(current.get(0))
                : listed(newestImages(current).select(columns(LabelColumns.IMAGES)));
    }

    /** Returns the instances of the rows of {@link #images()}. */
    public Dataset<Row> instances() {
        List<RunRecord> current = withRows(runs.current(), "images");
        requireIntact(current, "images");
        requireIntact(current, "instances");
        if (current.size() == 1) {
            return instances(current.get(0));
        }
        Dataset<Row> newest = newestImages(current).select("image_uri", RUN);
        return listed(named("instances", current, LabelColumns.INSTANCES)
                .join(newest, new String[] {"image_uri", RUN}, "left_semi")
                .select(columns(LabelColumns.INSTANCES)));
    }

    /** Returns the runs that are not empty: a night without work leaves a run too. */
    private List<RunRecord> withRows(List<RunRecord> all, String part) {
        return all.stream().filter(run -> !runs.files(run, part).isEmpty()).toList();
    }

    private Dataset<Row> newestImages(List<RunRecord> runs) {
        List<Row> ages = new ArrayList<>();
        for (int age = 0; age < runs.size(); age++) {
            ages.add(RowFactory.create(runs.get(age).runId(), age));
        }
        Dataset<Row> ageOfRun = spark.createDataFrame(ages, AGES);
        Column rank = row_number().over(Window.partitionBy("image_uri").orderBy(col(AGE)));
        return named("images", runs, LabelColumns.IMAGES)
                .join(broadcast(ageOfRun), RUN)
                .withColumn("rank", rank)
                .filter(col("rank").equalTo(1));
    }

    /** Returns the rows of several runs, with the run's id, which stands in the path of the files. */
    private Dataset<Row> named(String part, List<RunRecord> some, StructType columns) {
        Column run = regexp_extract(col("_metadata.file_path"), "/run=([^/]+)/", 1);
        return read(part, some, columns).withColumn(RUN, run);
    }

    private Dataset<Row> read(String part, RunRecord run, StructType columns) {
        return read(part, List.of(run), columns).select(columns(columns));
    }

    private Dataset<Row> read(String part, List<RunRecord> some, StructType columns) {
        List<String> files =
                some.stream().flatMap(run -> runs.files(run, part).stream()).toList();
        if (files.isEmpty()) {
            return spark.createDataFrame(List.of(), columns);
        }
        // A page that rotted in the store would otherwise be read as other rows.
        return spark.read()
                .option("parquet.page.verify-checksum.enabled", "true")
                .schema(columns)
                .parquet(paths(files));
    }

    /** Returns the paths by which Spark reads files. */
    public static String[] paths(List<String> uris) {
        return uris.stream()
                .map(uri -> withoutWildcards(Store.hadoop(uri).toString()))
                .toArray(String[]::new);
    }

    /** Escapes {@code *}, {@code ?}, brackets and braces, which Spark takes for wildcards in a path. */
    private static String withoutWildcards(String path) {
        return path.replaceAll("([*?\\[\\]{}])", "\\\\$1");
    }

    static Column[] columns(StructType columns) {
        return Arrays.stream(columns.fieldNames()).map(name -> col(name)).toArray(Column[]::new);
    }
}
