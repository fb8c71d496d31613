package dev.mnc.jobs.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Recipes for YARN and for clouds say what {@code conf/spark-defaults.conf} and the manifests for Kubernetes say. */
class ClusterSettingsTest {

    private static final String YARN = "deploy/yarn/yarn.properties";
    private static final String EMR = "deploy/clouds/emr/emr.properties";
    private static final String EMR_GPU = "deploy/clouds/emr/gpu-configurations.json";
    private static final String DATAPROC = "deploy/clouds/dataproc/dataproc.properties";
    private static final List<String> DATAPROC_CLUSTERS =
            List.of("deploy/clouds/dataproc/cluster.yaml", "deploy/clouds/dataproc/gpu-cluster.yaml");
    private static final List<String> DATABRICKS =
            List.of("deploy/clouds/databricks/cluster.json", "deploy/clouds/databricks/gpu-cluster.json");
    private static final String TASK_GPU = "spark.task.resource.gpu.amount";
    private static final String REDACTION = "spark.redaction.regex";
    private static final String MOUNT = "yarn.nodemanager.linux-container-executor.cgroups.mount-path";

    private static final Pattern COMMITTER = Pattern.compile(".*(committer|commitProtocol|create\\.conditional).*");
    /** Faster, not safer. */
    private static final String IN_MEMORY = "spark.hadoop.fs.s3a.committer.magic.track.commits.in.memory.enabled";

    private static Map<String, String> sparkConf(String manifest, String below) throws IOException {
        return ClusterFiles.texts(ClusterFiles.yaml("deploy/kubernetes/spark-operator/" + manifest)
                .at(below));
    }

    private static Map<String, String> kubernetes() throws IOException {
        Map<String, String> all = new TreeMap<>(sparkConf("nightly.yaml", "/spec/template/sparkConf"));
        all.putAll(sparkConf("gpu.yaml", "/spec/template/sparkConf"));
        return all;
    }

    private static Map<String, String> databricks(String file) throws IOException {
        return ClusterFiles.texts(ClusterFiles.json(file).path("spark_conf"));
    }

    private static Map<String, String> only(Map<String, String> settings, Pattern names) {
        Map<String, String> found = new TreeMap<>(settings);
        found.keySet().removeIf(name -> !names.matcher(name).matches() || name.equals(IN_MEMORY));
        return found;
    }

    @Test
    void theCommitterIsTheSameEverywhere() throws IOException {
        Map<String, String> ours = only(ClusterFiles.properties("conf/spark-defaults.conf"), COMMITTER);

        assertThat(ours).hasSize(6);
        assertThat(only(kubernetes(), COMMITTER)).isEqualTo(ours);
        assertThat(only(ClusterFiles.properties(YARN), COMMITTER)).isEqualTo(ours);
        for (String file : DATABRICKS) {
            // The other two are for Spark's own writers, which belong to the runtime there.
            Map<String, String> hadoops = new TreeMap<>(ours);
            hadoops.keySet().removeIf(name -> !name.startsWith("spark.hadoop."));
            assertThat(only(databricks(file), COMMITTER)).isEqualTo(hadoops);
        }
    }

    @Test
    void secretsAreNowhereAndWouldBeHidden() throws IOException {
        String pattern = ClusterFiles.properties("conf/spark-defaults.conf").getOrDefault(REDACTION, "");
        List<Map<String, String>> recipes = new ArrayList<>();
        for (String file : List.of(YARN, EMR, DATAPROC)) {
            recipes.add(ClusterFiles.properties(file));
        }
        assertThat(recipes.get(0)).containsEntry(REDACTION, pattern);
        for (String file : DATABRICKS) {
            assertThat(databricks(file)).containsEntry(REDACTION, pattern);
            recipes.add(databricks(file));
        }

        Pattern secret = Pattern.compile(pattern);
        assertThat(secret.matcher("spark.hadoop.fs.s3a.secret.key").find()).isTrue();
        for (Map<String, String> recipe : recipes) {
            assertThat(recipe.keySet()).noneMatch(name -> secret.matcher(name).find());
        }
    }

