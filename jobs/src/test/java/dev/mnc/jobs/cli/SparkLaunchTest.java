package dev.mnc.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class SparkLaunchTest {

    private static final List<String> OURS =
            List.of("/a/lib/mnc-jobs-1.jar", "/a/lib/tensorflow-core-api-1.jar", "/a/lib/picocli-4.jar");

    private static final String TRAVELLING = "/a/lib/tensorflow-core-api-1.jar,/a/lib/picocli-4.jar";

    private static final List<String> LABEL = List.of("label", "--table", "t");

    private static final String CLASS_PATH = "/spark/jars/spark-core_2.13-4.jar:/a/lib/mnc-jobs-1.jar";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path conf;

    private static SparkLaunch launch(List<String> jvmOptions, String... words) {
        return new SparkLaunch(SparkOptions.read(List.of(words), null), OURS, CLASS_PATH, jvmOptions);
    }

    @Test
    void executorsOnThisMachineRunAsThisProcessDoes() {
        assertThat(launch(List.of("-Da=b"), "--master", "local-cluster[1,1,1024]")
                        .properties())
                .isEqualTo(Map.of(
                        "spark.master", "local-cluster[1,1,1024]",
                        "spark.executor.extraJavaOptions", "-Da=b",
                        "spark.executor.extraClassPath", CLASS_PATH));
        assertThat(launch(List.of("-Da=b"), "--master", "local[2]").properties())
                .isEqualTo(Map.of("spark.master", "local[2]"));
    }

    @Test
    void theUsersSettingsOfExecutorsJoinOurs() {
        assertThat(launch(
                                List.of("-Da=b", "-Dmnc.optimised-packages=x"),
                                "--master=local-cluster[1,1,1024]",
                                "--conf=spark.executor.extraJavaOptions=-Da=c",
                                "--conf=spark.executor.extraClassPath=/mine.jar",
                                "--conf=spark.plugins=my.Plugin")
                        .properties())
                .containsEntry("spark.executor.extraJavaOptions", "-Da=b -Dmnc.optimised-packages=x -Da=c")
                .containsEntry("spark.executor.extraClassPath", CLASS_PATH + File.pathSeparator + "/mine.jar")
                .containsEntry("spark.plugins", "dev.mnc.jobs.cli.OptimisedPackages,my.Plugin");
    }

    private static List<String> arguments(SparkLaunch launch) {
        return launch.submitArguments("Main", LABEL, Map.of("spark.mnc.label.threads", "2"));
    }

    @Test
    void ourJarsTravelToACluster() {
        SparkLaunch launch =
                launch(List.of("-Da=b"), "--master", "spark://host:7077", "--executor-memory", "8g", "--queue", "q");

        assertThat(launch.inProcess()).isFalse();
        assertThat(arguments(launch))
                .containsExactly(
                        "--class",
                        "Main",
                        "--queue",
                        "q",
                        "--master",
                        "spark://host:7077",
                        "--conf",
                        "spark.executor.extraJavaOptions=-Da=b",
                        "--conf",
                        "spark.executor.memory=8g",
                        "--conf",
                        "spark.mnc.label.threads=2",
                        "--jars",
                        TRAVELLING,
                        "/a/lib/mnc-jobs-1.jar",
                        "label",
                        "--table",
                        "t");
    }

    /** That is what a command does that is never handed to spark-submit. */
    @Test
    void ourJarsTravelFromADriverHereToo() {
        assertThat(launch(
                                List.of("-Da=b"),
                                "--master",
                                "spark://host:7077",
                                "--deploy-mode",
                                "cluster",
                                "--jars",
                                "/mine.jar")
                        .properties())
                .isEqualTo(Map.of(
                        "spark.master", "spark://host:7077",
                        "spark.executor.extraJavaOptions", "-Da=b",
                        "spark.driver.extraJavaOptions", "-Da=b",
                        "spark.jars", "/a/lib/mnc-jobs-1.jar," + TRAVELLING + ",/mine.jar"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--packages=org.a:b:1",
                "--principal=me",
                "--queue=q",
                "--conf=spark.jars.packages=org.a:b:1",
                "--conf=spark.kerberos.keytab=k"
            })
    void whatASessionAloneDoesNotDoNeedsSubmit(String option) {
        SparkLaunch launch = launch(List.of(), "--master", "yarn", "--deploy-mode", "cluster", option);

        assertThat(launch.needsSubmit()).isTrue();
        assertThat(arguments(launch.inClientMode()))
                .containsAll(List.of(option.split("=", 2)[1], "yarn"))
                .noneMatch(argument -> argument.contains("deployMode"));
    }

    @Test
    void propertiesAloneDoNot() {
        assertThat(launch(List.of(), "--master", "yarn", "--executor-memory", "8g", "--conf", "spark.task.cpus=2")
                        .needsSubmit())
                .isFalse();
    }

    @Test
    void theUsersJarsTravelToo() {
        assertThat(arguments(launch(List.of(), "--master", "yarn", "--jars", "/mine.jar")))
                .contains(TRAVELLING + ",/mine.jar");
        assertThat(arguments(launch(List.of(), "--master", "yarn", "--conf", "spark.jars=/mine.jar")))
                .contains(TRAVELLING + ",/mine.jar");
        assertThat(arguments(launch(List.of(), "--master", "local", "--jars", "/mine.jar")))
                .contains("/mine.jar")
                .doesNotContain(TRAVELLING + ",/mine.jar");
    }

    @Test
    void driversOfOtherMachinesRunWithTheSameOptions() {
        assertThat(arguments(launch(List.of("-Da=b"), "--master", "yarn", "--deploy-mode", "cluster")))
                .contains("spark.driver.extraJavaOptions=-Da=b", "spark.submit.deployMode=cluster");
        assertThat(arguments(launch(List.of("-Da=b"), "--master", "yarn")))
                .doesNotContain("spark.driver.extraJavaOptions=-Da=b");
    }

    @Test
    void yarnTriesOnceUnlessToldOtherwise() {
        assertThat(arguments(launch(List.of(), "--master", "yarn", "--deploy-mode", "cluster")))
                .contains("spark.yarn.maxAppAttempts=1");
        assertThat(arguments(launch(
                        List.of(),
                        "--master",
                        "yarn",
                        "--deploy-mode",
                        "cluster",
                        "--conf",
                        "spark.yarn.maxAppAttempts=3")))
                .contains("spark.yarn.maxAppAttempts=3")
                .doesNotContain("spark.yarn.maxAppAttempts=1");
        assertThat(arguments(launch(List.of(), "--master", "yarn"))).noneMatch(word -> word.contains("Attempts"));
        assertThat(arguments(launch(List.of(), "--master", "k8s://h", "--deploy-mode", "cluster")))
                .noneMatch(word -> word.contains("Attempts"));
    }

    @Test
    void aDistantDriverIsStartedByAProcessLikeThisOne() {
        SparkLaunch launch = launch(List.of(), "--master", "spark://h:7077", "--deploy-mode", "cluster");

        List<String> words = launch.distantSubmit(
                "Main", List.of("label", "--set", "label.threads=2"), Map.of("spark.mnc.outcome", "o"));

        int main = words.indexOf("org.apache.spark.deploy.SparkSubmit");
        assertThat(words.subList(main - 2, main + 3))
                .containsExactly("-cp", CLASS_PATH, words.get(main), "--class", "Main");
        assertThat(words)
                .contains(
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "spark.mnc.outcome=o",
                        "spark.mnc.label.threads=2")
                .noneMatch(word -> word.startsWith("-javaagent") || word.startsWith("-agentlib"))
                .endsWith("/a/lib/mnc-jobs-1.jar", "label");
    }

    @ParameterizedTest
    @CsvSource({
        "spark://h:7077, cluster, '',                                                 true,  false",
        "spark://h:7077, cluster, spark.standalone.submit.waitAppCompletion=true,     true,  true",
        "yarn,           cluster, '',                                                 true,  true",
        "yarn,           cluster, spark.yarn.submit.waitAppCompletion=false,          true,  false",
        "k8s://h,        cluster, '',                                                 true,  true",
        "k8s://h,        cluster, spark.kubernetes.submission.waitAppCompletion=false, true,  false",
        "yarn,           client,  '',                                                 false, true",
    })
    void knowsWhereTheDriverRunsAndWhetherSparkWaits(
            String master, String mode, String setting, boolean distant, boolean waits) {
        String pair = setting.isEmpty() ? "spark.a=b" : setting;
        SparkLaunch launch = launch(List.of(), "--master", master, "--deploy-mode", mode, "--conf", pair);

        assertThat(launch.hasDistantDriver()).isEqualTo(distant);
        assertThat(launch.waitsForDriver()).isEqualTo(waits);
    }

    @Test
    void theOutcomeIsReadWithTheDriversSettings() {
        assertThat(launch(List.of(), "--master", "yarn", "--conf", "spark.hadoop.fs.s3a.endpoint=http://e")
                        .hadoop()
                        .get("fs.s3a.endpoint"))
                .isEqualTo("http://e");
    }

    @Test
    void machinesWithAnInstallationOfTheirOwnTakeItsJars() {
        assertThat(arguments(launch(
                        List.of(),
                        "--master",
                        "k8s://https://host",
                        "--deploy-mode=cluster",
                        "--jars",
                        "s3a://j/mine.jar")))
                .containsSubsequence("--jars", "s3a://j/mine.jar", "local:///opt/mnc-spark/lib/mnc-jobs-1.jar");
        assertThat(arguments(launch(List.of(), "--master", "k8s://https://host")))
                .doesNotContain("--jars")
                .contains("/a/lib/mnc-jobs-1.jar");
        assertThat(arguments(
                        launch(List.of(), "--master", "spark://h:7077", "--conf", "spark.mnc.installed-at=/srv/mnc")))
                .contains(
                        "local:///srv/mnc/lib/tensorflow-core-api-1.jar,local:///srv/mnc/lib/picocli-4.jar",
                        "/a/lib/mnc-jobs-1.jar")
                .doesNotContain("spark.mnc.installed-at=/srv/mnc");
    }

    @Test
    void refusesToSubmitWithoutAPrimaryJar() {
        SparkLaunch launch = new SparkLaunch(
                SparkOptions.read(List.of("--master", "yarn"), null), List.of("/classes"), CLASS_PATH, List.of());

        assertThatThrownBy(() -> arguments(launch))
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy()).isEqualTo("start the command with deploy/bin/mnc, or bin/mnc"))
                .hasMessage("there is no mnc-jobs-*.jar among the libraries");
    }

    @ParameterizedTest
    @CsvSource({
        "yarn, 'this Spark has no client of YARN: spark-yarn_2.13 is not among its jars'",
        "k8s://h, 'this Spark has no client of Kubernetes: spark-kubernetes_2.13 is not among its jars'",
    })
    void saysWhichPartOfSparkIsMissing(String master, String message) {
        ClassLoader withoutSpark = ClassLoader.getPlatformClassLoader();
        assertThatThrownBy(() -> ClusterClient.of(master).require(Map.of(), withoutSpark))
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("set SPARK_HOME to an installation of Spark 4.0, 4.1 or 4.2 with "
                                        + message.replaceAll(".*: (\\S+) .*", "$1")
                                        + "; those of spark.apache.org have it"))
                .hasMessage(message);
        ClusterClient.of("spark://h:7077").require(Map.of(), withoutSpark);
    }

    @ParameterizedTest
    @CsvSource({
        "--driver-java-options, -Daws.secretAccessKey=canary, -Daws.secretAccessKey in spark.driver.extraJavaOptions",
        "--repositories, https://user:canary@example.org, the user and password in the address of --repositories",
    })
    void noSecretInAnOptionGoesToKubernetes(String option, String value, String what) {
        SparkLaunch launch = launch(List.of(), "--master", "k8s://https://host:6443", option, value);

        for (Consumer<SparkLaunch> submission :
                List.<Consumer<SparkLaunch>>of(SparkLaunchTest::arguments, each -> each.submitLine("Main", LABEL))) {
            assertThatExceptionOfType(OperatorException.class)
                    .isThrownBy(() -> submission.accept(launch))
                    .withMessage(what + " would be readable in a ConfigMap of the cluster and in lists of processes");
        }
    }

    @Test
    void aPrintedLineHoldsWhatSeveralFilesHold() throws IOException {
        Path first = Files.writeString(conf.resolve("first"), "spark.a 1\nspark.b 1\nspark.c 1\n");
        Path second = Files.writeString(conf.resolve("second"), "spark.b 2\n");

        assertThat(launch(List.of(), "--master=yarn", "--properties-file", first.toString())
                        .submitLine("Main", LABEL))
                .contains("--properties-file", first.toString())
                .doesNotContain("spark.a=1");
        assertThat(launch(
                                List.of(),
                                "--master=yarn",
                                "--properties-file=" + first,
                                "--properties-file=" + second,
                                "--conf=spark.c=3")
                        .submitLine("Main", LABEL))
                .containsSubsequence("spark.a=1", "spark.b=2", "spark.c=1", "spark.c=3")
                .doesNotContain("--properties-file");
    }

    @Test
    void theUsersJavaOptionsOfADistantDriverJoinOurs() {
        SparkLaunch launch = launch(
                List.of("-Da=b"), "--master=spark://h:7077", "--deploy-mode=cluster", "--driver-java-options", "-Da=c");

        for (List<String> words : List.of(arguments(launch), launch.submitLine("Main", LABEL))) {
            assertThat(words)
                    .contains("spark.driver.extraJavaOptions=-Da=b -Da=c")
                    .doesNotContain("--driver-java-options");
        }
    }

    @Test
    void noSecretGoesToKubernetes() {
        SparkLaunch launch = launch(
                List.of(), "--master", "k8s://https://host:6443", "--conf", "spark.hadoop.fs.s3a.secret.key=canary");

        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(() -> arguments(launch))
                .withMessage(
                        "spark.hadoop.fs.s3a.secret.key would be readable in a ConfigMap of the cluster and in lists"
                                + " of processes");
    }

    @Test
    void theHeapOfThisProcessIsSetAlready() {
        assertThat(launch(List.of(), "--master", "local[2]", "--driver-memory", "2g")
                        .warnings())
                .containsExactly("--driver-memory 2g comes too late for this process; give MNC_JAVA_OPTS=-Xmx2g");
        assertThat(launch(List.of(), "--master", "yarn", "--driver-memory", "2g")
                        .warnings())
                .isEmpty();
        assertThat(launch(List.of(), "--master", "local[2]").warnings()).isEmpty();
    }

    @Test
    void theLauncherNamesTheOptionFiles() throws IOException {
        Files.createDirectories(conf.resolve("jvm"));
        Files.writeString(conf.resolve("jvm/common.options"), "-Da=b # c\n");
        Files.writeString(conf.resolve("jvm/label.options"), "-Dd=e\n");
        Properties system = new Properties();
        system.setProperty("mnc.conf.dir", conf.toString());
        system.setProperty("mnc.jvm.options", "common,label");
        system.setProperty("java.class.path", "/one.jar" + File.pathSeparator + "/two.jar");

        assertThat(SparkLaunch.of(List.of("--master", "local-cluster[1,1,1024]"), system, Map.of())
                        .properties())
                .containsEntry("spark.executor.extraJavaOptions", "-Da=b -Dd=e")
                .containsEntry("spark.executor.extraClassPath", "/one.jar" + File.pathSeparator + "/two.jar");
    }
}
