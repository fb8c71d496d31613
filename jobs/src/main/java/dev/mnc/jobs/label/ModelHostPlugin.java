package dev.mnc.jobs.label;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.mnc.jobs.executor.CacheFolder;
import dev.mnc.jobs.executor.DeviceAssignment;
import dev.mnc.jobs.executor.ExpectedExecutors;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.MissingLibrary;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.DeviceException;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostReports;
import dev.mnc.jobs.host.HostSettings;
import dev.mnc.jobs.host.ModelHost;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.NativeLibraries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The Spark plugin that starts the model host of every executor before its first task, so that a bad model ends the run at
 * once and with one message, and an executor without a device gets no task; then it reports to the driver every second and to Spark's metrics.
 *
 * <p>What to start reaches the executors as a Spark setting, since Spark creates a plugin from its class name alone.
 */
public final class ModelHostPlugin implements SparkPlugin {

    private static final String PLUGINS = "spark.plugins";
    private static final String START = "spark.mnc.model-host";
    /** The id of the executor of a local master. */
    private static final String LOCAL = "driver";

    /** Exit code of an executor whose device failed. */
    private static final int DEVICE_LOST = 70;

    private static final long REPORT_MILLIS = 1000;

    /** The model and the settings of an executor's host, and those of its machine. */
    private record Start(PredictorSource source, HostSettings settings, HostConfig machine) implements Serializable {}

    /** Returns the Spark settings of a session whose executors label with this model. */
    static Map<String, String> sessionSettings(PredictorSource source, HostSettings settings, HostConfig machine) {
        String others = System.getProperty(PLUGINS, "");
        return Map.of(
                PLUGINS,
                ModelHostPlugin.class.getName() + (others.isEmpty() ? "" : "," + others),
                START,
                text(new Start(source, settings, machine)));
    }

    @Override
    public DriverPlugin driverPlugin() {
        return new Driver();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Executor();
    }

    /** The driver's side, which collects the reports of all executors. */
    private static final class Driver implements DriverPlugin {

        private @Nullable SparkContext session;

        @Override
        public Map<String, String> init(SparkContext context, PluginContext plugin) {
            session = context;
            HostReports reports = reports(context);
            reports.expect(ExpectedExecutors.count(context.getConf()));
            if (context.getConf().getBoolean("spark.speculation", false)) {
                CrashLog.jvm().expectSpeculation();
            }
            context.addSparkListener(new ExecutorWatch(reports, context::cancelAllJobs));
            return Map.of();
        }

        /** Registers the sums over all executors with the driver's metrics. */
        @Override
        public void registerMetrics(String application, PluginContext plugin) {
            register(
                    plugin.metricRegistry(),
                    () -> session == null ? List.of() : reports(session).all());
        }

        @Override
        public @Nullable Object receive(Object message) {
            if (session == null) {
                return null;
            }
            if (message instanceof HostReport report) {
                reports(session).add(report);
            } else if (message instanceof HostReports.Failure failure) {
                reports(session).add(failure);
                if (reports(session).isHopeless()) {
                    session.cancelAllJobs();
                }
            } else if (message instanceof HostReports.DeviceLost lost) {
                reports(session).add(lost);
                CrashLog.jvm().leaves(lost.executor());
                return true; // the executor waits for it
            } else if (message instanceof TaskMessage task) {
                return CrashLog.jvm().receive(task);
            }
            return null;
        }

        private static HostReports reports(SparkContext session) {
            return HostRegistry.jvm().reports(session);
        }
    }

