package dev.mnc.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mnc.jobs.failure.OperatorException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class SparkLaunchTest {

    private static final List<String> CLASS_PATH = List.of(
            "/a/jobs/target/mnc-jobs-1.jar",
            "/m2/org/apache/spark/spark-core_2.13/4/spark-core_2.13-4.jar",
            "/m2/org/tensorflow/tensorflow-core-api/1/tensorflow-core-api-1.jar",
            "/m2/org/apache/hadoop/hadoop-client-api/3/hadoop-client-api-3.jar",
            "/m2/org/apache/hadoop/hadoop-aws/3/hadoop-aws-3.jar",
            "/m2/info/picocli/picocli/4/picocli-4.jar",
            "/m2/org/apache/spark/spark-hadoop-cloud_2.13/4/spark-hadoop-cloud_2.13-4.jar");

    private static final String TRAVELLING = "/a/jobs/target/mnc-jobs-1.jar"
            + ",/m2/org/tensorflow/tensorflow-core-api/1/tensorflow-core-api-1.jar"
            + ",/m2/org/apache/hadoop/hadoop-aws/3/hadoop-aws-3.jar"
            + ",/m2/info/picocli/picocli/4/picocli-4.jar"
            + ",/m2/org/apache/spark/spark-hadoop-cloud_2.13/4/spark-hadoop-cloud_2.13-4.jar";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path conf;

    private static SparkLaunch launch(List<String> jvmOptions, String... words) {
        return new SparkLaunch(SparkOptions.read(List.of(words), null), CLASS_PATH, jvmOptions);
    }

    @Test
    void executorsOnThisMachineRunAsThisProcessDoes() {
        assertThat(launch(List.of("-Da=b"), "--master", "local-cluster[1,1,1024]")
                        .properties())
                .isEqualTo(Map.of(
                        "spark.master", "local-cluster[1,1,1024]",
                        "spark.executor.extraJavaOptions", "-Da=b",
                        "spark.executor.extraClassPath", String.join(File.pathSeparator, CLASS_PATH)));
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
                .containsEntry(
                        "spark.executor.extraClassPath",
                        String.join(File.pathSeparator, CLASS_PATH) + File.pathSeparator + "/mine.jar")
                .containsEntry("spark.plugins", "dev.mnc.jobs.cli.OptimisedPackages,my.Plugin");
    }

    @Test
    void ourJarsTravelToACluster() {
        SparkLaunch launch = launch(List.of("-Da=b"), "--master", "spark://host:7077", "--executor-memory", "8g");

        assertThat(launch.inProcess()).isFalse();
        assertThat(launch.submitArguments("Main", Path.of("defaults"), List.of("label", "--table", "t")))
                .containsExactly(
                        "--properties-file",
                        "defaults",
                        "--class",
                        "Main",
                        "--master",
                        "spark://host:7077",
                        "--executor-memory",
                        "8g",
                        "--master",
                        "spark://host:7077",
                        "--jars",
                        TRAVELLING,
                        "--conf",
                        "spark.executor.extraJavaOptions=-Da=b",
                        "spark-internal",
                        "label",
                        "--table",
                        "t");
    }

    @Test
    void theUsersJarsTravelToo() {
        assertThat(launch(List.of(), "--master", "yarn", "--jars", "/mine.jar")
                        .submitArguments("Main", Path.of("defaults"), List.of("label")))
                .contains(TRAVELLING + ",/mine.jar");
        assertThat(launch(List.of(), "--master", "yarn", "--conf", "spark.jars=/mine.jar")
                        .submitArguments("Main", Path.of("defaults"), List.of("label")))
                .contains(TRAVELLING + ",/mine.jar");
        assertThat(launch(List.of(), "--master", "local", "--jars", "/mine.jar")
                        .submitArguments("Main", Path.of("defaults"), List.of("label")))
                .contains("/mine.jar")
                .doesNotContain(TRAVELLING + ",/mine.jar");
    }

    @Test
    void noSecretGoesToKubernetes() {
        SparkLaunch launch = launch(
                List.of(), "--master", "k8s://https://host:6443", "--conf", "spark.hadoop.fs.s3a.secret.key=canary");

        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(() -> launch.submitArguments("Main", Path.of("defaults"), List.of("label")))
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

        assertThat(SparkLaunch.of(List.of("--master", "local-cluster[1,1,1024]"), system)
                        .properties())
                .containsEntry("spark.executor.extraJavaOptions", "-Da=b -Dd=e")
                .containsEntry("spark.executor.extraClassPath", "/one.jar" + File.pathSeparator + "/two.jar");
    }
}
