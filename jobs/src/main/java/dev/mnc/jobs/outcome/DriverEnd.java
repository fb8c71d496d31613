package dev.mnc.jobs.outcome;

import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;

/**
 * The end of a process that ran a command: whom it tells the outcome, and how it must end so that the manager of its cluster
 * understands.
 */
public final class DriverEnd {

    /** Names the object that the outcome goes to; whoever submits the command sets it. */
    static final String ADDRESS = "spark.mnc.outcome";

    /** Names the file that Kubernetes reads the reason of an end from, where it is not the usual one. */
    static final String TERMINATION_LOG = "MNC_TERMINATION_LOG";

    private static final String USUAL_TERMINATION_LOG = "/dev/termination-log";

    /** Kubernetes reads no more, bytes. */
    private static final int TERMINATION_BYTES = 4096;

    /** The ways to end. */
    public enum Way {
        /** By {@link System#exit} with the exit code. */
        EXIT,
        /** By returning from the main method. */
        RETURN,
        /** By throwing {@link CommandFailedException}. */
        THROW
    }

    private final Properties properties;
    private final Path terminationLog;

    /**
     * @param properties of this process
     * @param environment of this process
     */
    public DriverEnd(Properties properties, Map<String, String> environment) {
        this.properties = properties;
        this.terminationLog = Path.of(environment.getOrDefault(TERMINATION_LOG, USUAL_TERMINATION_LOG));
    }

    /** Tells the outcome to whoever submitted the command, and a failure to Kubernetes. */
    public void report(Outcome outcome) {
        String address = properties.getProperty(ADDRESS, "");
        // In client mode the submitting process is this one.
        if (!address.isEmpty()) {
            try {
                outcome.write(address, Sessions.hadoop());
            } catch (IOException | RuntimeException e) {
                // How the command ended counts, not that nobody can be told: a driver may lack the library of the
                // store.
                Console.standardError()
                        .println("warning: cannot write the outcome to " + address + ": " + ErrorMessages.firstLine(e));
            }
        }
        // Kubernetes puts the file into each container. Nobody else has it.
        if (outcome.exitCode() != ExitCode.OK && Files.isWritable(terminationLog)) {
            byte[] sentence = outcome.sentence().getBytes(StandardCharsets.UTF_8);
            try {
                Files.write(terminationLog, Arrays.copyOf(sentence, Math.min(sentence.length, TERMINATION_BYTES)));
            } catch (IOException e) {
                Console.standardError().println("warning: cannot write to " + terminationLog + ": " + e.getMessage());
            }
        }
    }

    /** Returns the way to end with an outcome. */
    public Way way(Outcome outcome) {
        if (!"cluster".equals(properties.getProperty("spark.submit.deployMode"))) {
            return Way.EXIT;
        }
        if (outcome.exitCode() == ExitCode.OK) {
            return Way.RETURN; // To YARN, an application that calls exit has failed.
        }
        if (properties.getProperty("spark.master", "").startsWith("yarn")) {
            return Way.THROW; // Its diagnostics hold the exception's message.
        }
        // A standalone cluster that supervises a driver starts it again after any failure, without end.
        boolean supervised = Boolean.parseBoolean(properties.getProperty("spark.driver.supervise"));
        return supervised && !outcome.isWorthRepeating() ? Way.RETURN : Way.EXIT;
    }
}
