package dev.mnc.jobs.doctor;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.table.SafeCommitter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** Check that rows appear in the table whole: on S3A a task's files must not be renamed, which is to copy and delete there. */
record CommitterCheck(String table, SparkSettings settings, Configuration configuration) implements Check {

    private static final String NAME = "committer";
    private static final String COMMITTER = "fs.s3a.committer.name";

    /** What tables that Spark itself writes take to use the committer of the store. */
    private static final Map<String, String> SPARKS_OWN = new TreeMap<>(Map.of(
            "spark.sql.sources.commitProtocolClass",
            "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol",
            "spark.sql.parquet.output.committer.class",
            "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter"));

    private static final String REMEDY =
            "start with deploy/bin/mnc, which reads conf/spark-defaults.conf; with your own --properties-file, copy the"
                    + " lines about the committer from there";

    @Override
    public List<Finding> findings() {
        return List.of(table.startsWith("s3a://") ? ofS3a() : elsewhere());
    }

    private Finding elsewhere() {
        if (Store.isLocal(table) || table.startsWith("hdfs:") || table.startsWith("viewfs:")) {
            return Finding.ok(NAME, "renames files, which is one step on this store");
        }
        return Finding.warning(
                NAME,
                "that of Hadoop for " + table.substring(0, table.indexOf(':'))
                        + ", which nobody has tried with mnc-spark",
                "see what the store's documentation says of its committer");
    }

    private Finding ofS3a() {
        Optional<OperatorException> refusal = SafeCommitter.refusal(table, configuration);
        if (refusal.isPresent()) {
            return Finding.failed(
                    NAME,
                    String.valueOf(refusal.get().getMessage()),
                    refusal.get().remedy());
        }
        String name = configuration.get(COMMITTER, "");
        if (!name.equals("magic")) {
            return Finding.warning(
                    NAME,
                    COMMITTER + " is " + name + ", which needs a file system that all executors share",
                    "magic, which is tried, needs none: " + REMEDY);
        }
        for (Map.Entry<String, String> wanted : SPARKS_OWN.entrySet()) {
            String value = settings.get(wanted.getKey(), "not set");
            if (!value.equals(wanted.getValue())) {
                return Finding.failed(
                        NAME,
                        wanted.getKey() + " is " + value
                                + ", so tables that Spark writes itself are not written by magic",
                        REMEDY);
            }
        }
        return Finding.ok(NAME, "magic");
    }
}
