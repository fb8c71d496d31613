package dev.mnc.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mnc.jobs.kubernetes.Manifests.Replacement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests: each says only what its kind knows, and all of them say the same. */
class ManifestsTest {

    private static final String KUBEFLOW_NIGHTLY = "spark-operator/nightly.yaml";
    private static final String KUBEFLOW_ONCE = "spark-operator/once.yaml";
    private static final String APACHE = "apache-operator/application/application.yaml";
    private static final String GPU = "spark-operator/gpu.yaml";
    private static final String APACHE_GPU = "apache-operator/application/gpu.yaml";
    private static final Pattern PROPERTY = Pattern.compile("#?(spark\\.\\S+)\\s+(\\S.*)");
    private static final Pattern COMMITTER = Pattern.compile(".*(committer|commitProtocol|create\\.conditional).*");
    /** Faster, not safer. */
    private static final String IN_MEMORY = "spark.hadoop.fs.s3a.committer.magic.track.commits.in.memory.enabled";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    static List<Path> files() throws IOException {
        return Manifests.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void aManifestSaysWhatItsKindKnows(Path file) throws IOException {
        List<JsonNode> documents = ManifestChecker.read(file);

        assertThat(documents).isNotEmpty();
        assertThat(documents).flatExtracting(ManifestChecker::faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                KUBEFLOW_ONCE
                        + "|onFailureRetries: 2|onFailureRetrys: 2|spec.restartPolicy.onFailureRetrys: unknown field",
                KUBEFLOW_ONCE + "|instances: 2|instances: two|spec.executor.instances: not integer: \"two\"",
                KUBEFLOW_ONCE + "|type: Java|type: Jvm|spec.type: not Java|Scala|Python|R: \"Jvm\"",
                KUBEFLOW_ONCE + "|mode: cluster|mode: [cluster]|spec.mode: not cluster|client: [\"cluster\"]",
                KUBEFLOW_ONCE + "|enabled: \"true\"|enabled: true|spec.sparkConf: not map: ",
                KUBEFLOW_ONCE + "|sparkVersion: 4.1.2|memoryOverheadFactor: \"0.4\"|spec.sparkVersion: missing",
                KUBEFLOW_ONCE
                        + "|readOnlyRootFilesystem|readOnlyRootFileSystem|spec.driver.template.spec.containers[0].securityContext.readOnlyRootFileSystem: unknown field",
                KUBEFLOW_ONCE + "|v1beta2|v1beta3|apiVersion: unknown: sparkoperator.k8s.io/v1beta3",
                KUBEFLOW_NIGHTLY
                        + "|Policy: Forbid|Policy: Forbidden|spec.concurrencyPolicy: not Allow|Forbid|Replace: \"Forbidden\"",
                KUBEFLOW_NIGHTLY + "|timeZone:|timezone:|spec.timezone: unknown field",
                APACHE
                        + "|maxRestartAttempts: 2|maxRestartAttempts: \"2\"|spec.applicationTolerations.restartConfig.maxRestartAttempts: not integer: \"2\"",
                APACHE
                        + "|deploymentMode: ClusterMode|deploymentMode: cluster|spec.deploymentMode: not ClusterMode|ClientMode: \"cluster\"",
                APACHE + "|emptyDir|emptydir|spec.driverSpec.podTemplateSpec.spec.volumes[0].emptydir: unknown field",
                "driver-pod.yaml|runAsUser: 185|runAsUser: spark|spec.securityContext.runAsUser: wrong type of value",
                "driver-pod.yaml|name: tmp|name: 1|spec.containers[0].volumeMounts[0].name: wrong type of value",
                "apache-operator/nightly.yaml|backoffLimit|backOffLimit|spec.jobTemplate.spec.backOffLimit: unknown field",
                "namespace/network-policy.yaml|podSelector|podselector|spec.podselector: unknown field",
            })
    void aPlantedFaultIsFound(String line) throws IOException {
        // A line of a table: file, what stands in it, the fault in its place, what is said of it; the last may have
        // bars too.
        String[] cells = line.split("\\|", 4);
        String text = Files.readString(Manifests.FOLDER.resolve(cells[0]));
        assertThat(text).contains(cells[1]);
        Path planted = Files.writeString(
                temporary.resolve("planted.yaml"),
                text.replaceFirst(Pattern.quote(cells[1]), Matcher.quoteReplacement(cells[2])));

        List<String> faults = ManifestChecker.read(planted).stream()
                .flatMap(document -> ManifestChecker.faults(document).stream())
                .toList();

        assertThat(faults)
                .anyMatch(fault -> cells[3].endsWith(": ") ? fault.startsWith(cells[3]) : fault.equals(cells[3]));
    }

    private static JsonNode nightly() throws IOException {
        return Manifests.read(KUBEFLOW_NIGHTLY, "ScheduledSparkApplication");
    }

    private static JsonNode once() throws IOException {
        return Manifests.read(KUBEFLOW_ONCE, "SparkApplication");
    }

    private static JsonNode apache() throws IOException {
        return Manifests.read(APACHE, "SparkApplication");
    }

    private static JsonNode cronJob() throws IOException {
        return Manifests.read("apache-operator/nightly.yaml", "CronJob");
    }

    @Test
    void everyDialectDescribesTheSamePodsAndJob() throws IOException {
        JsonNode driver = podTemplate("driver-pod.yaml");
        JsonNode executor = podTemplate("executor-pod.yaml");

        assertThat(nightly().at("/spec/template")).isEqualTo(once().path("spec"));
        assertThat(once().at("/spec/driver/template")).isEqualTo(driver);
        assertThat(once().at("/spec/executor/template")).isEqualTo(executor);
        assertThat(apache().at("/spec/driverSpec/podTemplateSpec")).isEqualTo(driver);
        assertThat(apache().at("/spec/executorSpec/podTemplateSpec")).isEqualTo(executor);
        assertThat(apache().at("/spec/jars")).isEqualTo(once().at("/spec/mainApplicationFile"));
        assertThat(apache().at("/spec/driverArgs")).isEqualTo(once().at("/spec/arguments"));
        assertThat(apache().at("/spec/mainClass")).isEqualTo(once().at("/spec/mainClass"));
        assertThat(apache().at("/spec/runtimeVersions/sparkVersion")).isEqualTo(once().at("/spec/sparkVersion"));
        assertThat(cronJob().at("/metadata/name")).isEqualTo(apache().at("/metadata/name"));
        assertThat(nightly().at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
        assertThat(cronJob().at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
    }

    private static JsonNode podTemplate(String file) throws IOException {
        JsonNode pod = Manifests.read(file, "Pod");
        return ((ObjectNode) pod.deepCopy()).without(List.of("apiVersion", "kind"));
    }

    @Test
    void theVersionOfSparkAndTheMainClassAreOurs() throws Exception {
        String pom = Files.readString(Path.of("..", "pom.xml"));

        assertThat(pom)
                .contains("<spark.version>" + once().at("/spec/sparkVersion").asText() + "</spark.version>");
        assertThat(Class.forName(once().at("/spec/mainClass").asText()).getMethod("main", String[].class))
                .isNotNull();
    }

    @Test
    void podsKeepToTheStrictestStandard() throws IOException {
        List<JsonNode> specs = new ArrayList<>();
        for (String file : List.of("driver-pod.yaml", "executor-pod.yaml")) {
            specs.add(Manifests.read(file, "Pod").path("spec"));
        }
        specs.add(cronJob().at("/spec/jobTemplate/spec/template/spec"));

        assertThat(specs).allSatisfy(spec -> {
            assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(spec.at("/securityContext/runAsUser").asInt()).isEqualTo(185);
            assertThat(spec.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(spec.path("containers")).hasSize(1).allSatisfy(container -> {
                JsonNode context = container.path("securityContext");
                assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(context.path("allowPrivilegeEscalation").asBoolean(true))
                        .isFalse();
                assertThat(context.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
            });
        });
    }

    @Test
    void rolesAreHeldByAccountsThatExist() throws IOException {
        for (String file : List.of("namespace/service-accounts.yaml", "apache-operator/nightly.yaml")) {
            List<JsonNode> documents = ManifestChecker.read(Manifests.FOLDER.resolve(file));
            JsonNode binding = Manifests.read(file, "RoleBinding");
            assertThat(names(documents, "Role"))
                    .contains(binding.at("/roleRef/name").asText());
            assertThat(names(documents, "ServiceAccount"))
                    .contains(binding.at("/subjects/0/name").asText());
        }
        List<JsonNode> accounts = ManifestChecker.read(Manifests.FOLDER.resolve("namespace/service-accounts.yaml"));
        assertThat(names(accounts, "ServiceAccount"))
                .containsExactly(
                        Manifests.read("driver-pod.yaml", "Pod")
                                .at("/spec/serviceAccountName")
                                .asText(),
                        Manifests.read("executor-pod.yaml", "Pod")
                                .at("/spec/serviceAccountName")
                                .asText());
    }

    private static List<String> names(List<JsonNode> documents, String kind) {
        return documents.stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .map(document -> document.at("/metadata/name").asText())
                .toList();
    }

    /** Properties of {@code conf/spark-defaults.conf}, those that wait behind a {@code #} too. */
    private static Map<String, String> sparkDefaults() throws IOException {
        Map<String, String> properties = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "conf", "spark-defaults.conf"))) {
            Matcher matcher = PROPERTY.matcher(line);
            if (matcher.matches()) {
                properties.put(matcher.group(1), matcher.group(2).strip());
            }
        }
        return properties;
    }

    @Test
    void theKeysOfCommitterCredentialsAndDevicesAreThoseOfSparkDefaults() throws IOException {
        Map<String, String> defaults = sparkDefaults();
        Map<String, String> kubeflow = Manifests.sparkConf(once());
        Map<String, String> apache = Manifests.sparkConf(apache());
        Map<String, String> gpu = Manifests.sparkConf(
                ManifestChecker.read(Manifests.FOLDER.resolve(GPU)).get(0));

        assertThat(apache).containsAllEntriesOf(kubeflow);
        assertThat(Manifests.sparkConf(ManifestChecker.read(Manifests.FOLDER.resolve(APACHE_GPU))
                        .get(0)))
                .isEqualTo(gpu);
        TreeSet<String> held = new TreeSet<>(List.of(
                "spark.hadoop.fs.s3a.aws.credentials.provider",
                "spark.executor.resource.gpu.amount",
                "spark.task.resource.gpu.amount"));
        defaults.keySet().stream()
                .filter(key -> COMMITTER.matcher(key).matches() && !key.equals(IN_MEMORY))
                .forEach(held::add);
        assertThat(held).hasSizeGreaterThan(8);
        Map<String, String> all = new TreeMap<>(kubeflow);
        all.putAll(gpu);
        assertThat(all).containsKeys(held.toArray(String[]::new));
        all.keySet().retainAll(defaults.keySet());
        assertThat(all).containsKeys(held.toArray(String[]::new));
        assertThat(defaults).containsAllEntriesOf(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {GPU, APACHE_GPU})
    void devicesArePutIntoAManifestByAPatch(String file) throws IOException {
        JsonNode patch = ManifestChecker.read(Manifests.FOLDER.resolve(file)).get(0);
        JsonNode manifest = file.equals(GPU) ? nightly() : apache();

        JsonNode merged = Manifests.merged(manifest, patch);

        assertThat(ManifestChecker.faults(merged)).isEmpty();
        assertThat(merged.findValue("sparkConf"))
                .hasSizeGreaterThan(manifest.findValue("sparkConf").size());
        String slots = Manifests.settings().get("executor-cores");
        assertThat(1 / Double.parseDouble(slots))
                .isEqualTo(Double.parseDouble(Manifests.sparkConf(merged).get("spark.task.resource.gpu.amount")));
    }

    @Test
    void settingsStandInTheManifestsAsTheyAre() throws IOException {
        Map<String, String> settings = Manifests.settings();
        List<Replacement> kubeflow = Manifests.replacements("spark-operator/kustomization.yaml");
        List<Replacement> apache = new ArrayList<>(Manifests.replacements("apache-operator/kustomization.yaml"));
        assertThat(apache).allMatch(replacement -> !replacement.kind().equals("SparkApplication"));
        apache.addAll(Manifests.replacements("apache-operator/application/kustomization.yaml"));
        JsonNode account = ManifestChecker.read(Manifests.FOLDER.resolve("namespace/service-accounts.yaml"))
                .get(0);

        check(
                settings,
                kubeflow,
                Map.of("ScheduledSparkApplication", nightly(), "SparkApplication", once(), "ServiceAccount", account));
        check(settings, apache, Map.of("CronJob", cronJob(), "SparkApplication", apache(), "ServiceAccount", account));
    }

    private static void check(
            Map<String, String> settings, List<Replacement> replacements, Map<String, JsonNode> manifests) {
        assertThat(replacements).extracting(Replacement::setting).containsAll(settings.keySet());
        assertThat(replacements).allSatisfy(replacement -> {
            JsonNode manifest = manifests.get(replacement.kind());
            assertThat(manifest).as(replacement.toString()).isNotNull();
            assertThat(Manifests.at(manifest, replacement.path()).asText())
                    .as(replacement.toString())
                    .isEqualTo(settings.get(replacement.setting()));
        });
    }

    @Test
    void kustomizePutsEverySettingIntoBothDialects() throws Exception {
        assumeThat(onPath("kubectl"))
                .as("kubectl is not installed: kustomize was not tried")
                .isTrue();
        copy(Manifests.FOLDER, temporary);
        Path env = temporary.resolve("settings/settings.env");
        StringBuilder changed = new StringBuilder();
        for (String setting : Manifests.settings().keySet()) {
            changed.append(setting)
                    .append('=')
                    .append(setting.startsWith("executor") && !setting.contains("memory") ? "47" : "new-" + setting)
                    .append('\n');
        }
        Files.writeString(env, changed);
        Path inPod = Files.createDirectory(temporary.resolve("in-pod"));
        copy(temporary.resolve("apache-operator/application"), inPod);
        Files.copy(env, inPod.resolve("settings.env"));

        List<JsonNode> kubeflow = kustomize(temporary.resolve("spark-operator"));
        List<JsonNode> apache = new ArrayList<>(kustomize(temporary.resolve("apache-operator")));
        List<JsonNode> application = kustomize(inPod);

        assertThat(application).hasSize(1);
        apache.addAll(application);
        apache.removeIf(document -> document.path("kind").asText().equals("ConfigMap"));
        kubeflow.removeIf(document -> document.path("kind").asText().equals("ConfigMap"));
        for (List<JsonNode> dialect : List.of(kubeflow, apache)) {
            assertThat(dialect).flatExtracting(ManifestChecker::faults).isEmpty();
            for (String setting : Manifests.settings().keySet()) {
                assertThat(dialect.toString())
                        .contains(setting.startsWith("executor") ? "47" : "\"new-" + setting + "\"");
            }
        }
    }

    private static List<JsonNode> kustomize(Path folder) throws Exception {
        Path rendered = folder.resolveSibling(folder.getFileName() + ".rendered");
        Process process = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                .redirectOutput(rendered.toFile())
                .start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
        return new ArrayList<>(ManifestChecker.read(rendered));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    @Test
    void theImageHasTheFilesAndTheUserOfTheManifests() throws IOException {
        String dockerfile = Files.readString(Manifests.FOLDER.resolve("image/Dockerfile"));

        assertThat(dockerfile)
                .contains("--uid 185 ", "USER 185\n", "ENTRYPOINT [\"tini\", \"-s\", \"--\", \"/opt/entrypoint.sh\"]")
                .contains("COPY --from=unpacked /unpacked/ours/ /opt/mnc-spark/lib/", "/unpacked/ours/mnc-jobs.jar");
        assertThat(once().at("/spec/mainApplicationFile").asText())
                .isEqualTo("local:///opt/mnc-spark/lib/mnc-jobs.jar");
        assertThat(Files.isExecutable(Manifests.FOLDER.resolve("image/entrypoint.sh")))
                .isTrue();
    }

    @Test
    void shellCheckHasNothingToSay() throws Exception {
        assumeThat(onPath("shellcheck")).as("shellcheck is not installed").isTrue();
        List<String> command = new ArrayList<>(List.of("shellcheck"));
        try (Stream<Path> scripts = Files.list(Manifests.FOLDER.resolve("image"))) {
            scripts.map(Path::toString).filter(name -> name.endsWith(".sh")).forEach(command::add);
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(process.waitFor()).isZero();
    }
}
