package dev.mnc.jobs.bench;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;

/** A process with an S3 server: S3Proxy over a folder, on loopback, with signatures checked. */
public final class S3ProxyProcess implements AutoCloseable {

    /** The one bucket that there is. */
    public static final String BUCKET = "bench";

    private static final Duration START = Duration.ofSeconds(30);

    private final Process process;
    private final int port;
    private final String key = UUID.randomUUID().toString();
    private final String secret = UUID.randomUUID().toString();

    /**
     * Starts a server.
     *
     * @param jar {@code org.gaul:s3proxy} with its dependencies
     * @param folder of its own
     * @param getMillis time that each GET is delayed to take
     */
    public S3ProxyProcess(Path jar, Path folder, int getMillis) throws IOException {
        if (!Files.isRegularFile(jar)) {
            throw OperatorException.environment(
                    "--s3proxy: there is no " + jar,
                    "./mvnw dependency:copy -Dartifact=org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies"
                            + " -DoutputDirectory=target");
        }
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
        Path data = folder.resolve("objects");
        // A folder below the server's is a bucket; Hadoop creates none.
        Files.createDirectories(data.resolve(BUCKET));
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "s3proxy.endpoint",
                endpoint(port),
                "s3proxy.authorization",
                "aws-v4",
                "s3proxy.identity",
                key,
                "s3proxy.credential",
                secret,
                "jclouds.provider",
                "filesystem-nio2",
                "jclouds.filesystem.basedir",
                data.toString(),
                "jclouds.identity",
                "local",
                "jclouds.credential",
                "local"));
        if (getMillis > 0) {
            properties.put("s3proxy.latency-blobstore", "true");
            properties.put("s3proxy.latency-blobstore.get.latency", Integer.toString(getMillis));
        }
        Path settings = folder.resolve("s3proxy.conf");
        try (var out = Files.newOutputStream(settings)) {
            properties.store(out, null);
        }
        Path log = folder.resolve("s3proxy.log");
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-jar",
                        jar.toString(),
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await(log);
    }

    private static String endpoint(int port) {
        return "http://127.0.0.1:" + port;
    }

    private void await(Path log) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IOException("S3Proxy did not start: " + Files.readString(log), e);
                }
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /** Returns where the server listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Returns the Spark settings by which the server is found. */
    public Map<String, String> settings() {
        return settings(port);
    }

    /** Returns the Spark settings by which the server is found behind a proxy on a port of this machine. */
    public Map<String, String> settings(int proxy) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("spark.hadoop.fs.s3a.endpoint", endpoint(proxy));
        settings.put("spark.hadoop.fs.s3a.endpoint.region", "us-east-1");
        settings.put("spark.hadoop.fs.s3a.path.style.access", "true");
        settings.put("spark.hadoop.fs.s3a.connection.ssl.enabled", "false");
        settings.put("spark.hadoop.fs.s3a.access.key", key);
        settings.put("spark.hadoop.fs.s3a.secret.key", secret);
        return settings;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
