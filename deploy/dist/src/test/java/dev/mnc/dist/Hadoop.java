package dev.mnc.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;

/** HDFS and YARN in a process of their own, with Hadoop's jars and no others. */
final class Hadoop {

    private static final Path MODULE = Path.of("../hadoop").toAbsolutePath().normalize();

    private final Path folder;
    private final Process process;

    private Hadoop(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** Starts both and returns when they can be used. Everything they write lies below the folder. */
    static Hadoop startIn(Path folder) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin/java");
        String classPath = Files.readString(MODULE.resolve("target/classpath"));
        ProcessBuilder builder = new ProcessBuilder(
                        java.toString(),
                        "-Xmx512m",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        MODULE.resolve("target/classes") + ":" + MODULE.resolveSibling("yarn") + ":" + classPath,
                        "dev.mnc.hadoop.MiniHadoop",
                        "hdfs",
                        "conf")
                .directory(folder.toFile())
                .redirectError(folder.resolve("hadoop.log").toFile());
        // Containers are started with the Java of the node manager.
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        String line = out.readLine();
        if (!"ready".equals(line)) {
            process.destroy();
            throw new IllegalStateException(line + "\n" + Files.readString(folder.resolve("hadoop.log")));
        }
        return new Hadoop(folder, process);
    }

    /** The value of {@code HADOOP_CONF_DIR}. */
    Path settings() {
        return folder.resolve("conf");
    }

    Configuration configuration() {
        Configuration configuration = new Configuration();
        for (String file : List.of("core-site.xml", "yarn-site.xml")) {
            configuration.addResource(
                    new org.apache.hadoop.fs.Path(settings().resolve(file).toUri()));
        }
        return configuration;
    }

    /** The address of a file in HDFS. */
    String uri(String path) {
        return configuration().get("fs.defaultFS") + path;
    }

    /** Returns the content of every file in HDFS, by its path. */
    Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        FileSystem hdfs = FileSystem.get(configuration());
        RemoteIterator<LocatedFileStatus> all = hdfs.listFiles(new org.apache.hadoop.fs.Path("/"), true);
        while (all.hasNext()) {
            LocatedFileStatus file = all.next();
            try (InputStream in = hdfs.open(file.getPath())) {
                files.put(file.getPath().toUri().getPath(), in.readAllBytes());
            }
        }
        return files;
    }

    /** Returns what YARN tells of an application. */
    ApplicationReport application(String id) throws IOException, YarnException {
        try (YarnClient yarn = YarnClient.createYarnClient()) {
            yarn.init(new YarnConfiguration(configuration()));
            yarn.start();
            return yarn.getApplicationReport(ApplicationId.fromString(id));
        }
    }

    /** Returns what containers and both services have written to their logs. */
    List<Path> logs() throws IOException {
        List<Path> logs = new ArrayList<>(List.of(folder.resolve("hadoop.log")));
        try (Stream<Path> files = Files.walk(folder.resolve("target"))) {
            files.filter(file -> file.toString().contains("-logDir-") && Files.isRegularFile(file))
                    .forEach(logs::add);
        }
        return logs;
    }

    void stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }
}
