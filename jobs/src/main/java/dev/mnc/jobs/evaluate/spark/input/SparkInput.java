package dev.mnc.jobs.evaluate.spark.input;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The files that Spark is to read, looked at before any task reads them. */
public final class SparkInput {

    private SparkInput() {}

    /** Throws a {@link NoSuchFileException} if there is no such file or folder. */
    public static void require(String name, Configuration configuration) throws IOException {
        Path path = Store.hadoop(name);
        if (!path.getFileSystem(configuration).exists(path)) {
            throw new NoSuchFileException(name);
        }
    }

    /**
     * Parquet files with their own columns.
     *
     * @throws OperatorException if there are none, or one is no Parquet
     */
    static Dataset<Row> parquet(SparkSession spark, String name) throws IOException {
        require(name, spark.sparkContext().hadoopConfiguration());
        try {
            return spark.read().parquet(name);
        } catch (Exception e) { // Spark's own are checked, but not declared
            throw unreadable(name, e);
        }
    }

    private static OperatorException unreadable(String name, Exception e) {
        if (String.valueOf(e.getMessage()).startsWith("[UNABLE_TO_INFER_SCHEMA]")) {
            return OperatorException.usage("there are no Parquet files in " + name, "give a folder that has some");
        }
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        return OperatorException.environment(
                name + " is no Parquet file, or damaged: " + why, "fix the file, or move it away");
    }
}
