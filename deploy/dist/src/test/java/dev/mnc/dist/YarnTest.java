package dev.mnc.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.exceptions.YarnException;
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
    private static final Pattern APPLICATION = Pattern.compile("application_\\d+_\\d+");

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
        job.uploadImages();
        String here = job.label("file:" + temporary.resolve("here"), "--master", "local[2]");
        assertThat(here).contains("\"score\"");

        assertThat(job.label("/client", job.onYarn("client", job.withGpus()))).isEqualTo(here);
        assertThat(job.devices("/client")).containsExactlyInAnyOrder("0 fake", "1 fake");
        assertThat(job.label("/cluster", job.onYarn("cluster", "--num-executors", "1")))
                .isEqualTo(here);
        job.failsOnceAndSaysWhy();
        // With other settings the images are work again.
        Archive.Result again = job.run("/cluster", "--master", "local[2]", "--conf", "spark.mnc.label.min-score=0.5");
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
            Files.createDirectories(folder.resolve("gpus"));
            Files.writeString(folder.resolve("secret.properties"), """
                    spark.hadoop.fs.s3a.access.key %1$s
                    spark.hadoop.fs.s3a.secret.key %1$s
                    spark.hadoop.fs.s3a.session.token %1$s
                    spark.hadoop.fs.s3a.encryption.key %1$s
                    """.formatted(CANARY));
            Job job = new Job(archive, spark, folder, new ArrayList<>());
            job.mnc("scenes", "--count", "8", "--out", folder.resolve("scenes").toString());
            return job;
        }

        private String[] onYarn(String mode, String... more) {
            List<String> options =
                    new ArrayList<>(List.of("--master", "yarn", "--deploy-mode", mode, "--driver-memory", "1g"));
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

        /** What has no scheme lies in HDFS: the settings of clients say so. */
        private void uploadImages() throws IOException {
            FileSystem hdfs = FileSystem.get(hadoop.configuration());
            hdfs.copyFromLocalFile(
                    new org.apache.hadoop.fs.Path(
                            folder.resolve("scenes/images").toUri()),
                    new org.apache.hadoop.fs.Path("/photos"));
        }

        /** Two executors with a GPU each, and waves enough for both; a script stands for the control groups, which let a container see its own alone. */
        private String[] withGpus() throws IOException {
            Path script = Files.writeString(folder.resolve("own-gpu.sh"), """
                    #!/bin/sh
                    for gpu in 0 1; do
                      if mkdir "%s/gpus/$gpu" 2>/dev/null; then MNC_FAKE_GPUS=$gpu exec "%s/bin/discover-gpus.sh"; fi
                    done
                    exit 1
                    """.formatted(folder, archive.home()));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            return new String[] {
                "--conf", "spark.mnc.installed-at=" + archive.home(),
                "--num-executors", "2",
                "--conf", "spark.executor.resource.gpu.amount=1",
                "--conf", "spark.task.resource.gpu.amount=1",
                "--conf", "spark.executor.resource.gpu.discoveryScript=" + script,
                "--conf", "spark.executorEnv.MNC_FAKE_GPUS=0,1",
                "--conf", "spark.mnc.label.wave-images=2"
            };
        }

        /** Returns address and kind of the devices in the record of a run. */
        private List<String> devices(String table) throws IOException {
            JsonNode record = new ObjectMapper().readTree(hadoop.files().get(table + "/runs/night.json"));
            List<String> devices = new ArrayList<>();
            record.path("devices")
                    .forEach(device -> devices.add(device.path("address").asText() + " "
                            + device.path("kind").asText()));
            return devices;
        }

        /** There is nothing to label; YARN shows the sentence of the error, and does not start another driver. */
        private void failsOnceAndSaysWhy() throws IOException, InterruptedException, YarnException {
            String[] label = {"label", "--images", "/none", "--table", "/failed", "--"};
            Archive.Result failed =
                    mnc(Stream.of(label, onYarn("cluster")).flatMap(Stream::of).toArray(String[]::new));

            String error = "--images: nothing is there: " + hadoop.uri("/none");
            assertThat(failed.exitCode()).as(failed.output()).isEqualTo(6);
            assertThat(failed.output()).endsWith("error: " + error + "\n  check --images\n");
            Matcher id = APPLICATION.matcher(failed.output());
            assertThat(id.find()).as(failed.output()).isTrue();
            ApplicationReport report = hadoop.application(id.group());
            assertThat(report.getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);
            assertThat(report.getDiagnostics()).contains("error: " + error + " (exit code 6); check --images");
            assertThat(report.getCurrentApplicationAttemptId().getAttemptId()).isEqualTo(1);
        }

        private Archive.Result mnc(String... arguments) throws IOException, InterruptedException {
            Archive.Result result = archive.mnc(
                    spark, Map.of("HADOOP_CONF_DIR", hadoop.settings().toString()), arguments);
            outputs.add(result.output());
            return result;
        }

        private Archive.Result run(String table, String... options) throws IOException, InterruptedException {
            List<String> words = new ArrayList<>(
                    List.of("label", "--images", "/photos", "--table", table, "--run-id", "night", "--"));
            words.addAll(List.of(options));
            return mnc(words.toArray(String[]::new));
        }

        /** Labels into a table and returns its rows. */
        private String label(String table, String... options) throws IOException, InterruptedException {
            Archive.Result labelled = run(table, options);
            assertThat(labelled.exitCode()).as(labelled.output()).isZero();
            if (!table.startsWith("file:")) {
                assertThat(labelled.output()).contains("Submitted application application_");
            }
            Path rows = folder.resolve("rows.json");
            Archive.Result exported =
                    mnc("export", "--table", table, "--format", "coco-results", "--out", "file:" + rows);
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
                    .hasSize(3)
                    .allSatisfy(log -> assertThat(Files.readString(log))
                            .as("the job had the secret")
                            .contains("\"spark.hadoop.fs.s3a.secret.key\":\"*********(redacted)\""));
            files.addAll(events);
            files.addAll(filesBelow(folder.resolve("here")));
            Map<String, byte[]> inHdfs = hadoop.files();
            assertThat(inHdfs).containsKeys("/client/runs/night.json", "/cluster/runs/night.json");
            assertThat(inHdfs.keySet())
                    .noneMatch(name ->
                            name.endsWith(".tmp") || name.contains("/claim-") || name.contains(".sparkStaging"));

            List<byte[]> contents = new ArrayList<>(inHdfs.values());
            for (Path file : files) {
                contents.add(Files.readAllBytes(file));
            }
            outputs.forEach(output -> contents.add(output.getBytes(UTF_8)));
            assertThat(inHdfs.keySet()).anyMatch(name -> name.startsWith("/cluster/outcomes/"));
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
