package dev.mnc.jobs.label;

import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.Serializable;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions;
import org.apache.spark.sql.execution.datasources.parquet.ParquetUtils;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One of the two tables that labels go into, as executors need it: Spark's own Parquet writer, set up once a run.
 *
 * @param name of the part and of its folder: {@code instances} or {@code images}
 * @param columns of its rows
 * @param writers makes a writer for a file
 * @param configuration with the writer's settings
 */
record TablePart(
        String name,
        StructType columns,
        OutputWriterFactory writers,
        Broadcast<SerializableConfiguration> configuration)
        implements Serializable {

    /** Sets up the writing of a part. */
    static TablePart of(SparkSession spark, String name, StructType columns) {
        try {
            Job job = Job.getInstance(spark.sparkContext().hadoopConfiguration());
            LabelColumns.WITHOUT_REPEATS.forEach(column ->
                    job.getConfiguration().setBoolean(ParquetOutputFormat.ENABLE_DICTIONARY + '#' + column, false));
            // Asked for by way of the session, which they would look for themselves, the same would load every function
            // of SQL.
            SQLConf settings = new SQLConf();
            for (Tuple2<String, String> setting : spark.sparkContext().getConf().getAll()) {
                if (setting._1().startsWith("spark.sql.")) {
                    settings.setConfString(setting._1(), setting._2());
                }
            }
            OutputWriterFactory writers = SQLConf.withExistingConf(
                    settings, () -> ParquetUtils.prepareWrite(settings, job, columns, options(settings)));
            return new TablePart(
                    name,
                    columns,
                    writers,
                    JavaSparkContext.fromSparkContext(spark.sparkContext())
                            .broadcast(new SerializableConfiguration(job.getConfiguration())));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot set up the writing of " + name, e);
        }
    }

    private static ParquetOptions options(SQLConf settings) {
        return new ParquetOptions(
                scala.collection.immutable.Map.from(
                        CollectionConverters.asScala(java.util.Map.of("compression", "zstd"))),
                settings);
    }

    /**
     * Where a wave of a part goes, and the name under which its writing is known to the committer.
     *
     * @param folder as a uri
     * @param job unique, so that no other wave or run touches what is not committed yet
     */
    record Destination(String folder, UUID job) implements Serializable {

        Path path() {
            return Store.hadoop(folder);
        }
    }
}
