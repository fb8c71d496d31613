package dev.mnc.jobs.cli;

import dev.mnc.jobs.failure.OperatorException;
import java.util.Optional;
import org.apache.hadoop.util.VersionInfo;

/**
 * The Java of a process, held against what Spark and Hadoop can run on.
 *
 * <p>Hadoop before 3.5 looks up its user with {@code Subject.getSubject}. Java 24 took that away (JEP 486), and Java 23
 * has it only where a security manager is allowed.
 *
 * @param version as Java states it, e.g. {@code 17.0.15}
 * @param securityManager the property {@code java.security.manager}, empty where it is not set
 * @param hadoop the version of Hadoop on the class path, e.g. {@code 3.4.2}
 */
public record JavaRuntime(Runtime.Version version, String securityManager, String hadoop) {

    private static final int LAST_WITH_SUBJECT = 22;
    private static final int LAST_WITH_SECURITY_MANAGER = 23;
    private static final Runtime.Version FIRST_HADOOP_WITHOUT = Runtime.Version.parse("3.5");

    /** Returns that of this process. */
    public static JavaRuntime current() {
        return new JavaRuntime(
                Runtime.version(), System.getProperty("java.security.manager", ""), VersionInfo.getVersion());
    }

    /**
     * Throws if Hadoop cannot run on the Java of this process.
     *
     * @throws OperatorException with the reason, and which Java will do
     */
    public static void requireUsable() {
        if (Runtime.version().feature() > LAST_WITH_SUBJECT) { // Else Hadoop's version need not be read.
            current().refusal().ifPresent(refusal -> {
                throw refusal;
            });
        }
    }

    /** Returns why Hadoop cannot run on this Java, or nothing if it can. */
    public Optional<OperatorException> refusal() {
        int feature = version.feature();
        boolean subject = feature <= LAST_WITH_SUBJECT
                || (feature == LAST_WITH_SECURITY_MANAGER && securityManager.equals("allow"));
        if (subject || !hadoopNeedsSubject()) {
            return Optional.empty();
        }
        return Optional.of(OperatorException.environment(
                "Java " + version + " is too new for Hadoop " + hadoop
                        + ": Hadoop asks who its user is with Subject.getSubject, which Java refuses since version 24"
                        + " (23 unless a security manager is allowed)",
                "set JAVA_HOME to a JDK 17, which mnc-spark is tested on, or 21"));
    }

    private boolean hadoopNeedsSubject() {
        try {
            return Runtime.Version.parse(hadoop.replaceFirst("[^0-9.].*", "").replaceFirst("(\\.0)+$", ""))
                            .compareTo(FIRST_HADOOP_WITHOUT)
                    < 0;
        } catch (IllegalArgumentException e) {
            return false; // Who builds Hadoop with a version of his own may have changed this too.
        }
    }
}
