package dev.mnc.jobs.table;

import dev.mnc.jobs.store.Store;
import java.io.Serializable;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One of the two Parquet tables that labels go into, with what an executor needs to write it.
 *
 * @param name of the part and of its folder: {@code instances} or {@code images}
 * @param columns of the rows
 * @param configuration of Hadoop, with the writer's settings
 */
public record TablePart(String name, StructType columns, Broadcast<SerializableConfiguration> configuration)
        implements Serializable {

    /**
     * The folder that a wave of one part is written to, and the name by which the committer knows the writing.
     *
     * @param folder as a uri
     * @param job unique to the wave, so that no other wave or run touches files that are not committed yet
     */
    public record Destination(String folder, UUID job) implements Serializable {

        public Path path() {
            return Store.hadoop(folder);
        }
    }
}
