package dev.mnc.jobs.doctor;

import dev.mnc.jobs.cli.JavaRuntime;
import java.util.List;

/** Check that Spark and Hadoop run on this Java. */
record JavaCheck(JavaRuntime java) implements Check {

    private static final String NAME = "java";
    private static final int TESTED = 17;
    private static final Runtime.Version SPARKS_FIRST = Runtime.Version.parse("17.0.11");

    @Override
    public List<Finding> findings() {
        return List.of(finding());
    }

    private Finding finding() {
        int feature = java.version().feature();
        return java.refusal()
                .map(refusal -> Finding.failed(NAME, String.valueOf(refusal.getMessage()), refusal.remedy()))
                .orElseGet(() -> {
                    if (java.version().compareTo(SPARKS_FIRST) < 0) {
                        return Finding.failed(
                                NAME,
                                "Java " + java.version() + " is older than 17.0.11, the first that Spark runs on",
                                "install the newest update of JDK 17");
                    }
                    return feature == TESTED
                            ? Finding.ok(NAME, "Java " + java.version())
                            : Finding.warning(
                                    NAME,
                                    "Java " + java.version() + ": mnc-spark was not tried on Java " + feature,
                                    "JDK 17 is the one that is tested; set JAVA_HOME to it if something goes wrong");
                });
    }
}
