package dev.mnc.jobs.label;

import dev.mnc.jobs.host.HostRegistry;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.spark.api.plugin.PluginContext;
import org.jspecify.annotations.Nullable;

/** The line from the tasks of this executor to the driver, and the lock by which one task can have the executor to itself. */
final class DriverLine {

    private final ReadWriteLock executor = new ReentrantReadWriteLock(true);
    private volatile @Nullable PluginContext plugin;

    private DriverLine() {}

    /** Returns the line of this JVM. */
    static DriverLine jvm() {
        return HostRegistry.jvm().shared(DriverLine.class, DriverLine::new);
    }

    void connect(PluginContext context) {
        plugin = context;
    }

    void disconnect() {
        plugin = null;
    }

    /** Returns the lock: a task that labels one by one holds it for writing, any other for reading. */
    ReadWriteLock executor() {
        return executor;
    }

    /**
     * Asks the driver.
     *
     * @param otherwise the answer where there is no line: in a session without our plugin
     */
    <T> T ask(TaskMessage message, Class<T> answer, T otherwise) {
        PluginContext context = plugin;
        if (context == null) {
            return otherwise;
        }
        try {
            return answer.cast(context.ask(message));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was cancelled", e);
        } catch (Exception e) { // PluginContext declares no other
            throw new IllegalStateException("the driver is not to be reached", e);
        }
    }
}
