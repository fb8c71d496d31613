package dev.mnc.jobs.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * A watch over what a cluster was asked for. Spark waits for ever for a process that fits on no machine, and says little; this
 * says so after a minute, and then rarely.
 */
public final class ShortageWatch implements AutoCloseable {

    private static final Duration FIRST = Duration.ofSeconds(60);
    private static final Duration LATER = Duration.ofMinutes(10);

    /** A manager is asked over the network, a session is not. */
    private static final Duration LOOK_AT_SESSION = Duration.ofSeconds(2);

    private static final Duration ASK_MANAGER = Duration.ofSeconds(20);

    /** A look at what is waited for, null while nothing is. */
    interface Look {
        @Nullable
        Shortage shortage();
    }

    private final Look look;
    private final Consumer<String> out;
    private final Rhythm rhythm;
    private final Thread thread;

    /**
     * The times at which something happens.
     *
     * @param look between two looks
     * @param first from the begin of a shortage to the first line
     * @param later from line to line
     */
    record Rhythm(Duration look, Duration first, Duration later) {}

    ShortageWatch(Look look, Consumer<String> out, Rhythm rhythm) {
        this.look = look;
        this.out = out;
        this.rhythm = rhythm;
        this.thread = new Thread(this::watch, "mnc-shortage");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, failure) -> {});
        thread.start();
    }

    /**
     * Watches the executors of a session, also one that is about to open.
     *
     * @param conf of the session
     * @param hadoop settings of the session
     * @param session the context, once it is open
     * @param out gets each line
     */
    public static ShortageWatch ofExecutors(
            SparkConf conf, Configuration hadoop, Supplier<@Nullable SparkContext> session, Consumer<String> out) {
        Shortage executors = new Shortage(
                "executor", Resources.ofExecutor(conf), conf.get("spark.master"), ClusterManager.of(conf, hadoop));
        return new ShortageWatch(
                () -> lacksExecutors(session.get()) ? executors : null, out, new Rhythm(LOOK_AT_SESSION, FIRST, LATER));
    }

    /** With dynamic allocation executors are only started for work. */
    private static boolean lacksExecutors(@Nullable SparkContext session) {
        if (session == null) {
            return true;
        }
        return !session.isStopped()
                && !session.isLocal()
                && session.getExecutorMemoryStatus().size() <= 1
                && (!session.getConf().getBoolean("spark.dynamicAllocation.enabled", false)
                        || session.statusTracker().getActiveJobIds().length > 0);
    }

    /**
     * Watches a driver on the cluster, and its executors.
     *
     * @param conf of the application
     * @param hadoop settings of the application
     * @param driver the driver or application as the manager calls it, empty until that is known
     * @param out gets each line
     */
    public static ShortageWatch ofDriver(
            SparkConf conf, Configuration hadoop, Supplier<String> driver, Consumer<String> out) {
        Optional<ClusterManager> manager = ClusterManager.of(conf, hadoop);
        String master = conf.get("spark.master");
        Look look = () -> {
            try {
                return switch (manager.isEmpty() || driver.get().isEmpty()
                        ? ClusterManager.Waiting.NOTHING
                        : manager.get().waiting(driver.get())) {
                    case NOTHING -> null;
                    case DRIVER -> new Shortage("driver", Resources.ofDriver(conf), master, manager);
                    case EXECUTORS -> new Shortage("executor", Resources.ofExecutor(conf), master, manager);
                };
            } catch (IOException e) {
                return null; // Spark itself says so when a manager is gone.
            }
        };
        return new ShortageWatch(look, out, new Rhythm(ASK_MANAGER, FIRST, LATER));
    }

    private void watch() {
        String what = "";
        long since = System.nanoTime();
        long due = rhythm.first.toNanos();
        try {
            while (true) {
                Thread.sleep(rhythm.look.toMillis());
                Shortage shortage = look.shortage();
                if (shortage == null || !(what.isEmpty() || shortage.what().equals(what))) {
                    since = System.nanoTime();
                    due = rhythm.first.toNanos();
                }
                what = shortage == null ? "" : shortage.what();
                long waited = System.nanoTime() - since;
                if (shortage != null && waited >= due) {
                    out.accept(shortage.line(Duration.ofNanos(waited)));
                    due = waited + rhythm.later.toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
