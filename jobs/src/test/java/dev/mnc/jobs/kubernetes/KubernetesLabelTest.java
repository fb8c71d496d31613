package dev.mnc.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.label.TestImages;
import dev.mnc.jobs.table.LabelTable;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nightly job through {@code k8s://}, against a server that runs the pods it is asked for as processes. */
@Tag("spark")
@Tag("tensorflow")
class KubernetesLabelTest {

    private static final String CANARY = "canary-5f0c1e";
    private static final int IMAGES = 24;

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
    Path temporary;

    private ImageRoot image;
    private LocalPods pods;
    private ApiServer server;
    private Process driver;

    @BeforeEach
    void startServer() throws IOException {
        image = ImageRoot.create();
        server = ApiServer.start(objects -> {
            pods = new LocalPods(objects, image, temporary.resolve("pods"));
            return pods;
        });
        ObjectNode secret = JsonNodeFactory.instance.objectNode();
        secret.putObject("metadata").put("name", "s3-keys");
        secret.putObject("stringData").put("secret", CANARY);
        ObjectNode unused = server.objects().put("secrets", secret);
        Files.writeString(temporary.resolve("logging.properties"), LOGGING);
        Files.createDirectory(temporary.resolve("events"));
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < IMAGES; i++) {
            files.put("image" + i + ".png", TestImages.png(40 + i, 32));
        }
        TestImages.write(temporary.resolve("images"), files);
    }

    @AfterEach
    void stopServer() {
        pods.close();
        server.close();
        if (driver != null) {
            driver.destroyForcibly();
        }
    }

    /** What every run here is given, whoever starts its driver. */
    private Properties properties() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("spark.kubernetes.container.image", "mnc-spark:test");
        for (String role : List.of("driver", "executor")) {
            String logging = "-Dlog4j2.configurationFile=" + temporary.resolve("logging.properties");
            properties.setProperty("spark." + role + ".extraJavaOptions", logging);
            properties.setProperty("spark." + role + ".memory", "512m");
            properties.setProperty("spark." + role + ".memoryOverhead", "640m");
            properties.setProperty(
                    "spark.kubernetes." + role + ".podTemplateFile",
                    Manifests.FOLDER.resolve(role + "-pod.yaml").toRealPath().toString());
            properties.setProperty(
                    "spark.kubernetes." + role + ".secretKeyRef.AWS_SECRET_ACCESS_KEY", "s3-keys:secret");
        }
        properties.setProperty("spark.plugins", "dev.mnc.jobs.cli.OptimisedPackages");
        properties.setProperty("spark.executor.instances", "2");
        properties.setProperty("spark.executor.cores", "1");
        properties.setProperty("spark.ui.enabled", "false");
        properties.setProperty("spark.eventLog.enabled", "true");
        properties.setProperty("spark.eventLog.compress", "false");
        properties.setProperty(
                "spark.eventLog.dir", temporary.resolve("events").toUri().toString());
        return properties;
    }

    /** Starts a process of the image with properties in a file, which it names last. */
    private Process start(String name, Properties properties, List<String> arguments, String table) throws IOException {
        Path home = Files.createDirectory(temporary.resolve(name));
        Path file = home.resolve("given.properties");
        try (var out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--properties-file", file.toString(), "--class", "dev.mnc.jobs.Main"));
        // A driver in a pod finds the jar where the image has it.
        boolean inPod = arguments.contains("cluster");
        String jar = "/opt/mnc-spark/lib/mnc-jobs.jar";
        all.addAll(List.of("--name", "mnc-label", "local://" + (inPod ? jar : image.path(jar))));
        all.addAll(List.of("label", "--images", temporary.resolve("images").toString()));
        all.addAll(List.of("--table", temporary.resolve(table).toUri().toString(), "--set", "label.wave-images=12"));
        return image.container(home, all)
                .redirectOutput(temporary.resolve(name + ".log").toFile())
                .start();
    }

    private String log(String name) throws IOException {
        return Files.readString(temporary.resolve(name + ".log"), StandardCharsets.UTF_8);
    }

    private void succeed(String name) throws Exception {
        assertThat(driver.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(log(name))
                .isTrue();
        assertThat(driver.exitValue()).as(log(name)).isZero();
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
        driver = start("local", new Properties(), List.of("driver", "--master", "local[2]"), "local-table");
        succeed("local");
        Properties properties = properties();
        properties.setProperty("spark.driver.host", "127.0.0.1");
        // Whoever does not use our launcher, which refuses it.
        properties.setProperty("spark.hadoop.fs.s3a.bucket.b.encryption.key", CANARY);
        driver = start("client", properties, List.of("driver", "--master", "k8s://" + server.url()), "table");

        await(() -> !atWork(List.of()).isEmpty());
        String killed = atWork(List.of());
        pods.kill(killed);
        await(() -> !atWork(List.of(killed)).isEmpty());
        String evicted = atWork(List.of(killed));
        pods.evict(evicted);
        succeed("client");

        assertThat(pods.started()).hasSizeGreaterThanOrEqualTo(4).contains(killed, evicted);
        assertThat(log("client")).contains("The node was low on resource: memory.", "exit code 137");
        assertThat(rows("table")).isEqualTo(rows("local-table")).hasSizeGreaterThan(IMAGES);
        assertThat(pods.environment(pods.started().get(0))).containsEntry("AWS_SECRET_ACCESS_KEY", CANARY);
        assertThat(eventLog()).contains("*********(redacted)");
        assertThat(holding(CANARY)).isEmpty();
        assertThat(verbs()).isSubsetOf(permitted());
        // Those of the image are used; JavaCPP would have unpacked them in the home folder.
        assertThat(unpackedLibraries()).isEmpty();
        assertThat(server.objects().list("pods", pod -> true)).isEmpty();
        assertThat(server.objects().list("configmaps", map -> true)).isEmpty();
    }

    /** Hands the job to a driver in a pod. */
    private void submit() throws IOException {
        Properties properties = properties();
        properties.setProperty("spark.executor.instances", "1");
        properties.setProperty("spark.kubernetes.driver.master", server.url());
        properties.setProperty("spark.kubernetes.submission.waitAppCompletion", "true");
        properties.setProperty("spark.driver.port", Integer.toString(freePort()));
        properties.setProperty("spark.driver.blockManager.port", Integer.toString(freePort()));
        driver = start(
                "submitter",
                properties,
                List.of(
                        "java",
                        "-cp",
                        image.path("/opt/spark/jars") + "/*",
                        "org.apache.spark.deploy.SparkSubmit",
                        "--master",
                        "k8s://" + server.url(),
                        "--deploy-mode",
                        "cluster"),
                "table");
    }

    @Test
    void aFailingDriversPodSaysWhy() throws Exception {
        Files.move(temporary.resolve("images"), temporary.resolve("elsewhere"));
        submit();
        assertThat(driver.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(log("submitter"))
                .isTrue();

        JsonNode end = Objects.requireNonNull(
                        server.objects().find("pods", pods.started().get(0)))
                .at("/status/containerStatuses/0/state/terminated");
        assertThat(end.path("exitCode").asInt())
                .as(end.path("message").asText())
                .isEqualTo(6);
        assertThat(end.path("message").asText())
                .isEqualTo("error: --images: no such file or folder: " + temporary.resolve("images")
                        + " (exit code 6); check --images");
    }

    @Test
    void aDriverInAPodRunsTheSameJob() throws Exception {
        submit();
        succeed("submitter");

        String pod = pods.started().get(0);
        assertThat(pods.log(pod)).contains("labelled 24 of 24 images");
        assertThat(rows("table")).hasSizeGreaterThan(IMAGES);
        assertThat(pods.started()).hasSize(2);
        assertThat(pods.started())
                .allSatisfy(name -> assertThat(pods.environment(name)).containsEntry("AWS_SECRET_ACCESS_KEY", CANARY));
        assertThat(holding(CANARY)).isEmpty();
        assertThat(verbs()).isSubsetOf(permitted());
        assertThat(eventLog()).contains("\"spark.hadoop.fs.s3a.committer.name\":\"magic\"");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Labels of a table without what differs from run to run: its name and times. */
    private List<String> rows(String table) {
        LabelTable labels =
                new LabelTable(TestSession.spark(), temporary.resolve(table).toString());
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

    private String eventLog() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(temporary.resolve("events"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    /** Returns where a text stands: in what was sent to the server, or in any file but the properties of the driver. */
    private List<String> holding(String text) throws IOException {
        List<String> holders = new ArrayList<>();
        server.requests().stream()
                .filter(request -> request.body().contains(text))
                .forEach(request -> holders.add(request.verb() + " " + request.kind()));
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.getParent().equals(temporary.resolve("client"))
                        && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    holders.add(file.toString());
                }
            }
        }
        return holders;
    }

    private List<Path> unpackedLibraries() throws IOException {
        try (Stream<Path> files = Files.walk(temporary.resolve("pods"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("libtensorflow"))
                    .toList();
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
        List<JsonNode> documents = ManifestChecker.read(Manifests.FOLDER.resolve("namespace/service-accounts.yaml"));
        documents.stream()
                .filter(document -> document.path("kind").asText().equals("Role"))
                .flatMap(role -> role.path("rules").valueStream())
                .forEach(rule -> rule.path("resources")
                        .forEach(resource -> rule.path("verbs")
                                .forEach(verb -> permitted.add(verb.asText() + " " + resource.asText()))));
        return permitted;
    }
}
