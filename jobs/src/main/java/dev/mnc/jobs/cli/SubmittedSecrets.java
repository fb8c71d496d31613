package dev.mnc.jobs.cli;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * A check of what is submitted to Kubernetes. Spark puts a job's properties and the files of its settings into ConfigMaps as they
 * are, where everybody who may look at the namespace reads them, so none of them may hold a key, a password or a token.
 */
public final class SubmittedSecrets {

    private static final String KUBERNETES = "k8s://";

    /** Names of secrets; the same words as {@code spark.redaction.regex} in {@code conf/spark-defaults.conf}. */
    private static final String SECRET =
            "(?:secret|password|token|access[._-]?key|encryption[._-]?key|credential|session[._-]?key)";

    private static final Pattern NAME = Pattern.compile("(?i).*" + SECRET + ".*");

    /** Names with such a word whose values say where a secret lies, or how it is used, and are none. */
    private static final Pattern REFERENCE = Pattern.compile(
            "(?i).*(\\.secrets\\..*|\\.secretKeyRef\\..*|\\.credentials?\\.provider(\\.path|\\.mapping)?|file|path"
                    + "|name|itemKey|enabled|keySizeBits|algorithm|expiration|interval|ratio)");

    /** A property of Java in the middle of options, {@code -Daws.secretAccessKey=...}. */
    private static final Pattern JAVA_OPTION = Pattern.compile("(?i)-D([^\\s=]*" + SECRET + "[^\\s=]*)=\\S");

    /** The user and password of a URI, wherever it stands in a value. */
    private static final Pattern USER_INFO = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://[^/@\\s]*:[^/@\\s]*@");

    /** A variable that a script of the shell sets to a text, not to another variable or the output of a command. */
    private static final Pattern VARIABLE =
            Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_]\\w*)=[\"']?([^\\s\"'$`]+).*");

    private SubmittedSecrets() {}

    /**
     * Throws where a property that goes to Kubernetes holds a secret.
     *
     * @param master of the job; only Kubernetes is looked at
     * @param properties of the job, and options that become properties, by name
     * @throws OperatorException that names the first such property, never its value
     */
    static void refuse(String master, Map<String, String> properties) {
        if (master.startsWith(KUBERNETES)) {
            in(properties).stream().findFirst().ifPresent(first -> {
                throw refusal(first);
            });
        }
    }

    /** Returns where properties hold secrets, in the order of their names; never a value. */
    public static List<String> in(Map<String, String> properties) {
        List<String> found = new ArrayList<>();
        new TreeMap<>(properties).forEach((name, value) -> {
            if (isSecret(name, value)) {
                found.add(name);
                return;
            }
            Matcher option = JAVA_OPTION.matcher(value);
            while (option.find()) {
                if (isSecret(option.group(1), value)) {
                    found.add("-D" + option.group(1) + " in " + name);
                }
            }
            if (USER_INFO.matcher(value).find()) {
                found.add("the user and password in the address of " + name);
            }
        });
        return found;
    }

    /** An encryption key may be the address of one in a key service; true and false are no secrets. */
    private static boolean isSecret(String name, String value) {
        return NAME.matcher(name).matches()
                && !REFERENCE.matcher(name).matches()
                && !value.isEmpty()
                && !value.startsWith("arn:")
                && !value.equals("true")
                && !value.equals("false");
    }

    private static OperatorException refusal(String what) {
        return refused(String.format(
                Locale.ROOT, "%s would be readable in a ConfigMap of the cluster and in lists of processes", what));
    }

    private static OperatorException refused(String message) {
        return OperatorException.usage(
                message,
                "leave it out: pods take it from a Secret (--conf spark.kubernetes.driver.secretKeyRef.VARIABLE=SECRET:KEY, and the"
                        + " same for the executor), from the role of their service account, or from a credential provider");
    }

    /**
     * Throws where a file that Spark puts into a ConfigMap holds the key of a store: the settings of the Spark in use, and where
     * the driver runs in a pod those of Hadoop.
     *
     * @param options of the job; only Kubernetes is looked at
     * @param environment of this process, which says where the files are
     * @throws OperatorException that names the first such setting, never its value
     */
    static void refuseFiles(SparkOptions options, Map<String, String> environment) {
        if (!options.hasKubernetes()) {
            return;
        }
        String home = environment.getOrDefault("SPARK_HOME", "");
        refuseFilesIn(environment.getOrDefault("SPARK_CONF_DIR", home.isEmpty() ? "" : home + "/conf"));
        if (options.hasDistantDriver()) {
            refuseFilesIn(environment.getOrDefault("HADOOP_CONF_DIR", ""));
        }
    }

    private static void refuseFilesIn(String folder) {
        if (folder.isEmpty() || !Files.isDirectory(Path.of(folder))) {
            return;
        }
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(Files::isReadable).sorted().toList()) {
                settings(file).forEach((name, value) -> {
                    if (isSecret(name, value)) {
                        throw refused(
                                name + " in " + file + " would be readable: Spark puts the file into a ConfigMap");
                    }
                });
            }
        } catch (IOException e) {
            throw OperatorException.environment(
                    "cannot look for secrets in " + folder + ": " + e.getMessage(), "make the folder readable");
        }
    }

    /** Returns the settings of a file that could be keys of a store: of Hadoop's file systems, and exported to Spark. */
    private static Map<String, String> settings(Path file) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        if (file.toString().endsWith("-site.xml")) {
            Configuration configuration = new Configuration(false);
            configuration.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
            configuration.forEach(entry -> {
                if (entry.getKey().startsWith("fs.")) {
                    settings.put(entry.getKey(), entry.getValue());
                }
            });
        } else if (file.endsWith("spark-env.sh")) {
            for (String line : Files.readAllLines(file)) {
                Matcher variable = VARIABLE.matcher(line);
                if (variable.matches()) {
                    settings.put(variable.group(1), variable.group(2));
                }
            }
        }
        return settings;
    }
}
