package dev.mnc.jobs.cli;

import dev.mnc.jobs.failure.OperatorException;
import java.util.Map;

/** The part of Spark that talks to a cluster's manager. Not every installation has each of them. */
enum ClusterClient {
    /** Part of Spark's core: standalone clusters and this machine. */
    CORE("", ""),
    YARN("org.apache.spark.deploy.yarn.YarnClusterApplication", "spark-yarn_2.13"),
    KUBERNETES("org.apache.spark.deploy.k8s.submit.KubernetesClientApplication", "spark-kubernetes_2.13");

    private final String mainClass;
    private final String library;

    ClusterClient(String mainClass, String library) {
        this.mainClass = mainClass;
        this.library = library;
    }

    /** Returns the client that a master needs. */
    static ClusterClient of(String master) {
        if (master.startsWith("yarn")) {
            return YARN;
        }
        return master.startsWith("k8s://") ? KUBERNETES : CORE;
    }

    /**
     * Requires that this client is there, with what it must be told by the environment.
     *
     * @throws OperatorException if it is not
     */
    void require(Map<String, String> environment) {
        require(environment, ClusterClient.class.getClassLoader());
    }

    /** Looks for the client where a loader finds its classes. */
    void require(Map<String, String> environment, ClassLoader loader) {
        if (this != CORE && loader.getResource(mainClass.replace('.', '/') + ".class") == null) {
            String home = environment.getOrDefault("SPARK_HOME", "");
            throw OperatorException.environment(
                    "this Spark " + (home.isEmpty() ? "" : "(" + home + ") ") + "has no client of "
                            + (this == YARN ? "YARN" : "Kubernetes") + ": " + library + " is not among its jars",
                    "set SPARK_HOME to an installation of Spark 4.0, 4.1 or 4.2 with " + library
                            + "; those of spark.apache.org have it");
        }
        if (this == YARN && !environment.containsKey("HADOOP_CONF_DIR") && !environment.containsKey("YARN_CONF_DIR")) {
            throw OperatorException.environment(
                    "nothing says where YARN is: neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set",
                    "set HADOOP_CONF_DIR to the folder with yarn-site.xml and core-site.xml");
        }
    }
}
