package dev.mnc.jobs.table;

import dev.mnc.jobs.failure.OperatorException;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;

/** The requirement that a table on S3 is written by a committer which does not rename: S3 has no rename of many files at once. */
public final class SafeCommitter {

    private static final String FACTORY =
            PathOutputCommitterFactory.COMMITTER_FACTORY_SCHEME_PATTERN.replace("%s", "s3a");
    private static final String ANY_FACTORY = PathOutputCommitterFactory.COMMITTER_FACTORY_CLASS;
    private static final String S3A_FACTORY = "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory";
    private static final String NAME = "fs.s3a.committer.name";
    private static final String MAGIC = "magic";
    private static final String MAGIC_ENABLED = "fs.s3a.committer.magic.enabled";
    private static final Set<String> SAFE = Set.of(MAGIC, "directory", "partitioned");

    private SafeCommitter() {}

    /**
     * Requires such a committer for a table.
     *
     * @throws OperatorException if the table is on S3 and the settings name another committer
     */
    public static void require(String table, Configuration hadoop) {
        refusal(table, hadoop).ifPresent(refusal -> {
            throw refusal;
        });
    }

    /** Returns why a table on S3 would not be written by such a committer, or nothing if it would or lies elsewhere. */
    public static Optional<OperatorException> refusal(String table, Configuration hadoop) {
        if (!table.startsWith("s3a://")) {
            return Optional.empty();
        }
        // That of all stores goes before that of one.
        String key = hadoop.get(ANY_FACTORY, "").isBlank() ? FACTORY : ANY_FACTORY;
        String factory = hadoop.get(key, "none");
        if (!factory.equals(S3A_FACTORY)) {
            return Optional.of(unsafe(key, factory, S3A_FACTORY));
        }
        String name = hadoop.get(NAME, "file");
        if (!SAFE.contains(name)) {
            return Optional.of(unsafe(NAME, name, MAGIC));
        }
        return name.equals(MAGIC) && !hadoop.getBoolean(MAGIC_ENABLED, true)
                ? Optional.of(OperatorException.environment(
                        "the committer of S3 cannot work: spark.hadoop." + MAGIC_ENABLED + " is false, and "
                                + "spark.hadoop." + NAME + " is magic",
                        "leave both settings out"))
                : Optional.empty();
    }

    private static OperatorException unsafe(String key, String value, String best) {
        return OperatorException.environment(
                "the committer of S3 is not safe: spark.hadoop." + key + " is " + value
                        + ", with which a killed task can leave rows or lose them",
                "leave the setting out, or set it to " + best);
    }
}
