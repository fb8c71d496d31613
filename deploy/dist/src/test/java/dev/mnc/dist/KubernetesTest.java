package dev.mnc.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mnc.dist.Archive.Result;
import dev.mnc.jobs.table.LabelTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive's launcher with a plain Spark 4.2 through {@code k8s://}, against a server that runs the pods it is asked for as
 * processes, by the entrypoint of the image.
 */
@Tag("spark")
class KubernetesTest {

    private static final String CANARY = "canary-5f0c1e";
    private static final int IMAGES = 24;

    /** Where a user's shell, or a Secret in a pod, has the keys of a store. */
    private static final List<String> KEYS = List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");

    /** Any task but those of the first stage, which only wakes the executors. */
    private static final Pattern LABELLING = Pattern.compile("Running task \\S+ in stage [1-9]");

    private static final int PATIENCE_SECONDS = 120;

    /** Spark's own words, which tell when an executor is at work, and more of them in which a secret might be. */
    private static final String LOGGING = """
            rootLogger.level = info
            rootLogger.appenderRef.console.ref = console
            appender.console.type = Console
            appender.console.name = console
            appender.console.target = SYSTEM_ERR
            appender.console.layout.type = PatternLayout
            appender.console.layout.pattern = %d %p %c{1}: %m%n%ex
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path installed;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path images;

    private static Archive archive;
    private static Path spark;
    private static ImageRoot image;
    private static SparkSession session;

    /** What the job makes on this machine alone. */
    private static List<String> localRows;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final ApiObjects objects = new ApiObjects();
    private LocalPods pods;
    private ApiServer server;

    /** Everything that launchers wrote. */
    private final List<String> outputs = new ArrayList<>();

    @BeforeAll
    static void labelHere() throws Exception {
        for (int i = 0; i < IMAGES; i++) {
            ImageIO.write(
                    picture(40 + i, 32),
                    "png",
                    images.resolve("image" + i + ".png").toFile());
        }
        archive = Archive.unpackedIn(Files.createDirectories(installed.resolve("archive")));
        spark = Files.createDirectories(installed.resolve("spark"));
        Files.createSymbolicLink(spark.resolve("jars"), Archive.SPARK.resolve("4.2/target/jars"));
        Path table = installed.resolve("table");

        Result here = archive.mnc(spark, label(images, table, "--master", "local[2]"));

        assertThat(here.exitCode()).as(here.output()).isZero();
        session = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
        localRows = rows(table);
        assertThat(localRows).hasSizeGreaterThan(IMAGES);
        image = ImageRoot.of(
                installed.resolve("image"), archive, spark, Path.of(System.getProperty("user.home"), ".javacpp/cache"));
    }

    @AfterAll
    static void stopSession() {
        session.stop();
    }

    @BeforeEach
    void startServer() throws IOException {
        pods = new LocalPods(objects, image, temporary.resolve("pods"));
        server = ApiServer.start(objects, pods);
        ObjectNode secret = JsonNodeFactory.instance.objectNode();
        secret.putObject("metadata").put("name", "s3-keys");
        secret.putObject("stringData").put("key", CANARY);
        ObjectNode unused = objects.put("secrets", secret);
        Files.writeString(temporary.resolve("logging.properties"), LOGGING);
        Files.createDirectory(temporary.resolve("events"));
    }

    @AfterEach
    void stopServer() {
        pods.close();
        server.close();
    }

    private static BufferedImage picture(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, (x * 7 + y * 13) % 256 * 0x010203);
            }
        }
        return picture;
    }

    private static String[] label(Path from, Path table, String... options) {
        List<String> words = new ArrayList<>(List.of("label", "--images", from.toString()));
        words.addAll(List.of("--table", table.toUri().toString(), "--set", "label.wave-images=12", "--"));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    /** Runs the launcher with keys in its environment, and returns when the job has ended. */
    private Result submit(Path from, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--master", "k8s://" + server.url()));
        for (String pair : List.of(
                "spark.kubernetes.container.image=mnc-spark:test",
                "spark.executor.cores=1",
                "spark.ui.enabled=false",
                "spark.eventLog.enabled=true",
                "spark.eventLog.compress=false",
                "spark.eventLog.dir=" + temporary.resolve("events").toUri())) {
            all.addAll(List.of("--conf", pair));
        }
        String logging = "-Dlog4j2.configurationFile=" + temporary.resolve("logging.properties");
        for (String role : List.of("driver", "executor")) {
            for (String pair : List.of(
                    "spark." + role + ".memory=512m",
                    "spark." + role + ".memoryOverhead=640m",
                    "spark." + role + ".extraJavaOptions=" + logging,
                    "spark.kubernetes." + role + ".podTemplateFile=deploy/kubernetes/" + role + "-pod.yaml")) {
                all.addAll(List.of("--conf", pair));
            }
            KEYS.forEach(key -> all.addAll(
                    List.of("--conf", "spark.kubernetes." + role + ".secretKeyRef." + key + "=s3-keys:key")));
        }
        all.addAll(List.of(options));
        Map<String, String> environment =
                Map.of(KEYS.get(0), CANARY, KEYS.get(1), CANARY, KEYS.get(2), CANARY, "MNC_JAVA_OPTS", logging);
        Result result =
                archive.mnc(spark, environment, label(from, temporary.resolve("table"), all.toArray(String[]::new)));
        outputs.add(result.output());
        return result;
    }

    private Result submitToCluster(Path from) throws IOException, InterruptedException {
        String options = "--deploy-mode cluster --num-executors 1 --conf spark.kubernetes.driver.master=" + server.url()
                + " --conf spark.driver.port=" + freePort() + " --conf spark.driver.blockManager.port=" + freePort();
        return submit(from, options.split(" ", -1));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Returns the first pod that labels and is not among those named; empty if there is none. */
    private String atWork(List<String> others) {
        return pods.started().stream()
                .filter(pod -> !others.contains(pod)
                        && LABELLING.matcher(pods.log(pod)).find())
                .findFirst()
                .orElse("");
    }

    @Test
    void aKilledAndAnEvictedExecutorAreReplacedAndCostNothing() throws Exception {
        CompletableFuture<Result> job = CompletableFuture.supplyAsync(() -> {
            try {
                return submit(images, "--num-executors", "2", "--conf", "spark.driver.host=127.0.0.1");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await(() -> job.isDone() || !atWork(List.of()).isEmpty());
        String killed = atWork(List.of());
        pods.kill(killed);
        await(() -> job.isDone() || !atWork(List.of(killed)).isEmpty());
        String evicted = atWork(List.of(killed));
        pods.evict(evicted);
        Result result = job.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertThat(result.exitCode()).as(whatWasSaid(result)).isZero();
        assertThat(pods.started()).hasSizeGreaterThanOrEqualTo(4).contains(killed, evicted);
        assertThat(result.output()).contains("The node was low on resource: memory.", "exit code 137");
        assertThat(rows(temporary.resolve("table"))).isEqualTo(localRows);
        // Those of the image are used; JavaCPP would have unpacked them in the home folder.
        assertThat(filesBelow(temporary.resolve("pods")))
                .noneMatch(file -> file.getFileName().toString().startsWith("libtensorflow"));
        assertThat(objects.list("pods", pod -> true)).isEmpty();
        assertThat(objects.list("configmaps", map -> true)).isEmpty();
        everyPodHadTheSecretAndNobodyTold();
    }

    @Test
    void aDriverInAPodRunsTheSameJob() throws Exception {
        Result result = submitToCluster(images);

        assertThat(result.exitCode()).as(whatWasSaid(result)).isZero();
        assertThat(result.output()).contains("labelled 24 of 24 images");
        assertThat(pods.started()).hasSize(2);
        assertThat(rows(temporary.resolve("table"))).isEqualTo(localRows);
        everyPodHadTheSecretAndNobodyTold();
    }

    @Test
    void aFailingDriverEndsTheLauncherAsItEnded() throws Exception {
        Path nowhere = temporary.resolve("nowhere");

        Result result = submitToCluster(nowhere);

        assertThat(pods.started()).as(whatWasSaid(result)).isNotEmpty();
        JsonNode end = Objects.requireNonNull(
                        objects.find("pods", pods.started().get(0)))
                .at("/status/containerStatuses/0/state/terminated");
        assertThat(end.path("message").asText())
                .as(whatWasSaid(result))
                .isEqualTo("error: --images: no such file or folder: " + nowhere + " (exit code 6); check --images");
        assertThat(end.path("exitCode").asInt()).isEqualTo(6);
        assertThat(result.output())
                .endsWith("error: --images: no such file or folder: " + nowhere + "\n  check --images\n");
        assertThat(result.exitCode()).isEqualTo(6);
        assertThat(holding(CANARY)).isEmpty();
    }

    @Test
    void aSecretOnTheCommandLineGoesNowhere() throws Exception {
        Result result = submit(images, "--conf", "spark.hadoop.fs.s3a.bucket.b.secret.key=" + CANARY);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output())
                .startsWith("error: spark.hadoop.fs.s3a.bucket.b.secret.key would be readable in a ConfigMap of the"
                        + " cluster and in lists of processes\n");
        assertThat(server.requests()).isEmpty();
        assertThat(holding(CANARY)).isEmpty();
    }

    @Test
    void aSparkThatCannotTalkToKubernetesIsNamed() throws Exception {
        Path ofTheArchive = Archive.SPARK.resolve("4.1/target");

        assertThat(archive.mnc(ofTheArchive, label(images, temporary, "--master", "k8s://" + server.url())))
                .isEqualTo(new Result(
                        6,
                        "error: this Spark (" + ofTheArchive + ") has no client of Kubernetes:"
                                + " spark-kubernetes_2.13 is not among its jars\n"
                                + "  set SPARK_HOME to an installation of Spark 4.0, 4.1 or 4.2 with"
                                + " spark-kubernetes_2.13; those of spark.apache.org have it\n"));
    }

    /** Labels of a table without what differs from run to run: its name and times. */
    private static List<String> rows(Path table) {
        LabelTable labels = new LabelTable(session, table.toString());
        List<String> rows = new ArrayList<>();
        for (Row row : labels.images()
                .select("image_id", "file_name", "width", "height", "status", "instance_count")
                .collectAsList()) {
            rows.add(row.toString());
        }
        labels.instances().collectAsList().forEach(row -> rows.add(row.json()));
        rows.sort(null);
        return rows;
    }

    private void everyPodHadTheSecretAndNobodyTold() throws IOException {
        assertThat(pods.started())
                .allSatisfy(pod -> assertThat(KEYS)
                        .allSatisfy(key -> assertThat(pods.environment(pod)).containsEntry(key, CANARY)));
        StringBuilder events = new StringBuilder();
        for (Path file : filesBelow(temporary.resolve("events"))) {
            events.append(Files.readString(file));
        }
        assertThat(events)
                .as("the driver had the secret")
                .contains("\"fs.s3a.secret.key\":\"*********(redacted)\"")
                .contains("\"spark.hadoop.fs.s3a.committer.name\":\"magic\"");
        assertThat(filesBelow(temporary.resolve("table/runs")))
                .filteredOn(file -> file.toString().endsWith(".json"))
                .hasSize(1);
        assertThat(holding(CANARY)).isEmpty();
        Set<String> verbs = verbs();
        // Spark 4.2 makes one with a driver's pod, by the rights of whoever submits.
        verbs.remove("patch networkpolicies");
        assertThat(verbs).isSubsetOf(permitted());
    }

    /** Returns all that the launcher and the pods wrote, for the message of a failure. */
    private String whatWasSaid(Result result) {
        StringBuilder all = new StringBuilder(result.output());
        pods.started()
                .forEach(pod -> all.append("\n--- ").append(pod).append('\n').append(pods.log(pod)));
        return all.toString();
    }

    /** Returns where a text stands: in what was sent to the server, in what a launcher wrote, or in any file. */
    private List<String> holding(String text) throws IOException {
        List<String> holders = new ArrayList<>();
        server.requests().stream()
                .filter(request -> request.body().contains(text))
                .forEach(request -> holders.add(request.verb() + " " + request.kind()));
        outputs.stream().filter(output -> output.contains(text)).forEach(holders::add);
        for (Path file : filesBelow(temporary)) {
            if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                holders.add(file.toString());
            }
        }
        return holders;
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** What was asked of the server, each as a verb and a kind. */
    private Set<String> verbs() {
        TreeSet<String> verbs = new TreeSet<>();
        server.requests().forEach(request -> verbs.add(request.verb() + " " + request.kind()));
        return verbs;
    }

    /** What the role of a driver permits. */
    private static Set<String> permitted() throws IOException {
        TreeSet<String> permitted = new TreeSet<>();
        YAMLMapper yaml = new YAMLMapper();
        Path accounts = archive.home().resolve("deploy/kubernetes/namespace/service-accounts.yaml");
        try (var documents = yaml.readerFor(JsonNode.class).<JsonNode>readValues(accounts.toFile())) {
            for (JsonNode document : documents.readAll()) {
                for (JsonNode rule : document.path("rules")) {
                    for (JsonNode resource : rule.path("resources")) {
                        rule.path("verbs").forEach(verb -> permitted.add(verb.asText() + " " + resource.asText()));
                    }
                }
            }
        }
        return permitted;
    }
}
