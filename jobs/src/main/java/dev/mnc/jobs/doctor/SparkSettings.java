package dev.mnc.jobs.doctor;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings that a session of Spark would have: those after {@code --}, of spark-submit, and of
 * {@code conf/spark-defaults.conf}.
 */
record SparkSettings(Map<String, String> values) {

    static final String MASTER = "spark.master";

    private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,.*");

    SparkSettings {
        values = Map.copyOf(values);
    }

    /** Returns the properties of a process that are Spark's. */
    static SparkSettings of(Properties properties) {
        Map<String, String> values = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith("spark.")) {
                values.put(name, properties.getProperty(name));
            }
        }
        return new SparkSettings(values);
    }

    String get(String name, String absent) {
        return values.getOrDefault(name, absent);
    }

    boolean isSet(String name) {
        return values.containsKey(name);
    }

    /** Returns where Spark runs, or the empty text if nobody said. */
    String master() {
        return get(MASTER, "");
    }

    /** Whether tasks run in the process of the command. */
    boolean inOneProcess() {
        return master().isEmpty() || (master().startsWith("local") && !master().startsWith("local-cluster"));
    }

    boolean onKubernetes() {
        return master().startsWith("k8s://");
    }

    boolean onYarn() {
        return master().startsWith("yarn");
    }

    /** Returns the cores of an executor, or 0 if the manager decides. */
    int executorCores() {
        Matcher cluster = LOCAL_CLUSTER.matcher(master());
        String standard = cluster.matches() ? cluster.group(2) : onYarn() || onKubernetes() ? "1" : "0";
        return number(get("spark.executor.cores", standard));
    }

    /** Returns how many executors were requested, at least 1. */
    int executors() {
        Matcher cluster = LOCAL_CLUSTER.matcher(master());
        return Math.max(1, number(get("spark.executor.instances", cluster.matches() ? cluster.group(1) : "1")));
    }

    /** Returns the cores that a task takes. */
    int taskCores() {
        return Math.max(1, number(get("spark.task.cpus", "1")));
    }

    /** Returns a whole number, or 0 for what is none; Spark itself says so when it starts. */
    private static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
