package dev.mnc.jobs.cli;

import dev.mnc.jobs.failure.OperatorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A check of what is submitted to Kubernetes. Spark puts a job's properties into a ConfigMap as they are, where everybody who
 * may look at the namespace reads them, so none of them may hold a key, a password or a token.
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
        return OperatorException.usage(
                String.format(
                        Locale.ROOT,
                        "%s would be readable in a ConfigMap of the cluster and in lists of processes",
                        what),
                "leave it out: pods take it from a Secret (--conf spark.kubernetes.driver.secretKeyRef.VARIABLE=SECRET:KEY, and the"
                        + " same for the executor), from the role of their service account, or from a credential provider");
    }
}
