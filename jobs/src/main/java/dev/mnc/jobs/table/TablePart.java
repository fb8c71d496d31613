package dev.mnc.jobs.table;

import dev.mnc.jobs.store.Store;
import java.io.Serializable;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One of the two tables that labels go into, as executors need it.
 *
 * @param name of the part and of its folder: {@code instances} or {@code images}
 * @param columns of its rows
 * @param writers makes a writer for a file: Spark's own
 * @param configuration with the writer's settings
 */
public record TablePart(
        String name,
        StructType columns,
        OutputWriterFactory writers,
        Broadcast<SerializableConfiguration> configuration)
        implements Serializable {

    /**
     * Where a wave of a part goes, and the name under which its writing is known to the committer.
     *
     * @param folder as a uri
     * @param job unique, so that no other wave or run touches what is not committed yet
     */
    public record Destination(String folder, UUID job) implements Serializable {

        public Path path() {
            return Store.hadoop(folder);
        }
    }
}