    @Test
    void devicesAreTheSameEverywhere() throws IOException {
        Map<String, String> defaults = ClusterFiles.properties("conf/spark-defaults.conf");
        Map<String, String> yarn = ClusterFiles.properties(YARN);
        Pattern devices = Pattern.compile("spark\\..*\\.resource\\..*");
        Map<String, String> kubernetes = only(kubernetes(), devices);

        // Whose GPU it is, YARN does not ask.
        assertThat(kubernetes.remove("spark.executor.resource.gpu.vendor")).isEqualTo("nvidia.com");
        assertThat(only(yarn, devices)).hasSize(3).isEqualTo(kubernetes);
        assertThat(kubernetes).containsAllEntriesOf(only(defaults, devices));
        assertThat(databricks(DATABRICKS.get(1))).containsEntry(TASK_GPU, defaults.getOrDefault(TASK_GPU, ""));
        assertThat(1 / Double.parseDouble(yarn.getOrDefault("spark.executor.cores", "")))
                .isEqualTo(Double.parseDouble(yarn.getOrDefault(TASK_GPU, "")));
    }

    @Test
    void sizesAreThoseOfKubernetes() throws IOException {
        Map<String, String> yarn = ClusterFiles.properties(YARN);
        Map<String, String> settings = new TreeMap<>();
        for (String line : Files.readAllLines(ClusterFiles.ROOT.resolve("deploy/kubernetes/settings/settings.env"))) {
            if (line.contains("=") && !line.startsWith("#")) {
                settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }

        Map.of(
                        "driver-memory", "spark.driver.memory",
                        "executors", "spark.executor.instances",
                        "executor-cores", "spark.executor.cores",
                        "executor-memory", "spark.executor.memory",
                        "executor-memory-overhead", "spark.executor.memoryOverhead")
                .forEach((setting, property) ->
                        assertThat(yarn).containsEntry(property, settings.getOrDefault(setting, "missing")));
    }

    /** What clouds' machines have beyond others' are lines that wait in the file for YARN. */
    @Test
    void cloudsUseWhatTheFileForYarnProposes() throws IOException {
        Map<String, String> yarn = ClusterFiles.properties(YARN);
        for (String file : List.of(EMR, DATAPROC)) {
            Map<String, String> cloud = new TreeMap<>(ClusterFiles.properties(file));
            assertThat(cloud.remove("spark.yarn.jars")).isEqualTo("local:/opt/spark/jars/*");
            assertThat(cloud).hasSizeGreaterThanOrEqualTo(3);
            assertThat(yarn).containsAllEntriesOf(cloud);
        }
        for (String file : DATABRICKS) {
            assertThat(databricks(file)).allSatisfy((name, value) -> {
                if (name.startsWith("spark.mnc.")) {
                    assertThat(yarn).containsEntry(name, value);
                }
            });
        }
    }

    private static Map<String, String> ofYarn() throws Exception {
        Map<String, String> settings = new TreeMap<>(ClusterFiles.hadoop("deploy/yarn/yarn-site.xml"));
        settings.putAll(ClusterFiles.hadoop("deploy/yarn/resource-types.xml"));
        return settings;
    }

    private static Map<String, String> classification(JsonNode list, String name) {
        for (JsonNode entry : list) {
            if (entry.path("Classification").asText().equals(name)) {
                return ClusterFiles.texts(entry.path("Properties"));
            }
        }
        throw new IllegalArgumentException("no classification " + name);
    }

    @Test
    void controlGroupsAreWhereTheirSettingsSay() throws Exception {
        Map<String, String> site = ofYarn();
        Map<String, String> executor = ClusterFiles.sections("deploy/yarn/container-executor.cfg");

        assertThat(executor).containsEntry("cgroups/root", site.get(MOUNT)).containsEntry("gpu/module.enabled", "true");
        String group = "yarn.nodemanager.linux-container-executor.group";
        assertThat(executor.get(group)).isEqualTo(site.get(group));
        assertThat("/" + executor.get("cgroups/yarn-hierarchy"))
                .isEqualTo(site.get("yarn.nodemanager.linux-container-executor.cgroups.hierarchy"));
        assertThat(Files.readString(ClusterFiles.ROOT.resolve("deploy/clouds/emr/bootstrap.sh")))
                .contains("mount -t cgroup -o devices mnc-devices "
                        + classification(ClusterFiles.json(EMR_GPU), "yarn-site")
                                .get(MOUNT) + "/devices\n");
    }

    @Test
    void yarnIsSetUpForDevicesInTheSameWayEverywhere() throws Exception {
        Map<String, String> site = ofYarn();
        Map<String, String> scheduler = ClusterFiles.hadoop("deploy/yarn/capacity-scheduler.xml");
        Map<String, String> executor = ClusterFiles.sections("deploy/yarn/container-executor.cfg");
        JsonNode emr = ClusterFiles.json(EMR_GPU);
        Map<String, String> emrSite = new TreeMap<>(classification(emr, "yarn-site"));
        JsonNode modules = emr.at("/2/Configurations");

        assertThat(classification(emr, "capacity-scheduler")).isEqualTo(scheduler);
        assertThat(classification(modules, "cgroups")).containsEntry("root", emrSite.replace(MOUNT, site.get(MOUNT)));
        assertThat(emrSite).isEqualTo(site);
        assertThat(classification(modules, "gpu")).containsEntry("module.enabled", executor.get("gpu/module.enabled"));

        Map<String, String> dataproc = new TreeMap<>();
        site.forEach((name, value) -> dataproc.put("yarn:" + name, value));
        scheduler.forEach((name, value) -> dataproc.put("capacity-scheduler:" + name, value));
        assertThat(ClusterFiles.texts(
                        ClusterFiles.yaml(DATAPROC_CLUSTERS.get(1)).at("/config/softwareConfig/properties")))
                .isEqualTo(dataproc);
    }

    @Test
    void scriptsAndWhatStartsThemAgree() throws IOException {
        for (String file : DATAPROC_CLUSTERS) {
            JsonNode config = ClusterFiles.yaml(file).path("config");
            assertThat(config.at("/initializationActions").findValuesAsText("executableFile"))
                    .contains("gs://my-bucket/initialize.sh");
            String script = Files.readString(ClusterFiles.ROOT.resolve("deploy/clouds/dataproc/initialize.sh"));
            assertThat(ClusterFiles.texts(config.at("/gceClusterConfig/metadata"))
                            .keySet())
                    .hasSize(2)
                    .allMatch(name -> script.contains("$(metadata " + name + ")"));
        }
        for (String file : DATABRICKS) {
            JsonNode cluster = ClusterFiles.json(file);
            assertThat(cluster.at("/init_scripts/0/volumes/destination").asText())
                    .endsWith("/init.sh");
            assertThat(Files.readString(ClusterFiles.ROOT.resolve("deploy/clouds/databricks/init.sh")))
                    .contains("${"
                            + ClusterFiles.texts(cluster.path("spark_env_vars")).keySet().stream()
                                    .findFirst()
                                    .orElseThrow()
                            + "-}");
        }
    }

    @Test
    void scriptsAreClean() throws Exception {
        assumeThat(Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck"))))
                .as("shellcheck is not installed")
                .isTrue();
        List<Path> scripts = ClusterFiles.ending(".sh", "deploy/yarn", "deploy/clouds");
        assertThat(scripts).hasSize(3).allMatch(Files::isExecutable);
        List<String> command = new ArrayList<>(List.of("shellcheck"));
        scripts.forEach(script -> command.add(script.toString()));

        Process check = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(check.waitFor()).as(output).isZero();
    }

    /** Every file below both folders is looked at by a test of this class. */
    @Test
    void noFileIsForgotten() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (Path file : ClusterFiles.ending("", "deploy/yarn", "deploy/clouds")) {
            if (Files.isRegularFile(file)) {
                names.add(ClusterFiles.ROOT.relativize(file).toString());
            }
        }
        TreeSet<String> known = new TreeSet<>(List.of(YARN, EMR, EMR_GPU, DATAPROC));
        known.addAll(DATAPROC_CLUSTERS);
        known.addAll(DATABRICKS);
        for (String name :
                List.of("yarn-site.xml", "resource-types.xml", "capacity-scheduler.xml", "container-executor.cfg")) {
            known.add("deploy/yarn/" + name);
        }
        for (String name : List.of("emr/bootstrap.sh", "dataproc/initialize.sh", "databricks/init.sh")) {
            known.add("deploy/clouds/" + name);
        }
        assertThat(names).isEqualTo(known);
    }
}
