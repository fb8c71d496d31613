package dev.mnc.jobs.evaluate.spark.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.CocoStream;
import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.Frequency;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruthFile;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.rows.ParquetTruth;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Ground truth as rows. Of annotations none is held by the driver.
 *
 * @param rows images and annotations, of {@link ImageRows#SCHEMA}
 * @param keys {@code truth_id} and {@code file_name} of the images
 * @param categories the listed ones
 * @param namedImages see {@link GroundTruth#namedImages}
 * @param frequencies see {@link GroundTruth#frequencies}
 * @param faults what has been noticed so far
 * @param warnings what has been left out, a line each
 */
public record TruthRows(
        JavaRDD<Row> rows,
        Dataset<Row> keys,
        List<Category> categories,
        Map<String, Long> namedImages,
        Map<Long, Frequency> frequencies,
        FaultLog faults,
        List<String> warnings) {

    private static final int ROWS_A_TASK = 4096;
    private static final StructType KEYS =
            new StructType().add("truth_id", LongType, false).add("file_name", StringType, false);

    public static TruthRows of(SparkSession spark, String name, CocoDialect dialect, Compat compat) throws IOException {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        Path path = Store.hadoop(name);
        if (!GroundTruthFile.isSplit(name)) {
            SparkInput.require(name, configuration);
        }
        boolean tables = !GroundTruthFile.isSplit(name)
                && path.getFileSystem(configuration).getFileStatus(path).isDirectory();
        if (GroundTruthFile.isSplit(name)) {
            EvaluateConfig.requireCoco(dialect, name);
            List<String> warnings = new ArrayList<>();
            GroundTruth truth = StoredTruth.split(name, warnings::add);
            return ofObject(spark, truth, compat, warnings);
        }
        return tables ? ofTables(spark, name, dialect) : ofJson(spark, name, dialect, compat);
    }

    private static TruthRows ofObject(SparkSession spark, GroundTruth truth, Compat compat, List<String> warnings) {
        List<Row> rows = new ArrayList<>();
        truth.images().forEach(image -> rows.add(ImageRows.image(image)));
        for (int i = 0; i < truth.annotations().size(); i++) {
            rows.add(ImageRows.annotation(truth.annotations().get(i), i));
        }
        FaultLog faults = new FaultLog();
        if (compat == Compat.NONE) {
            truth.repeats().forEach(faults::addRepeat);
        }
        return new TruthRows(
                inTasks(JavaSparkContext.fromSparkContext(spark.sparkContext()), rows),
                keys(spark, truth),
                truth.categories(),
                truth.namedImages(),
                truth.frequencies(),
                faults,
                warnings);
    }

    /** Rows of the driver, not too many a task: they travel with it. */
    private static JavaRDD<Row> inTasks(JavaSparkContext context, List<Row> rows) {
        return context.parallelize(rows, 1 + rows.size() / ROWS_A_TASK);
    }

    /** The images of a ground truth that is at hand, as {@link #keys} has them. */
    public static Dataset<Row> keys(SparkSession spark, GroundTruth truth) {
        List<Row> keys = truth.images().stream()
                .map(image -> RowFactory.create(image.id(), image.fileName()))
                .toList();
        return spark.createDataFrame(keys, KEYS);
    }

    private static TruthRows ofJson(SparkSession spark, String uri, CocoDialect dialect, Compat compat)
            throws IOException {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        FaultLog faults = new FaultLog();
        CocoStream.Header header;
        try (InputStream in = Store.open(uri, configuration)) {
            header = CocoStream.header(in, uri, dialect, into(faults));
        }
        if (compat == Compat.NONE) {
            header.repeats().forEach(faults::addRepeat);
        }
        GroundTruth truth = header.truth();
        List<Row> images = truth.images().stream().map(ImageRows::image).toList();
        ReadAnnotations reader = new ReadAnnotations(
                dialect, header.repeated(), truth.namedImages(), compat, new SerializableConfiguration(configuration));
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return new TruthRows(
                inTasks(context, images).union(context.parallelize(List.of(uri)).flatMap(reader)),
                keys(spark, truth),
                truth.categories(),
                truth.namedImages(),
                truth.frequencies(),
                faults,
                List.of());
    }

    private static EntryFaultHandler into(FaultLog faults) {
        AtomicLong order = new AtomicLong();
        return fault -> faults.add(new Fault(
                Reason.UNREADABLE_GROUND_TRUTH,
                Long.MIN_VALUE + order.getAndIncrement(),
                String.valueOf(fault.getMessage())));
    }

    private static TruthRows ofTables(SparkSession spark, String folder, CocoDialect dialect) throws IOException {
        Dataset<Row> images = table(spark, folder + "/images", TruthTables.images(dialect));
        Dataset<Row> annotations = table(spark, folder + "/annotations", TruthTables.ANNOTATIONS);
        Dataset<Row> named = table(spark, folder + "/categories", TruthTables.categories(dialect));
        once(folder, images, named, annotations);
        List<Category> categories = new ArrayList<>();
        Map<Long, Frequency> frequencies = new HashMap<>();
        for (Row row : named.collectAsList()) {
            categories.add(new Category(row.getLong(0), row.getString(1)));
            if (dialect == CocoDialect.LVIS) {
                frequencies.put(row.getLong(0), ParquetTruth.frequency(row.getString(2), folder));
            }
        }
        return new TruthRows(
                images.map(new TruthTables.ImageRow(), Encoders.row(ImageRows.SCHEMA))
                        .union(annotations.map(new TruthTables.AnnotationRow(), Encoders.row(ImageRows.SCHEMA)))
                        .toJavaRDD(),
                images.select(col("image_id").as("truth_id"), col("file_name")),
                categories,
                Map.of(),
                frequencies,
                new FaultLog(),
                List.of());
    }

    /** All three in one job, in the order in which the other engine reads them. */
    private static void once(String folder, Dataset<Row> images, Dataset<Row> categories, Dataset<Row> annotations) {
        List<String> tables = List.of("images", "categories", "annotations");
        List<String> columns = List.of("image_id", "category_id", "annotation_id");
        Row lowest = images.select(lit(0).as("table"), col("image_id").as("id"))
                .union(categories.select(lit(1), col("category_id")))
                .union(annotations.select(lit(2), col("annotation_id")))
                .groupBy("table", "id")
                .count()
                .where(col("count").gt(1))
                .agg(min(struct("table", "id")))
                .first();
        if (!lowest.isNullAt(0)) {
            int table = lowest.getStruct(0).getInt(0);
            ParquetTruth.once(
                    folder + "/" + tables.get(table),
                    columns.get(table),
                    lowest.getStruct(0).getLong(1));
        }
    }

    private static Dataset<Row> table(SparkSession spark, String table, StructType schema) throws IOException {
        Path path = Store.hadoop(table);
        if (!path.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(path)) {
            throw ParquetTruth.missing(table);
        }
        List<String> columns = List.of(SparkInput.parquet(spark, table).columns());
        for (String column : schema.fieldNames()) {
            ParquetTruth.require(table, column, columns);
        }
        return spark.read().schema(schema).parquet(table);
    }
}
