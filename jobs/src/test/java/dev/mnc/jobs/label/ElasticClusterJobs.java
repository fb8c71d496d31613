package dev.mnc.jobs.label;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.table.LabelTable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerSpeculativeTaskSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;

/**
 * The driver of {@link ElasticClusterTest}: one application after the other on a standalone cluster, and the same images in
 * one process. Each line that it prints begins with the name of the application.
 */
final class ElasticClusterJobs {

    private static final SquarePredictor.Source SOURCE = new SquarePredictor.Source("0".repeat(64));
    private static final String STORE = "objects://";

    private final Path folder;
    private final PrintStream out;

    private ElasticClusterJobs(Path folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    /**
     * Runs all applications.
     *
     * @param arguments the master, the executors' class path, the folder of images, tables and marks, the address of the
     *     master's pages, the output
     */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("spark.executor.memory", "512m");
        System.setProperty("spark.executor.extraClassPath", arguments[1]);
        // None of these processes lives long enough for the optimising compiler.
        System.setProperty("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1");
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.hadoop.fs.objects.impl", SlowFiles.class.getName());
        System.setProperty("spark.hadoop.fs.objects.impl.disable.cache", "true");
        System.setProperty("spark.hadoop." + SlowFiles.MARKS, arguments[2] + "/marks");
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(Path.of(arguments[4])), true, StandardCharsets.UTF_8)) {
            ElasticClusterJobs jobs = new ElasticClusterJobs(Path.of(arguments[2]), out);
            jobs.dynamic(arguments[0]);
            jobs.speculation(arguments[0]);
            jobs.decommission(arguments[0], arguments[3]);
            jobs.local();
        }
    }

    /** What the listener of an application has seen, which it prints as well. */
    private final class Events extends SparkListener {

        private final String application;
        private final AtomicInteger removed = new AtomicInteger();
        private final AtomicInteger started = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();

        private Events(String application) {
            this.application = application;
        }

        private void print(String line) {
            out.println(application + " " + line);
        }

        @Override
        public void onExecutorAdded(SparkListenerExecutorAdded event) {
            print("added " + event.executorId() + " " + event.executorInfo().executorHost());
        }

        @Override
        public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
            print("removed " + event.executorId() + " " + event.reason());
            removed.incrementAndGet();
        }

        @Override
        public void onSpeculativeTaskSubmitted(SparkListenerSpeculativeTaskSubmitted event) {
            print("speculated " + event.partitionId());
        }

        @Override
        public void onTaskStart(SparkListenerTaskStart event) {
            started.incrementAndGet();
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd event) {
            print("task " + event.taskInfo().partitionId() + " "
                    + event.taskInfo().host() + " "
                    + (event.taskInfo().speculative() ? "copy" : "first") + " "
                    + event.reason().getClass().getSimpleName().replace("$", ""));
            ended.incrementAndGet();
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("waited in vain for " + what);
    }

    /** Returns a count once it has been the same for two seconds: listeners hear of executors later than Spark itself. */
    private static int settled(AtomicInteger count) throws InterruptedException {
        int last = count.get();
        for (int quiet = 0; quiet < 20; quiet++) {
            Thread.sleep(100);
            if (count.get() != last) {
                last = count.get();
                quiet = 0;
            }
        }
        return last;
    }

    private static void awaitExecutors(SparkSession spark, int count) throws InterruptedException {
        await(
                count + " executors",
                () -> spark.sparkContext().getExecutorMemoryStatus().size() == count + 1);
    }

    /** What an application works with. */
    private record Application(SparkSession spark, Events events) {}

    /** An application's work. */
    private interface Work {
        void run(Application application) throws IOException, InterruptedException;
    }

    private void run(String name, Map<String, String> settings, Work work) throws IOException, InterruptedException {
        settings.forEach(System::setProperty);
        try (SparkSession spark = LabelImages.session(
                name, SOURCE, label(1), Settings.defaults().read("host", HostConfig::from), Map.of())) {
            Events events = new Events(name);
            spark.sparkContext().addSparkListener(events);
            work.run(new Application(spark, events));
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
    }

    private static LabelConfig label(int waveImages) {
        return Settings.of(ConfigFactory.parseString("label { read-ahead = 1, wave-images = " + waveImages + " }"))
                .read("label", LabelConfig::from);
    }

    private void labels(Application application, int waveImages, int waitSeconds) {
        Console console = new Console(out, out, Console.Format.TEXT, Console.Verbosity.QUIET);
        String name = application.events.application;
        HostConfig machine = Settings.of(ConfigFactory.parseString("host.executor-wait-seconds = " + waitSeconds))
                .read("host", HostConfig::from);
        out.println(name + " begins");
        new LabelImages(application.spark, SOURCE, label(waveImages), machine, console)
                .run(
                        new LabelRequest(STORE + folder + "/images", null, table(name), name, LabelRequest.Mode.LABEL),
                        List.of());
        out.println(name + " ends");
    }

    private String table(String name) {
        return STORE + folder + "/tables/" + name;
    }

    /** Has executors at the start that go when there is nothing to do, and more of them once there is. */
    private void dynamic(String master) throws IOException, InterruptedException {
        Map<String, String> settings = Map.of(
                "spark.master",
                master,
                "spark.executor.cores",
                "1",
                "spark.dynamicAllocation.enabled",
                "true",
                "spark.dynamicAllocation.minExecutors",
                "1",
                "spark.dynamicAllocation.initialExecutors",
                "3",
                "spark.dynamicAllocation.maxExecutors",
                "3",
                "spark.dynamicAllocation.executorIdleTimeout",
                "1s",
                "spark.hadoop." + SlowFiles.MILLIS,
                "100");
        run("dynamic", settings, application -> {
            Events events = application.events;
            await("idle executors to go", () -> events.removed.get() > 0);
            awaitExecutors(application.spark, 1);
            int before = settled(events.removed);
            labels(application, 48, 30);
            await("idle executors to go again", () -> events.removed.get() > before);
        });
    }

    /** Asks for more executors than there is room for; one task stalls. */
    private void speculation(String master) throws IOException, InterruptedException {
        Map<String, String> settings = Map.of(
                "spark.master",
                master,
                "spark.executor.cores",
                "3",
                "spark.executor.instances",
                "3",
                "spark.speculation",
                "true",
                "spark.speculation.quantile",
                "0.5",
                "spark.speculation.multiplier",
                "1.1",
                "spark.speculation.minTaskRuntime",
                "500ms",
                "spark.hadoop." + SlowFiles.STALLED,
                "7.png");
        run("speculation", settings, application -> {
            awaitExecutors(application.spark, 2);
            labels(application, 192, 1);
            await("the end of all attempts", () -> application.events.started.get() == application.events.ended.get());
        });
    }

    /** Loses a Worker, which says so before. */
    private void decommission(String master, String pages) throws IOException, InterruptedException {
        Map<String, String> settings = Map.of(
                "spark.master",
                master,
                "spark.executor.cores",
                "2",
                "spark.cores.max",
                "4",
                "spark.decommission.enabled",
                "true",
                "spark.hadoop." + SlowFiles.MILLIS,
                "100");
        run("decommission", settings, application -> {
            awaitExecutors(application.spark, 2);
            Thread operator = new Thread(() -> decommissionWorker(application.events, pages), "decommission");
            operator.start();
            labels(application, 48, 30);
            operator.join();
            await("the executor to go", () -> application.events.removed.get() == 1);
        });
    }

    private void decommissionWorker(Events events, String pages) {
        try {
            await("labels", () -> events.ended.get() > 4);
            HttpURLConnection request = (HttpURLConnection)
                    URI.create(pages + "/workers/kill/?host=127.0.0.2").toURL().openConnection();
            request.setRequestMethod("POST");
            out.println("decommission answer " + request.getResponseCode());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Labels in one process, and reads all tables. */
    private void local() throws IOException, InterruptedException {
        run("local", Map.of("spark.master", "local[2]"), application -> {
            labels(application, 4096, 0);
            for (String name : List.of("dynamic", "speculation", "decommission", "local")) {
                LabelTable table = new LabelTable(application.spark, table(name));
                table.images()
                        .drop("read_ms", "decode_ms", "detect_ms", "vote_ms")
                        .toJSON()
                        .collectAsList()
                        .forEach(row -> out.println(name + " image " + row));
                table.instances().toJSON().collectAsList().forEach(row -> out.println(name + " instance " + row));
                table.dataFiles(table.newest()).forEach(file -> out.println(name + " file " + file.path()));
            }
        });
    }
}
