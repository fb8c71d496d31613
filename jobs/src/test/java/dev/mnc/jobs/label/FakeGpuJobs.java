package dev.mnc.jobs.label;

import dev.mnc.image.ImageLimits;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.Device;
import dev.mnc.jobs.executor.ExpectedExecutors;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.Deadlines;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.HostSettings;
import dev.mnc.jobs.host.MinScores;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * The driver of {@link FakeGpuTest}: one application after the other on a standalone cluster whose GPUs are made up. Each
 * line that it prints begins with the name of the application.
 */
final class FakeGpuJobs {

    private static final SquarePredictor.Source SOURCE = new SquarePredictor.Source("0".repeat(64));
    private static final HostConfig MACHINE = Settings.defaults().read("host", HostConfig::from);
    private static final LabelConfig LABEL = Settings.defaults().read("label", LabelConfig::from);
    private static final HostSettings HOST = new HostSettings(
            1,
            0,
            1,
            1 << 20,
            1 << 20,
            1,
            new MinScores(0.05, Map.of()),
            100,
            ImageLimits.DEFAULT,
            new Deadlines(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1)));

    private final PrintStream out;
    private final Console console;

    private FakeGpuJobs(PrintStream out) {
        this.out = out;
        this.console = new Console(out, out, Console.Format.TEXT, Console.Verbosity.QUIET);
    }

    /**
     * Runs all applications.
     *
     * @param arguments the master, the executors' class path, the folder of the images, that of the table, the output
     */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("spark.master", arguments[0]);
        System.setProperty("spark.executor.extraClassPath", arguments[1]);
        System.setProperty("spark.executor.memory", "512m");
        // None of these processes lives long enough for the optimising compiler.
        System.setProperty("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1");
        System.setProperty("spark.ui.enabled", "false");
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(Path.of(arguments[4])), true, StandardCharsets.UTF_8)) {
            FakeGpuJobs jobs = new FakeGpuJobs(out);
            jobs.half(arguments[2], arguments[3]);
            jobs.matrix("whole", 4, 2, "1");
            jobs.matrix("quarter", 2, 4, "0.25");
            jobs.evaluates();
            jobs.refusesTwo();
        }
    }

    /** What a task sees. */
    private record Seen(String executor, long process, String addresses, Device device)
            implements java.io.Serializable {
        @Override
        public String toString() {
            return String.join(
                    " ",
                    executor,
                    device.host(),
                    device.address().isEmpty() ? "-" : device.address(),
                    device.kind().text(),
                    addresses);
        }
    }

    private record Look() implements Function<Integer, Seen> {
        @Override
        public Seen call(Integer number) throws Exception {
            Thread.sleep(1500); // So that every slot gets a task.
            var gpu = TaskContext.get().resourcesJMap().get("gpu");
            return new Seen(
                    SparkEnv.get().executorId(),
                    ProcessHandle.current().pid(),
                    gpu == null ? "-" : String.join(",", gpu.addresses()),
                    HostRegistry.jvm().device().device());
        }
    }

    private static void ask(int executors, int cores, String gpus, String share) {
        System.setProperty("spark.executor.instances", Integer.toString(executors));
        System.setProperty("spark.executor.cores", Integer.toString(cores));
        System.setProperty("spark.executor.resource.gpu.amount", gpus);
        System.setProperty("spark.task.resource.gpu.amount", share);
    }

    private void matrix(String name, int executors, int cores, String share) throws IOException {
        ask(executors, cores, "1", share);
        try (SparkSession spark = LabelImages.session(name, SOURCE, LABEL, MACHINE, Map.of())) {
            look(spark, name, ExpectedExecutors.slots(spark.sparkContext()));
        }
    }

    /** Labels too, and loses an executor. */
    private void half(String images, String table) throws IOException {
        ask(4, 2, "1", "0.5");
        try (SparkSession spark = LabelImages.session("half", SOURCE, LABEL, MACHINE, Map.of())) {
            int slots = ExpectedExecutors.slots(spark.sparkContext());
            List<Seen> seen = look(spark, "half", slots);
            labels(spark, images, table);
            seen.stream().filter(task -> task.executor.equals("0")).findAny().ifPresent(task -> kill(task.process));
            look(spark, "replaced", slots);
        }
    }

    private List<Seen> look(SparkSession spark, String name, int slots) {
        ExpectedExecutors.await(spark.sparkContext(), Duration.ofSeconds(60), console, () -> {});
        out.println(name + " slots " + slots);
        List<Seen> all = new JavaSparkContext(spark.sparkContext())
                .parallelize(Collections.nCopies(slots, 1), slots)
                .map(new Look())
                .collect();
        all.forEach(seen -> out.println(name + " task " + seen));
        return all;
    }

    /** Kills an executor, as a machine's failure would. */
    private static void kill(long process) {
        ProcessHandle executor = ProcessHandle.of(process).orElseThrow();
        executor.destroyForcibly();
        executor.onExit().join();
    }

    private void labels(SparkSession spark, String images, String table) {
        LabelSummary summary = new LabelImages(spark, SOURCE, LABEL, MACHINE, console)
                .run(
                        new LabelRequest(images, null, table, "fake", LabelRequest.Mode.LABEL),
                        LabelConfig.entries(Settings.defaults()));
        Objects.requireNonNull(summary.devices())
                .forEach(device -> out.println("label device " + device.executor() + " " + device.host() + " "
                        + device.address() + " " + device.kind()));
    }

    /** The settings are there, as in a properties file for all commands. */
    private void evaluates() throws IOException {
        ask(1, 4, "1", "0.25");
        System.setProperty("spark.cores.max", "4");
        try (SparkSession spark = Sessions.open("evaluate")) {
            look(spark, "evaluate", 4);
        }
    }

    private void refusesTwo() throws IOException {
        ask(9, 4, "2", "0.5"); // More than there can be, so that it waits until the first one fails.
        try (SparkSession spark = LabelImages.session("two", SOURCE, LABEL, MACHINE, Map.of())) {
            out.println("two is accepted by " + spark.version());
        } catch (OperatorException e) {
            out.println("two driver " + e.getMessage() + " | " + e.remedy());
        }
        SparkSession.Builder builder = SparkSession.builder().appName("two");
        ModelHostPlugin.sessionSettings(SOURCE, HOST, MACHINE).forEach(builder::config);
        List<Runnable> checks = new ArrayList<>();
        try (SparkSession spark = builder.getOrCreate()) {
            checks.add(HostRegistry.jvm().reports(spark.sparkContext())::requireModel);
            ExpectedExecutors.await(spark.sparkContext(), Duration.ofSeconds(60), console, () -> {
                checks.forEach(Runnable::run);
            });
            out.println("two executors start");
        } catch (OperatorException e) {
            out.println("two executor " + e.getMessage() + " | " + e.remedy());
        }
    }
}
