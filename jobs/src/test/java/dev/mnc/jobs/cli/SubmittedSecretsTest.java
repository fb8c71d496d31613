package dev.mnc.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmittedSecretsTest {

    private static final String MASTER = "k8s://https://10.0.0.1:6443";
    private static final String WHERE = " would be readable in a ConfigMap of the cluster and in lists of processes";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.hadoop.fs.s3a.access.key",
                "spark.hadoop.fs.s3a.secret.key",
                "spark.hadoop.fs.s3a.session.token",
                "spark.hadoop.fs.s3a.bucket.corpus.secret.key",
                "spark.hadoop.fs.s3a.encryption.key",
                "spark.executorEnv.AWS_SECRET_ACCESS_KEY",
                "spark.kubernetes.driverEnv.AWS_ACCESS_KEY_ID",
                "spark.kubernetes.authenticate.driver.oauthToken",
                "spark.authenticate.secret",
                "spark.ssl.keyPassword"
            })
    void aSecretIsRefusedByItsName(String name) {
        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(() -> SubmittedSecrets.refuse(MASTER, Map.of(name, "canary")))
                .withMessage(name + WHERE)
                .satisfies(refusal -> {
                    assertThat(refusal.kind().exitCode()).isEqualTo(ExitCode.USAGE);
                    assertThat(refusal.remedy())
                            .isEqualTo(
                                    "leave it out: pods take it from a Secret (--conf spark.kubernetes.driver.secretKeyRef.VARIABLE=SECRET:KEY,"
                                            + " and the same for the executor), from the role of their service account, or from a"
                                            + " credential provider");
                    assertThat(refusal.getMessage() + refusal.remedy()).doesNotContain("canary");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "spark.executor.extraJavaOptions, -Xss2m -Daws.secretAccessKey=canary, -Daws.secretAccessKey in"
                + " spark.executor.extraJavaOptions",
        "spark.executor.extraJavaOptions, -Da.token.file=x -Daws.secretAccessKey=canary, -Daws.secretAccessKey in"
                + " spark.executor.extraJavaOptions",
        "spark.jars.repositories, 'https://a.example,https://user:canary@b.example', the user and password in the"
                + " address of spark.jars.repositories",
        "spark.hadoop.fs.defaultFS, s3a://user:canary@corpus/, the user and password in the address of"
                + " spark.hadoop.fs.defaultFS"
    })
    void aSecretIsRefusedInsideAValue(String name, String value, String what) {
        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(() -> SubmittedSecrets.refuse(MASTER, Map.of(name, value)))
                .withMessage(what + WHERE);
    }

    @ParameterizedTest
    @CsvSource({
        "spark.hadoop.fs.s3a.aws.credentials.provider, org.example.Provider",
        "spark.hadoop.hadoop.security.credential.provider.path, jceks://s3a@bucket/keys.jceks",
        "spark.hadoop.fs.s3a.encryption.key, arn:aws:kms:eu-central-1:000000000000:key/1",
        "spark.kubernetes.driver.secretKeyRef.AWS_SECRET_ACCESS_KEY, s3:secret",
        "spark.kubernetes.executor.secrets.s3-keys, /etc/secrets",
        "spark.kubernetes.authenticate.submission.oauthTokenFile, /run/token",
        "spark.io.encryption.keySizeBits, 128",
        "spark.security.credentials.hive.enabled, false",
        "spark.executor.extraJavaOptions, -Da.token.file=x -Dfile.encoding=UTF-8",
        "spark.master, k8s://https://10.0.0.1:6443",
        "spark.authenticate.secret, ''"
    })
    void whatOnlyTellsWhereASecretLiesIsNone(String name, String value) {
        assertThatCode(() -> SubmittedSecrets.refuse(MASTER, Map.of(name, value)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark://host:7077", "yarn"})
    void otherMastersKeepPropertiesToThemselves(String master) {
        assertThatCode(() -> SubmittedSecrets.refuse(master, Map.of("spark.hadoop.fs.s3a.secret.key", "canary")))
                .doesNotThrowAnyException();
    }

    @Test
    void theWordsAreThoseThatSparkHides() throws IOException {
        Properties defaults = new Properties();
        try (var in = Files.newBufferedReader(Path.of("..", "conf", "spark-defaults.conf"))) {
            defaults.load(in);
        }
        Map<String, String> ours = new TreeMap<>();
        defaults.stringPropertyNames().forEach(name -> ours.put(name, defaults.getProperty(name)));

        assertThatCode(() -> SubmittedSecrets.refuse(MASTER, ours)).doesNotThrowAnyException();
        for (String words : defaults.getProperty("spark.redaction.regex")
                .replace("(?i)", "")
                .split("\\|", -1)) {
            String name = "spark." + words.replaceAll("\\[\\._-]\\?", ".");
            assertThatExceptionOfType(OperatorException.class)
                    .isThrownBy(() -> SubmittedSecrets.refuse(MASTER, Map.of(name, "canary")))
                    .withMessage(name + WHERE);
        }
    }

    /** Writes settings of Hadoop, two with the one that is tried. */
    private static void writeSite(Path folder, String key) throws IOException {
        Files.writeString(folder.resolve("core-site.xml"), """
                <configuration>
                  <property><name>fs.s3a.endpoint</name><value>http://s3</value></property>
                  <property><name>%s</name><value>canary</value></property>
                </configuration>
                """.formatted(key));
    }

    private static void refuseFiles(Map<String, String> environment, String... words) {
        SubmittedSecrets.refuseFiles(SparkOptions.read(List.of(words), null), environment);
    }

    @ParameterizedTest
    @CsvSource({
        "cluster, SPARK_CONF_DIR,  fs.s3a.secret.key,           true",
        "client,  SPARK_CONF_DIR,  fs.s3a.bucket.b.access.key,  true",
        "cluster, HADOOP_CONF_DIR, fs.s3a.secret.key,           true",
        // A driver outside the cluster reads them itself.
        "client,  HADOOP_CONF_DIR, fs.s3a.secret.key,           false",
        "cluster, HADOOP_CONF_DIR, dfs.block.access.token.size, false",
        "cluster, HADOOP_CONF_DIR, fs.s3a.aws.credentials.provider, false",
    })
    void aSecretIsRefusedInAFileThatSparkSendsAlong(
            String mode, String variable, String key, boolean refused, @TempDir Path folder) throws IOException {
        writeSite(folder, key);
        Map<String, String> environment = Map.of(variable, folder.toString());

        refuseFiles(environment, "--master", "yarn", "--deploy-mode", mode);
        if (refused) {
            assertThatExceptionOfType(OperatorException.class)
                    .isThrownBy(() -> refuseFiles(environment, "--master", MASTER, "--deploy-mode", mode))
                    .withMessage(key + " in " + folder.resolve("core-site.xml")
                            + " would be readable: Spark puts the file into a ConfigMap");
        } else {
            refuseFiles(environment, "--master", MASTER, "--deploy-mode", mode);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "export AWS_SECRET_ACCESS_KEY=canary     | true",
                "AWS_SESSION_TOKEN=\"canary\"          | true",
                "# export AWS_SECRET_ACCESS_KEY=canary   | false",
                "export AWS_SECRET_ACCESS_KEY=$(pass s3) | false",
                "export AWS_WEB_IDENTITY_TOKEN_FILE=/t   | false",
                "export SPARK_DAEMON_MEMORY=1g           | false",
            })
    void aSecretIsRefusedInTheVariablesOfSpark(String line, boolean refused, @TempDir Path home) throws IOException {
        Path script = Files.createDirectories(home.resolve("conf")).resolve("spark-env.sh");
        Files.writeString(script, "# of this Spark\n" + line + "\n");
        Map<String, String> environment = Map.of("SPARK_HOME", home.toString());

        if (refused) {
            assertThatExceptionOfType(OperatorException.class)
                    .isThrownBy(() -> refuseFiles(environment, "--master", MASTER))
                    .withMessageEndingWith(" in " + script + " would be readable: Spark puts the file into a ConfigMap")
                    .satisfies(refusal ->
                            assertThat(refusal.getMessage() + refusal.remedy()).doesNotContain("canary"));
        } else {
            refuseFiles(environment, "--master", MASTER);
        }
    }

    @Test
    void foldersThatAreNotThereHoldNoSecret(@TempDir Path folder) {
        refuseFiles(Map.of(), "--master", MASTER);
        refuseFiles(Map.of("SPARK_HOME", folder.toString()), "--master", MASTER);
    }
}
