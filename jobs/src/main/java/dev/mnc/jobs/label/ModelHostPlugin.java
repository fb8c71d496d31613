package dev.mnc.jobs.label;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostSettings;
import dev.mnc.jobs.host.ModelHost;
import dev.mnc.jobs.host.ModelHosts;
import dev.mnc.jobs.host.PredictorSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
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
 * Starts the model host of every executor before its first task, so that a bad model or a missing device ends the run at
 * once and with one message; then reports to the driver every second and to Spark's metrics.
 */
public final class ModelHostPlugin implements SparkPlugin {

    private static final String START = "start";
    private static final long REPORT_MILLIS = 1000;

    /** The driver's word to the plugin that Spark makes: what the session that is opened next is for. */
    private static volatile @Nullable Start next;

    /** What an executor needs to know. */
    record Start(PredictorSource source, HostSettings settings) implements Serializable {}

    /** Says what the next session of this JVM labels with. */
    static void announce(PredictorSource source, HostSettings settings) {
        next = new Start(source, settings);
    }

    @Override
    public DriverPlugin driverPlugin() {
        return new Driver();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Executor();
    }

    private static final class Driver implements DriverPlugin {

        private @Nullable SparkContext spark;

        @Override
        public Map<String, String> init(SparkContext context, PluginContext plugin) {
            spark = context;
            LiveReports.clear();
            Start start = next;
            return start == null ? Map.of() : Map.of(START, text(start));
        }

        /** The driver's page serves what all executors reported. */
        @Override
        public void registerMetrics(String application, PluginContext plugin) {
            register(plugin.metricRegistry(), () -> LiveReports.devices().values());
        }

        @Override
        public @Nullable Object receive(Object message) {
            if (message instanceof HostReport report) {
                LiveReports.add(report);
            } else if (message instanceof LiveReports.Failure failure) {
                LiveReports.add(failure);
                if (spark != null) {
                    spark.cancelAllJobs();
                }
            }
            return null;
        }
    }

    private static final class Executor implements ExecutorPlugin {

        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "mnc-reports");
            thread.setDaemon(true);
            return thread;
        });
        private volatile @Nullable ModelHost host;

        @Override
        public void init(PluginContext context, Map<String, String> driver) {
            String start = driver.get(START);
            if (start == null) {
                return;
            }
            register(context.metricRegistry(), () -> {
                ModelHost running = host;
                return running == null ? List.of() : List.of(running.report(context.executorID()));
            });
            // In a local run this thread is the one that lists the images; on a cluster no task may come before the
            // model.
            if (context.executorID().equals("driver")) {
                clock.execute(() -> start(context, read(start)));
            } else {
                start(context, read(start));
            }
            var unused = clock.scheduleAtFixedRate(
                    () -> report(context), REPORT_MILLIS, REPORT_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void start(PluginContext context, Start start) {
            try {
                host = ModelHosts.of(start.source(), start.settings());
            } catch (RuntimeException | Error e) {
                String reason = e.getMessage() == null ? e.toString() : e.getMessage();
                tell(context, new LiveReports.Failure(context.executorID(), reason));
                throw e;
            }
        }

        private void report(PluginContext context) {
            ModelHost running = host;
            if (running != null) {
                tell(context, running.report(context.executorID()));
            }
        }

        private static void tell(PluginContext context, Object message) {
            try {
                context.send(message);
            } catch (IOException e) {
                throw new UncheckedIOException("the driver is not to be reached", e);
            }
        }

        @Override
        public void shutdown() {
            clock.shutdownNow();
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
