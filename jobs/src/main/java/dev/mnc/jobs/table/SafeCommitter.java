package dev.mnc.jobs.table;

import dev.mnc.jobs.failure.OperatorException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;

/** The requirement that a table on S3 is written by a committer which does not rename: S3 has no rename of many files at once. */
public final class SafeCommitter {

    private static final String FACTORY =
            PathOutputCommitterFactory.COMMITTER_FACTORY_SCHEME_PATTERN.replace("%s", "s3a");
    private static final String S3A_FACTORY = "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory";
    private static final String NAME = "fs.s3a.committer.name";
    private static final Set<String> SAFE = Set.of("magic", "directory", "partitioned");

    private SafeCommitter() {}

    /**
     * Requires such a committer for a table.
     *
     * @throws OperatorException if the table is on S3 and the settings name another committer
     */
    public static void require(String table, Configuration hadoop) {
        if (!table.startsWith("s3a://")) {
            return;
        }
        require(FACTORY, hadoop.get(FACTORY, "none"), Set.of(S3A_FACTORY), S3A_FACTORY);
        require(NAME, hadoop.get(NAME, "file"), SAFE, "magic");
    }

    private static void require(String key, String value, Set<String> safe, String best) {
        if (!safe.contains(value)) {
            throw OperatorException.environment(
                    "the committer of S3 is not safe: spark.hadoop." + key + " is " + value
                            + ", with which a killed task can leave rows or lose them",
                    "leave the setting out, or set it to " + best);
        }
    }
}
