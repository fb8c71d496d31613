package dev.mnc.jobs.doctor;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Check that no setting holds a secret that Kubernetes would show: Spark writes all of them into a ConfigMap, in clear. */
record SecretsCheck(SparkSettings settings) implements Check {

    private static final String NAME = "secrets";
    private static final Pattern SECRET = Pattern.compile(
            "(?i).*(secret|password|token|access[._-]?key|encryption[._-]?key|credential|session[._-]?key).*");

    /** Settings that name where secrets are rather than holding one. */
    private static final Pattern REFERENCE = Pattern.compile(
            "(?i)spark\\.redaction\\..*|spark\\.kubernetes\\..*secret(s|KeyRef)?\\..*|.*(provider|file|path|name|namespaces?)");

    @Override
    public List<Finding> findings() {
        if (!settings.onKubernetes()) {
            return List.of(Finding.skipped(NAME, "the master is not Kubernetes"));
        }
        TreeSet<String> keys = settings.values().entrySet().stream()
                .filter(setting -> !setting.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .filter(key ->
                        SECRET.matcher(key).matches() && !REFERENCE.matcher(key).matches())
                .collect(Collectors.toCollection(TreeSet::new));
        return List.of(
                keys.isEmpty()
                        ? Finding.ok(NAME, "no setting looks like a secret")
                        : Finding.failed(
                                NAME,
                                String.join(", ", keys) + " would stand in clear in a ConfigMap of the cluster",
                                "take it out, and give pods an identity (a service account with a role) or a Kubernetes"
                                        + " secret, see spark.kubernetes.driver.secretKeyRef"));
    }
}
