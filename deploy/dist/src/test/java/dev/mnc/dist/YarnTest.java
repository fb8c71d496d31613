package dev.mnc.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive on YARN with the jars of Spark 4.2 and no others, its tables in HDFS. */
@Tag("spark")
class YarnTest {

    private static final String CANARY = "canary-5b1d";
    private static final int WRITERS = 4;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path temporary;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Hadoop hadoop;

    @BeforeAll
    static void start() throws Exception {
        hadoop = Hadoop.startIn(Files.createDirectories(temporary.resolve("hadoop")));
    }

    @AfterAll
    static void stop() throws Exception {
        hadoop.stop();
    }

    @Test
    void labelsAsThisMachineDoesInBothModesAndLeaksNoSecret() throws Exception {
        Job job = Job.in(temporary);
        String here = job.label("file:" + temporary.resolve("here"), "--master", "local[2]");
        assertThat(here).contains("\"score\"");

        String installed = "spark.mnc.installed-at=" + job.archive.home();
        assertThat(job.label(hadoop.uri("/client"), job.onYarn("client", "--conf", installed)))
                .isEqualTo(here);
        assertThat(job.label(hadoop.uri("/cluster"), job.onYarn("cluster"))).isEqualTo(here);
        // With other settings the images are work again.
        Archive.Result again =
                job.run(hadoop.uri("/cluster"), "--master", "local[2]", "--conf", "spark.mnc.label.min-score=0.5");
        assertThat(again.exitCode()).isEqualTo(4);
        assertThat(again.output()).contains("error: run night is published in " + hadoop.uri("/cluster") + " already");

        job.findsNoSecret();
    }

    /** The job under test: an installation, a Spark, images, and settings with a secret among them. */
    private record Job(Archive archive, Path spark, Path folder, List<String> outputs) {

        static Job in(Path folder) throws IOException, InterruptedException {
            Archive archive = Archive.unpackedIn(Files.createDirectories(folder.resolve("opt")));
            Path spark = Files.createDirectories(folder.resolve("spark"));
            Files.createSymbolicLink(spark.resolve("jars"), Archive.SPARK.resolve("4.2/target/jars"));
            Files.createDirectories(folder.resolve("events"));
            Files.writeString(folder.resolve("secret.properties"), """
                    spark.hadoop.fs.s3a.access.key %1$s
                    spark.hadoop.fs.s3a.secret.key %1$s
                    spark.hadoop.fs.s3a.session.token %1$s
                    spark.hadoop.fs.s3a.encryption.key %1$s
                    """.formatted(CANARY));
            Job job = new Job(archive, spark, folder, new ArrayList<>());
            job.mnc("scenes", "--count", "4", "--out", folder.resolve("scenes").toString());
            return job;
        }

        private String[] onYarn(String mode, String... more) {
            List<String> options = new ArrayList<>(List.of(
                    "--master", "yarn", "--deploy-mode", mode, "--num-executors", "1", "--driver-memory", "1g"));
            options.addAll(List.of("--conf", "spark.executor.memoryOverhead=2g", "--executor-memory", "1g"));
            options.addAll(List.of("--conf", "spark.yarn.jars=local:" + spark.resolve("jars") + "/*"));
            options.addAll(List.of("--conf", "spark.eventLog.enabled=true", "--conf", "spark.eventLog.compress=false"));
            options.addAll(List.of(
                    "--conf", "spark.eventLog.dir=" + folder.resolve("events").toUri()));
            options.addAll(List.of(
                    "--properties-file", folder.resolve("secret.properties").toString()));
            options.addAll(List.of(more));
            return options.toArray(String[]::new);
        }

        private Archive.Result mnc(String... arguments) throws IOException, InterruptedException {
            Archive.Result result = archive.mnc(
                    spark, Map.of("HADOOP_CONF_DIR", hadoop.settings().toString()), arguments);
            outputs.add(result.output());
            return result;
        }

        private Archive.Result run(String table, String... options) throws IOException, InterruptedException {
            String images = folder.resolve("scenes/images").toString();
            List<String> words =
                    new ArrayList<>(List.of("label", "--images", images, "--table", table, "--run-id", "night", "--"));
            words.addAll(List.of(options));
            return mnc(words.toArray(String[]::new));
        }

