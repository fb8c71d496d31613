package dev.mnc.jobs.doctor;

import dev.mnc.jobs.cli.SubmittedSecrets;
import java.util.List;

/** Check that no setting holds a secret that Kubernetes would show: Spark writes all of them into a ConfigMap, in clear. */
record SecretsCheck(SparkSettings settings) implements Check {

    private static final String NAME = "secrets";

    @Override
    public List<Finding> findings() {
        if (!settings.onKubernetes()) {
            return List.of(Finding.skipped(NAME, "the master is not Kubernetes"));
        }
        List<String> keys = SubmittedSecrets.in(settings.values());
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
