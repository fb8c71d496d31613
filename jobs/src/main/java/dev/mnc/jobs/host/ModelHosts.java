package dev.mnc.jobs.host;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** The model hosts of this JVM: one in production, since one executor labels with one model and one set of settings. */
public final class ModelHosts {

    private static final Map<Key, ModelHost> HOSTS = new HashMap<>();

    private ModelHosts() {}

    private record Key(PredictorSource source, HostSettings settings) {}

    /** The host of this JVM, started and warmed up on the first call; hosts with other settings end once they are idle. */
    public static ModelHost of(PredictorSource source, HostSettings settings) {
        synchronized (HOSTS) {
            Key key = new Key(source, settings);
            ModelHost host = HOSTS.get(key);
            if (host != null && host.isAlive()) {
                return host;
            }
            closeIdle();
            ModelHost started = new ModelHost(source.predictor(), settings);
            started.warmUp();
            HOSTS.put(key, started);
            return started;
        }
    }

    private static void closeIdle() {
        for (Iterator<ModelHost> hosts = HOSTS.values().iterator(); hosts.hasNext(); ) {
            ModelHost host = hosts.next();
            if (host.isIdle()) {
                host.close();
                hosts.remove();
            }
        }
    }
}