    /** The side of one executor, which starts the host and reports on it. */
    private static final class Executor implements ExecutorPlugin {

        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "mnc-reports");
            thread.setDaemon(true);
            return thread;
        });
        private volatile @Nullable ModelHost host;

        @Override
        public void init(PluginContext context, Map<String, String> driver) {
            String start = context.conf().get(START, null);
            if (start == null) {
                return;
            }
            register(context.metricRegistry(), () -> {
                ModelHost running = host;
                return running == null ? List.of() : List.of(running.report(context.executorID()));
            });
            start(context, read(start));
            DriverLine.jvm().connect(context);
            HostRegistry.jvm().whenDeviceFails(failure -> leave(context, failure));
            report(context); // The driver waits for it to know that this executor works.
            var unused = clock.scheduleAtFixedRate(
                    () -> report(context), REPORT_MILLIS, REPORT_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void start(PluginContext context, Start start) {
            try {
                useNativeLibraries(context, start.machine());
                HostRegistry.jvm()
                        .assign(DeviceAssignment.of(context, start.machine().gpuMemory(), System.getenv()));
                host = HostRegistry.jvm().host(start.source(), start.settings());
            } catch (OperatorException e) {
                send(
                        context,
                        new HostReports.Failure(context.executorID(), String.valueOf(e.getMessage()), e.remedy()));
                throw e;
            } catch (RuntimeException | Error e) {
                String reason = MissingLibrary.in(e).orElse(e.getMessage() == null ? e.toString() : e.getMessage());
                send(context, new HostReports.Failure(context.executorID(), reason));
                if (context.executorID().equals(LOCAL)) { // There is no driver elsewhere that tells the operator.
                    throw OperatorException.environment(
                            "the model cannot be loaded: " + reason,
                            "fix the model or this machine, then run the same command again");
                }
                throw e;
            }
        }

        /** Unpacks what is missing or damaged; alone on its machine, a process leaves that to JavaCPP. */
        private static void useNativeLibraries(PluginContext context, HostConfig machine) {
            Path folder = CacheFolder.nativeLibraries(machine, System.getProperty(NativeLibraries.FOLDER_PROPERTY, ""));
            if (context.executorID().equals(LOCAL) && Files.isWritable(folder)) {
                System.setProperty(NativeLibraries.FOLDER_PROPERTY, folder.toString());
            } else {
                NativeLibraries.prepare(folder);
            }
        }

        /**
         * Ends this process, after the driver knows why: its tasks go elsewhere, and where there is a manager of a cluster it
         * starts another executor, which takes part once its device has labelled a picture. A task that failed instead would
         * be followed by the next one here, and fail as fast.
         */
        private static void leave(PluginContext context, DeviceException failure) {
            if (context.executorID().equals(LOCAL)) {
                return;
            }
            try {
                Object unused = context.ask(new HostReports.DeviceLost(
                        context.executorID(),
                        HostRegistry.jvm().device().device().host(),
                        String.valueOf(failure.getMessage())));
            } catch (Exception e) { // The driver is not to be reached: no reason to stay.
                Thread.currentThread().interrupt();
            } finally {
                Runtime.getRuntime().halt(DEVICE_LOST); // Closing the model might wait for the device.
            }
        }

        private void report(PluginContext context) {
            ModelHost running = host;
            if (running != null) {
                try {
                    send(context, running.report(context.executorID()));
                } catch (RuntimeException e) {
                    // Thrown on, it would be the last report; the next one says all that this one would.
                }
            }
        }

        private static void send(PluginContext context, Object message) {
            try {
                context.send(message);
            } catch (IOException e) {
                throw new UncheckedIOException("the driver is not to be reached", e);
            }
        }

        @Override
        public void shutdown() {
            clock.shutdownNow();
            DriverLine.jvm().disconnect();
            HostRegistry.jvm().whenDeviceFails(failure -> {});
        }
    }

    private static void register(MetricRegistry metrics, Supplier<Collection<HostReport>> reports) {
        gauge(metrics, reports, "device.busy.seconds", HostReport::busySeconds);
        gauge(metrics, reports, "device.active.seconds", HostReport::activeSeconds);
        gauge(metrics, reports, "model.images.per.second", HostReport::modelRate);
        gauge(metrics, reports, "images.done", HostReport::done);
        gauge(metrics, reports, "images.failed", HostReport::failed);
        gauge(metrics, reports, "batches", HostReport::batches);
        gauge(metrics, reports, "queued.bytes", HostReport::queuedBytes);
        for (String cause : HostReport.CAUSES) {
            gauge(
                    metrics,
                    reports,
                    "device.wait." + cause + ".seconds",
                    report -> report.waitSeconds().getOrDefault(cause, 0.0));
        }
    }

    private static void gauge(
            MetricRegistry metrics,
            Supplier<Collection<HostReport>> reports,
            String name,
            ToDoubleFunction<HostReport> value) {
        metrics.register(name, (Gauge<Double>)
                () -> reports.get().stream().mapToDouble(value).sum());
    }

    private static String text(Start start) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(start);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot ship " + start, e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static Start read(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            protected Class<?> resolveClass(java.io.ObjectStreamClass type) throws IOException, ClassNotFoundException {
                // Our classes came with the application, which only the thread's own loader knows.
                return Class.forName(
                        type.getName(), false, Thread.currentThread().getContextClassLoader());
            }
        }) {
            return (Start) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("cannot read what the driver shipped", e);
        }
    }
}