        /** Labels into a table and returns its rows. */
        private String label(String table, String... options) throws IOException, InterruptedException {
            Archive.Result labelled = run(table, options);
            assertThat(labelled.exitCode()).as(labelled.output()).isZero();
            if (table.startsWith("hdfs:")) {
                assertThat(labelled.output()).contains("Submitted application application_");
            }
            Path rows = folder.resolve("rows.json");
            Archive.Result exported =
                    mnc("export", "--table", table, "--format", "coco-results", "--out", rows.toString());
            assertThat(exported.exitCode()).as(exported.output()).isZero();
            return Files.readString(rows);
        }

        private void findsNoSecret() throws IOException {
            List<Path> files = new ArrayList<>(hadoop.logs());
            assertThat(files).anyMatch(file -> file.endsWith("stderr"));
            List<Path> events = filesBelow(folder.resolve("events"));
            List<Path> jobs = events.stream()
                    .filter(file -> file.getFileName().toString().startsWith("events_"))
                    .toList();
            assertThat(jobs)
                    .hasSize(2)
                    .allSatisfy(log -> assertThat(Files.readString(log))
                            .as("the job had the secret")
                            .contains("\"spark.hadoop.fs.s3a.secret.key\":\"*********(redacted)\""));
            files.addAll(events);
            files.addAll(filesBelow(folder.resolve("here")));
            Map<String, byte[]> inHdfs = hadoop.files();
            assertThat(inHdfs).containsKeys("/client/runs/night.json", "/cluster/runs/night.json");
            assertThat(inHdfs.keySet())
                    .noneMatch(
                            name -> name.endsWith(".tmp") || name.endsWith(".claim") || name.contains(".sparkStaging"));

            List<byte[]> contents = new ArrayList<>(inHdfs.values());
            for (Path file : files) {
                contents.add(Files.readAllBytes(file));
            }
            outputs.forEach(output -> contents.add(output.getBytes(UTF_8)));
            assertThat(contents).noneMatch(content -> new String(content, ISO_8859_1).contains(CANARY));
        }

        private static List<Path> filesBelow(Path folder) throws IOException {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.filter(Files::isRegularFile).toList();
            }
        }
    }

    /** Every writer brings 8 MiB of its own letter, so that half a file or a mixture would be seen. */
    @Test
    void ofSeveralWritersOneCreatesAFileAndReadersSeeItWhole() throws Exception {
        String uri = hadoop.uri("/race/runs/night.json");
        Configuration configuration = hadoop.configuration();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
        try {
            Future<byte[]> seen = threads.submit(() -> firstContent(uri, configuration));
            List<Future<Boolean>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                byte[] content = new byte[8 << 20];
                Arrays.fill(content, (byte) ('a' + i));
                writers.add(threads.submit(() -> creates(uri, content, configuration)));
            }
            int created = 0;
            for (Future<Boolean> writer : writers) {
                created += writer.get() ? 1 : 0;
            }

            assertThat(created).isEqualTo(1);
            assertThat(seen.get()).hasSize(8 << 20).containsOnly(seen.get()[0]);
            assertThat(hadoop.files().get("/race/runs/night.json")).isEqualTo(seen.get());
            assertThat(hadoop.files().keySet().stream().filter(name -> name.startsWith("/race")))
                    .containsExactly("/race/runs/night.json");
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean creates(String uri, byte[] content, Configuration configuration) throws IOException {
        try {
            Store.create(uri, content, configuration);
            return true;
        } catch (FileAlreadyExistsException e) {
            assertThat(e).hasMessage(uri);
            return false;
        }
    }

    /** Returns what a reader gets who opens the file as soon as it is there. */
    private static byte[] firstContent(String uri, Configuration configuration) throws IOException {
        FileSystem hdfs = FileSystem.get(configuration);
        while (!hdfs.exists(Store.hadoop(uri))) {
            Thread.onSpinWait();
        }
        try (InputStream in = Store.open(uri, configuration)) {
            return in.readAllBytes();
        }
    }
}
