package dev.mnc.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkOptionsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path conf;

    private static SparkOptions read(String... words) {
        return SparkOptions.read(List.of(words), null);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "--master, local[3], spark.master",
        "--name, tonight, spark.app.name",
        "--driver-memory, 2g, spark.driver.memory",
        "--executor-memory, 3g, spark.executor.memory",
        "--executor-cores, 4, spark.executor.cores",
        "--total-executor-cores, 8, spark.cores.max",
        "--num-executors, 5, spark.executor.instances",
        "--files, a.txt, spark.files",
        "--archives, a.zip, spark.archives",
    })
    void namedOptionsArePropertiesInBothForms(String option, String value, String property) {
        assertThat(read(option, value).properties()).containsEntry(property, value);
        assertThat(read(option + "=" + value).properties()).containsEntry(property, value);
        assertThat(read(option, value).openInProcess()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--conf", "-c"})
    void confSetsAnyPropertyOfSpark(String option) {
        assertThat(read(option, "spark.mnc.label.threads=2", option, "spark.a=b=c", option, "spark.empty=")
                        .properties())
                .isEqualTo(Map.of(
                        "spark.master",
                        "local[*]",
                        "spark.mnc.label.threads",
                        "2",
                        "spark.a",
                        "b=c",
                        "spark.empty",
                        ""));
    }

    @Test
    void laterAndNamedOptionsWin() throws IOException {
        Files.writeString(conf.resolve("spark-defaults.conf"), "spark.a  file\nspark.b file \nspark.master yarn\n");

        SparkOptions options = SparkOptions.read(
                List.of(
                        "--executor-memory",
                        "2g",
                        "--conf",
                        "spark.executor.memory=1g",
                        "-c",
                        "spark.a=x",
                        "-c",
                        "spark.a=y"),
                conf);

        assertThat(options.properties())
                .isEqualTo(Map.of(
                        "spark.a", "y", "spark.b", "file", "spark.executor.memory", "2g", "spark.master", "local[*]"));
    }

    @Test
    void filesOfPropertiesAreMergedAndTheUsersWins() throws IOException {
        Path site = Files.createDirectories(conf.resolve("site"));
        Files.writeString(conf.resolve("spark-defaults.conf"), "spark.a  ours\nspark.b ours\nspark.c ours\n");
        Files.writeString(site.resolve("spark-defaults.conf"), "spark.b site\nspark.c site\nspark.master yarn\n");
        Path file = Files.writeString(conf.resolve("mine"), "# mine\nspark.c = mine\nspark.master spark://host:7077\n");

        SparkOptions options = SparkOptions.read(List.of("--properties-file", file.toString()), conf, site);

        assertThat(options.properties())
                .isEqualTo(Map.of(
                        "spark.a", "ours", "spark.b", "site", "spark.c", "mine", "spark.master", "spark://host:7077"));
        assertThat(options.openInProcess()).isFalse();
        assertThat(options.submitWords()).isEmpty();
        assertThat(SparkOptions.read(List.of(), conf, site).master()).isEqualTo("local[*]");
    }

    @Test
    void withoutOptionsThereIsNoMasterButTheDefaults() throws IOException {
        Files.writeString(conf.resolve("spark-defaults.conf"), "spark.a  defaults\n");

        SparkOptions options = SparkOptions.read(List.of(), conf);

        assertThat(options.properties()).isEqualTo(Map.of("spark.a", "defaults"));
        assertThat(options.master()).isEqualTo("local[*]");
        assertThat(options.openInProcess()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "local, true, false",
        "local[4], true, false",
        "'local-cluster[2,1,1024]', true, true",
        "spark://host:7077, false, false",
        "yarn, false, false",
        "k8s://https://host, false, false",
    })
    void localMastersOpenInThisProcess(String master, boolean inProcess, boolean executors) {
        assertThat(read("--master", master).openInProcess()).isEqualTo(inProcess);
        assertThat(read("--conf", "spark.master=" + master).openInProcess()).isEqualTo(inProcess);
        assertThat(read("--master=" + master).hasLocalCluster()).isEqualTo(executors);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--jars",
                "--packages",
                "--exclude-packages",
                "--repositories",
                "--proxy-user",
                "--principal",
                "--keytab"
            })
    void whatOnlySparkSubmitCanDoGoesThroughIt(String option) {
        assertThat(read("--master", "local", option, "x").openInProcess()).isFalse();
    }

    @Test
    void verboseTakesNoValue() {
        assertThat(read("--verbose", "--master", "local[2]").openInProcess()).isFalse();
        assertThat(read("-v", "--master", "local[2]").master()).isEqualTo("local[2]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--mastr local       | \"--mastr\" after -- is no option of spark-submit that can be used here | did you mean --master?",
                "--class x           | \"--class\" after -- is no option of spark-submit that can be used here | options of mnc itself come before --",
                "--table s3a://t     | \"--table\" after -- is no option of spark-submit that can be used here | options of mnc itself come before --",
                "local[4]            | \"local[4]\" after -- is no option of spark-submit that can be used here | options of mnc itself come before --",
                "--master            | --master after -- has no value | write for example -- --master 'local[4]'",
                "--conf spark.a      | --conf spark.a after -- has no value | write key=value, e.g. --conf spark.executor.cores=4",
                "-c label.threads=2  | \"label.threads\" (-c) is no setting of Spark | Spark's begin with spark.; settings of mnc are given with --set before --",
                "--queue q           | --queue has no meaning to the master local[*] | leave it out; MNC_JAVA_OPTS holds options of this JVM",
                "--master local[2] --driver-java-options -Xmx1g | --driver-java-options has no meaning to the master local[2] | leave it out; MNC_JAVA_OPTS holds options of this JVM",
                "--supervise         | --supervise has no meaning to the master local[*] | leave it out; MNC_JAVA_OPTS holds options of this JVM",
                "--deploy-mode cluster | --deploy-mode cluster needs a cluster, and the master is local[*] | leave it out",
                "--properties-file no/such | --properties-file no/such: no such file, or not readable | give a readable file",
            })
    void refusesWhatHasNoMeaning(String line, String message, String remedy) {
        List<String> words = new ArrayList<>(Arrays.asList(line.strip().split(" ", -1)));

        assertThatThrownBy(() -> SparkOptions.read(words, null))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.remedy()).isEqualTo(remedy);
                    assertThat(e.kind().exitCode()).isEqualTo(ExitCode.USAGE);
                })
                .hasMessage(message);
    }

    @Test
    void aClientIsWhatALocalMasterIsAnyway() {
        assertThat(read("--deploy-mode", "client").properties()).isEqualTo(Map.of("spark.master", "local[*]"));
        assertThat(read("--master", "yarn", "--deploy-mode", "cluster").properties())
                .containsEntry("spark.submit.deployMode", "cluster");
    }
}
