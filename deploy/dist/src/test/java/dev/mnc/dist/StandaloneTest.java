package dev.mnc.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive on a standalone cluster, whose Master and Worker are processes with Spark's own jars and no others. */
@Tag("spark")
class StandaloneTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final List<Process> cluster = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (int i = cluster.size() - 1; i >= 0; i--) {
            cluster.get(i).destroy();
            cluster.get(i).waitFor();
        }
    }

    private void start(Path spark, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx256m", "-cp", spark + "/jars/*"));
        for (String name : List.of("lang", "lang.invoke", "io", "net", "nio", "util", "util.concurrent")) {
            command.add("--add-opens=java.base/java." + name + "=ALL-UNNAMED");
        }
        command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        command.add(main);
        command.addAll(List.of(arguments));
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve(main + ".log").toFile());
        process.environment().put("SPARK_HOME", spark.toString());
        process.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        process.environment().put("SPARK_SCALA_VERSION", "2.13");
        cluster.add(process.start());
    }

    private static String port() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return String.valueOf(socket.getLocalPort());
        }
    }

    private String startCluster(Path spark) throws IOException {
        String port = port();
        String master = "spark://127.0.0.1:" + port;
        start(
                spark,
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                port,
                "--webui-port",
                port());
        start(
                spark,
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0.1",
                "--webui-port",
                port(),
                "--cores",
                "2",
                "--memory",
                "3g",
                "--work-dir",
                temporary.resolve("work").toString(),
                master);
        return master;
    }

    @Test
    void labelsAsThisMachineDoesInBothModes() throws Exception {
        Archive archive = Archive.unpackedIn(Files.createDirectories(temporary.resolve("opt")));
        Path spark = Files.createDirectories(temporary.resolve("spark"));
        Files.createSymbolicLink(spark.resolve("jars"), Archive.SPARK.resolve("4.1/target/jars"));
        succeed(archive.mnc(
                spark,
                "scenes",
                "--count",
                "4",
                "--out",
                temporary.resolve("scenes").toString()));
        Path settings = archive.home().resolve("conf/label.conf");
        Files.writeString(settings, Files.readString(settings).replace("min-score = 0.05", "min-score = 0.33"));
        String master = startCluster(spark);

        String here = label(archive, spark, "here", "--master", "local[2]");
        assertThat(here).contains("\"score\"");
        assertThat(label(archive, spark, "client", "--master", master)).isEqualTo(here);
        assertThat(label(archive, spark, "cluster", "--master", master, "--deploy-mode", "cluster"))
                .isEqualTo(here);
    }

    @Test
    void aDistantDriversFailureIsTheCommands() throws Exception {
        Archive archive = Archive.unpackedIn(Files.createDirectories(temporary.resolve("opt")));
        Path spark = Files.createDirectories(temporary.resolve("spark"));
        Files.createSymbolicLink(spark.resolve("jars"), Archive.SPARK.resolve("4.1/target/jars"));
        Path images = temporary.resolve("no-images");

        Archive.Result failed = archive.mnc(
                spark,
                "label",
                "--images",
                images.toString(),
                "--table",
                temporary.resolve("labels").toString(),
                "--",
                "--master",
                startCluster(spark),
                "--deploy-mode",
                "cluster",
                "--supervise", // It must not be tried again and again.
                "--executor-memory",
                "1g");

        assertThat(failed.exitCode()).as(failed.output()).isEqualTo(6);
        assertThat(failed.output().lines())
                .endsWith("error: --images: no such file or folder: " + images, "  check --images");
    }

    /** Labels into a table of its own and returns the rows; the settings of the installation must have held. */
    private String label(Archive archive, Path spark, String table, String... options) throws Exception {
        Path labels = temporary.resolve(table);
        List<String> words = new ArrayList<>(List.of(
                "label",
                "--images",
                temporary.resolve("scenes/images").toString(),
                "--table",
                labels.toString(),
                "--"));
        words.addAll(List.of(options));
        words.addAll(List.of("--executor-memory", "1g", "--total-executor-cores", "1"));
        succeed(archive.mnc(spark, words.toArray(String[]::new)));
        try (Stream<Path> runs = Files.list(labels.resolve("runs"))) {
            Path record = runs.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.readString(record))
                    .contains("\"label.min-score\" : \"0.33\"", archive.home() + "/conf/label.conf");
        }
        Path rows = temporary.resolve(table + ".json");
        succeed(archive.mnc(
                spark, "export", "--table", labels.toString(), "--format", "coco-results", "--out", rows.toString()));
        return Files.readString(rows);
    }

    private static void succeed(Archive.Result result) {
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}
