package dev.mnc.jobs.evaluate;

import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.label.Store;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What Spark is to read, looked at before any task does. */
final class SparkInput {

    private SparkInput() {}

    /** Throws a {@link NoSuchFileException} if there is nothing in a place. */
    static void require(String place, Configuration configuration) throws IOException {
        Path path = Store.hadoop(place);
        if (!path.getFileSystem(configuration).exists(path)) {
            throw new NoSuchFileException(place);
        }
    }

    /**
     * Parquet files with their own columns.
     *
     * @throws OperatorException if there are none, or one is no Parquet
     */
    static Dataset<Row> parquet(SparkSession spark, String place) throws IOException {
        require(place, spark.sparkContext().hadoopConfiguration());
        try {
            return spark.read().parquet(place);
        } catch (Exception e) { // Spark's own are checked, but not declared
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw OperatorException.usage(
                    "there is no Parquet that can be read in " + place + ": " + why,
                    "give a folder or file that has some");
        }
    }
}
