package dev.mnc.jobs.label;

import dev.mnc.jobs.bench.S3ProxyProcess;
import dev.mnc.jobs.drill.FaultPlan;
import dev.mnc.jobs.drill.FaultProxy;
import dev.mnc.jobs.store.PendingUpload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** An S3 server with a proxy before it that makes faults, known to a session as the bucket {@link S3ProxyProcess#BUCKET}. */
final class FaultyS3 implements AutoCloseable {

    static final String ROOT = "s3a://" + S3ProxyProcess.BUCKET + "/";

    private static final String OF_ALL = "spark.hadoop.fs.s3a.";
    private static final String OF_BUCKET = "fs.s3a.bucket." + S3ProxyProcess.BUCKET + ".";

    /** How a session writes to S3 as {@code conf/spark-defaults.conf} has it. */
    private static final Map<String, String> COMMITTER = Map.of(
            "fs.s3a.committer.name", "magic",
            "fs.s3a.committer.magic.enabled", "true",
            "mapreduce.outputcommitter.factory.scheme.s3a", "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory");

    /** Little patience, so that tests take none. */
    private static final Map<String, String> IMPATIENT = Map.of(
            "attempts.maximum", "1",
            "retry.limit", "2",
            "retry.interval", "1ms",
            "retry.throttle.interval", "1ms",
            "retry.throttle.limit", "2",
            "fast.upload.buffer", "array",
            "audit.enabled", "false");

    private final FaultPlan plan = new FaultPlan(1, Map.of());
    private final Configuration configuration;
    private final Map<String, String> settings = new TreeMap<>(COMMITTER);
    private final S3ProxyProcess server;
    private final FaultProxy proxy;

    /** @param configuration of the session */
    FaultyS3(Path folder, Configuration configuration) throws IOException {
        this.configuration = configuration;
        this.server = new S3ProxyProcess(Path.of(System.getProperty("mnc.s3proxy")), folder, 0);
        server.settings().forEach((key, value) -> settings.put(key.replace(OF_ALL, OF_BUCKET), value));
        URI endpoint = URI.create(settings.get(OF_BUCKET + "endpoint"));
        this.proxy = new FaultProxy(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), plan);
        settings.put(OF_BUCKET + "endpoint", "http://127.0.0.1:" + proxy.port());
        IMPATIENT.forEach((key, value) -> settings.put(OF_BUCKET + key, value));
        settings.forEach(configuration::set);
    }

    FaultPlan plan() {
        return plan;
    }

    /** Returns the objects whose uploads were begun below a folder and neither completed nor aborted. */
    List<String> pendingUploads(String folder) throws IOException {
        return PendingUpload.below(folder, configuration).stream()
                .map(PendingUpload::path)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    @Override
    public void close() throws IOException {
        settings.keySet().forEach(configuration::unset);
        proxy.close();
        server.close();
    }
}
