package dev.mnc.jobs.outcome;

import dev.mnc.jobs.cli.SparkLaunch;
import dev.mnc.jobs.cluster.ShortageWatch;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.outcome.SubmitProcess.End;
import dev.mnc.jobs.store.CommandPath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;

/** A command whose driver runs on a machine of the cluster: handed over, waited for, and ended with the driver's own outcome. */
public final class ClusterSubmission {

    /** A label of the driver's pod, by which its log is found. */
    private static final String LABEL = "mnc-submission";

    private static final String YARN = "yarn";
    private static final String KUBERNETES = "k8s://";

    private final String master;
    private final String submission;
    private final String address;

    /**
     * @param master of the cluster
     * @param submission an id that no other one has
     * @param address of the outcome, empty if it has none
     */
    ClusterSubmission(String master, String submission, String address) {
        this.master = master;
        this.submission = submission;
        this.address = address;
    }

    /**
     * Hands a command over and waits for its end, unless Spark's settings say not to wait.
     *
     * @param launch of Spark
     * @param mainClass of the application
     * @param command the words of the command with its options
     * @param out gets the driver's result
     * @param err gets the driver's error, and what Spark says on the way
     * @return the exit code of the driver
     */
    public static int run(
            SparkLaunch launch, String mainClass, List<String> command, PrintStream out, PrintStream err) {
        String id = UUID.randomUUID().toString();
        Configuration hadoop = launch.hadoop();
        requireReachable(launch.master(), command, hadoop);
        String address = Outcome.address(command, id);
        ClusterSubmission submission = new ClusterSubmission(
                launch.master(), id, address.isEmpty() ? "" : CommandPath.address(address, hadoop));
        if (!command.contains("--quiet")) {
            err.println("handing the command to " + launch.master() + ", whose machines run its driver");
        }
        End end = follow(launch, launch.distantSubmit(mainClass, command, submission.properties()), err);
        if (end.exitCode() == ExitCode.OK && !launch.waitsForDriver()) {
            err.println("the driver goes on by itself"
                    + (submission.address.isEmpty() ? "" : "; it leaves its outcome in " + submission.address));
            return ExitCode.OK;
        }
        Outcome outcome = submission.outcome(hadoop, end);
        if (!outcome.result().isEmpty()) {
            out.println(outcome.result());
        }
        if (!outcome.message().isEmpty()) {
            err.println("error: " + outcome.message());
            err.println("  " + outcome.remedy());
        }
        return outcome.exitCode();
    }

    /**
     * Requires that the driver reads and writes where whoever gave the command does.
     *
     * @throws OperatorException if the table or the output lies on this machine's disk
     */
    static void requireReachable(String master, List<String> command, Configuration hadoop) {
        for (String option : Outcome.OUTPUTS) {
            String path = Outcome.option(command, option);
            if (!path.isEmpty()) {
                String unused = CommandPath.ofDriver(option, path, master, hadoop);
            }
        }
    }

    /** Returns what the driver is told. */
    Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        if (!address.isEmpty()) {
            properties.put(DriverEnd.ADDRESS, address);
        }
        if (master.startsWith(KUBERNETES)) {
            properties.put("spark.kubernetes.driver.label." + LABEL, submission);
        }
        return properties;
    }

    /** Waits for Spark's submit, and says what the cluster does not start. */
    private static End follow(SparkLaunch launch, List<String> words, PrintStream err) {
        AtomicReference<String> driver = new AtomicReference<>("");
        ShortageWatch watch = ShortageWatch.ofDriver(
                launch.conf(), launch.hadoop(), driver::get, line -> err.println("warning: " + line));
        try {
            return SubmitProcess.run(words, err, driver::set);
        } finally {
            watch.close();
        }
    }

    /** Returns the outcome that the driver left, or else what is known of its end. */
    Outcome outcome(Configuration configuration, End end) {
        if (address.isEmpty()) {
            return withoutAddress(end);
        }
        try {
            return Outcome.read(address, configuration);
        } catch (FileNotFoundException | NoSuchFileException e) {
            return failed(
                    end.exitCode() == 0
                            ? "the driver ended without leaving an outcome in " + address
                            : "Spark could not submit the command, or lost sight of its driver, which left no outcome in "
                                    + address,
                    end);
        } catch (IOException e) {
            return failed(
                    "nobody knows how the driver ended: its outcome in " + address + " cannot be read: "
                            + ErrorMessages.firstLine(e),
                    end);
        }
    }

    /** Returns what is known of a driver that had nowhere to leave its outcome: what its manager made of it. */
    Outcome withoutAddress(End end) {
        boolean succeeded =
                end.exitCode() == 0 && (master.startsWith(YARN) || end.state().equals("FINISHED"));
        return succeeded
                ? new Outcome(ExitCode.OK, "", "", "", "")
                : failed(
                        "the command failed, or nobody knows: without --table and --out there is nowhere to leave its outcome",
                        end);
    }

    /** Returns the outcome of a driver that left none. */
    Outcome failed(String what, End end) {
        String driver = end.driver().isEmpty() ? "" : " (" + end.driver() + " is " + end.state() + ")";
        return new Outcome(ExitCode.FAILED, what + driver, remedy(end.driver()), "", "");
    }

    private String remedy(String driver) {
        if (driver.isEmpty() && !master.startsWith(KUBERNETES)) {
            return "see what Spark says above";
        }
        if (master.startsWith(YARN)) {
            return "see its log: yarn logs -applicationId " + driver;
        }
        return master.startsWith(KUBERNETES)
                ? "see its log: kubectl logs --selector " + LABEL + "=" + submission
                : "see its log on the machine that ran it: " + driver + "/stderr in the Worker's work folder";
    }
}
