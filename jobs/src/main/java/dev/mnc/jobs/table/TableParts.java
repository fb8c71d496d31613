package dev.mnc.jobs.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions;
import org.apache.spark.sql.execution.datasources.parquet.ParquetUtils;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/** Both parts of a label table, ready to be written in the form that Spark writes. */
public record TableParts(TablePart instances, TablePart images) {

    /** Sets up the writing. */
    public static Unshipped of(SparkConf spark, Configuration hadoop) {
        return new Unshipped(
                part("instances", LabelColumns.INSTANCES, spark, hadoop),
                part("images", LabelColumns.IMAGES, spark, hadoop));
    }

    /** The parts before a session ships their settings to its executors. */
    public record Unshipped(Part instances, Part images) {

        public TableParts shipped(JavaSparkContext context) {
            return new TableParts(instances.shipped(context), images.shipped(context));
        }
    }

    /** A {@link TablePart} with its settings here. */
    record Part(String name, StructType columns, Configuration configuration) {

        private TablePart shipped(JavaSparkContext context) {
            return new TablePart(name, columns, context.broadcast(new SerializableConfiguration(configuration)));
        }
    }

    private static Part part(String name, StructType columns, SparkConf spark, Configuration hadoop) {
        try {
            Job job = Job.getInstance(hadoop);
            // Through a session, for which they would look themselves, this would load every function of SQL.
            SQLConf settings = new SQLConf();
            for (Tuple2<String, String> setting : spark.getAll()) {
                if (setting._1().startsWith("spark.sql.")) {
                    settings.setConfString(setting._1(), setting._2());
                }
            }
            var unused = SQLConf.withExistingConf(
                    settings, () -> ParquetUtils.prepareWrite(settings, job, columns, options(settings)));
            return new Part(name, columns, job.getConfiguration());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set up the writing of " + name, e);
        }
    }

    private static ParquetOptions options(SQLConf settings) {
        return new ParquetOptions(
                scala.collection.immutable.Map.from(CollectionConverters.asScala(Map.of("compression", "zstd"))),
                settings);
    }

    /** Frees what executors hold of the settings. */
    public void unship() {
        instances.configuration().unpersist(false);
        images.configuration().unpersist(false);
    }
}
