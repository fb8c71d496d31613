package dev.mnc.jobs.host;

import dev.mnc.jobs.executor.Device;
import dev.mnc.jobs.executor.DeviceAssignment;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.SessionDevice;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/**
 * The models, hosts and reports of this JVM, the one static object that labelling needs. Spark creates a plugin from
 * its class name and a task from bytes, so neither can be handed an object. On an executor they meet here, to share one
 * host; on the driver the plugin and the job meet here, to share the executors' reports.
 */
public final class HostRegistry {

    private static final HostRegistry JVM = new HostRegistry();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(JVM::closeModels, "mnc-close-models"));
    }

    private final Map<PredictorSource, Predictor> models = new HashMap<>();
    private final Map<Key, ModelHost> hosts = new HashMap<>();
    private final Map<SparkContext, HostReports> reports = Collections.synchronizedMap(new WeakHashMap<>());
    private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();

    private volatile @Nullable DeviceAssignment device;

    private record Key(PredictorSource source, HostSettings settings) {}

    HostRegistry() {}

    /** Returns the registry of this JVM. */
    public static HostRegistry jvm() {
        return JVM;
    }

    /** Sets the device of this JVM, before the first model is loaded. */
    public void assign(DeviceAssignment assigned) {
        device = assigned;
    }

    /** Returns the device of this JVM; one that no plugin set is a processor, unless TensorFlow finds something better. */
    public DeviceAssignment device() {
        DeviceAssignment assigned = device;
        return assigned != null
                ? assigned
                : new DeviceAssignment(
                        new Device(
                                SparkEnv.get().blockManager().blockManagerId().host(), "", Device.Kind.CPU),
                        SessionDevice.AUTOMATIC);
    }

    /** Returns the model of a source, loaded by the first call. */
    public Predictor predictor(PredictorSource source) {
        synchronized (models) {
            return models.computeIfAbsent(source, PredictorSource::load);
        }
    }

    /** Passes on the model of a source if it is loaded in this JVM. */
    public void ifLoaded(PredictorSource source, Consumer<Predictor> action) {
        Predictor loaded;
        synchronized (models) {
            loaded = models.get(source);
        }
        if (loaded != null) {
            action.accept(loaded);
        }
    }

    /**
     * Returns the host of this JVM, started and warmed up by the first call. In production there is one, since an
     * executor labels with one model and one set of settings; in a JVM that lives longer, hosts with others are closed
     * once they are idle.
     */
    public ModelHost host(PredictorSource source, HostSettings settings) {
        synchronized (hosts) {
            Key key = new Key(source, settings);
            ModelHost host = hosts.get(key);
            if (host != null && host.isAlive()) {
                return host;
            }
            closeIdle();
            ModelHost started = new ModelHost(predictor(source), settings);
            started.warmUp();
            hosts.put(key, started);
            return started;
        }
    }

    /** Returns the object of a class that all tasks of this JVM share, created by the first call. */
    public <T> T shared(Class<T> type, Supplier<T> creation) {
        return type.cast(shared.computeIfAbsent(type, key -> creation.get()));
    }

    /** Returns what the executors of a session report. */
    public HostReports reports(SparkContext session) {
        return reports.computeIfAbsent(session, key -> new HostReports());
    }

    private void closeIdle() {
        for (Iterator<ModelHost> all = hosts.values().iterator(); all.hasNext(); ) {
            ModelHost host = all.next();
            if (host.isIdle()) {
                host.close();
                all.remove();
            }
        }
    }

    /** Closes the hosts first: else images on their way would seem to fail, for no fault of theirs. */
    private void closeModels() {
        synchronized (hosts) {
            hosts.values().forEach(ModelHost::close);
            hosts.clear();
        }
        synchronized (models) {
            models.values().forEach(Predictor::close);
            models.clear();
        }
    }
}
