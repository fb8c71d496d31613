package dev.mnc.jobs.host;

import dev.mnc.jobs.executor.ExecutorCores;
import dev.mnc.jobs.host.HostMeter.Wait;
import dev.mnc.model.Predictor;
import dev.mnc.schemas.ImageRef;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One model on one device, shared by all task slots of an executor: the front door of four stages.
 *
 * <pre>
 *   task ─▶ {@link ReadStage} ─▶ {@link DecodeStage} ─▶ {@link DeviceStage} ─▶ {@link VotingStage} ─▶ task
 *           files, ahead   images, on      batches by shape,   masks, on
 *                          all cores       across tasks        all cores
 * </pre>
 *
 * <p>Tasks only say which images and take outcomes, so there may be as many as write well; the device is fed by all of
 * them and runs dry only when all of them do. An image holds a lease of {@link HostSettings#readBytes} while it is
 * read, then one of {@link HostSettings#queueBytes} until its task takes its outcome; threads that read wait where
 * there are no bytes left.
 */
public final class ModelHost implements AutoCloseable {

    private final HostSettings settings;
    private final HostState state;
    private final WarmUp warmUp;
    private final Watchdog watchdog;
    private final HostMeter meter = new HostMeter();
    private final ByteBudget files;
    private final ByteBudget queue;
    private final StagePool pool;
    private final ReadStage read;
    private final DecodeStage decode;
    private final DeviceStage device;
    private final Set<ImageStream> streams = new HashSet<>();
    private volatile double modelRate;

    /**
     * Starts a host.
     *
     * @param predictor not closed with the host
     */
    public ModelHost(Predictor predictor, HostSettings settings) {
        this(predictor, settings, failure -> {});
    }

    /**
     * Starts a host.
     *
     * @param predictor not closed with the host
     * @param whenDeviceFails called at most once, if the host breaks down because of its device
     */
    ModelHost(Predictor predictor, HostSettings settings, Consumer<DeviceException> whenDeviceFails) {
        this.settings = settings;
        this.state = new HostState(whenDeviceFails);
        this.warmUp = new WarmUp(predictor, settings);
        this.watchdog = new Watchdog(settings.deadlines().shortest(), state);
        this.files = new ByteBudget(settings.readBytes());
        this.queue = new ByteBudget(settings.queueBytes());
        this.pool = new StagePool(settings.threads() > 0 ? settings.threads() : ExecutorCores.count(), state);
        VotingStage voting = new VotingStage(settings, warmUp, pool);
        this.device = new DeviceStage(predictor, settings, voting, warmUp, watchdog, meter, state, this::upstream);
        this.decode = new DecodeStage(predictor, settings, queue, pool, device, watchdog, state);
        this.read = new ReadStage(settings, files, queue, decode, watchdog, state);
        watchdog.start();
        device.start();
    }

    /** Returns a daemon thread that is not started. */
    static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Takes a task's images.
     *
     * @param run the run that the task belongs to; the first task of a new run starts the meter anew
     * @param reader closed by the caller, after the stream
     * @throws IllegalStateException if the host broke down or is closed
     */
    public ImageStream open(String run, List<ImageRef> images, ImageReader reader) {
        state.requireAlive();
        ImageStream stream = new ImageStream(images, reader, meter, state, this::end);
        synchronized (streams) {
            if (streams.isEmpty()) {
                meter.begin(run);
            }
            streams.add(stream);
        }
        read.start(stream, images.size());
        return stream;
    }

    private void end(ImageStream stream) {
        synchronized (streams) {
            streams.remove(stream);
        }
    }

    /**
     * Runs the model on pictures before the first image, see {@link WarmUp#measure}.
     *
     * @throws DeviceException if the device does not answer
     */
    void warmUp() {
        Duration deadline = settings.deadlines().detect();
        FutureTask<Double> measuring = new FutureTask<>(warmUp::measure);
        thread(measuring, "mnc-warm-up").start(); // A thread of its own, which may hang.
        try {
            modelRate = measuring.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw DeviceException.hung("the device does not answer: its first picture took longer than "
                    + deadline.toSeconds() + " s (label.detect-seconds)");
        } catch (ExecutionException e) {
            throw asUnchecked(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the model is prepared", e);
        }
    }

    private static RuntimeException asUnchecked(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** Returns the device's figures in the run at hand. */
    public HostReport report(String executor) {
        return meter.report(executor, modelRate, files.held() + queue.held());
    }

    /** Returns the failure of the device that the host broke down of, or null. */
    @Nullable
    DeviceException deviceFailure() {
        return state.deviceFailure();
    }

    boolean isAlive() {
        return state.isAlive();
    }

    /** Whether no task is at work here. */
    boolean isIdle() {
        synchronized (streams) {
            return streams.isEmpty();
        }
    }

    /** Returns the budget of files read and not yet decoded. */
    ByteBudget files() {
        return files;
    }

    /** Returns the budget of decoded images and of outcomes that no task has taken yet. */
    ByteBudget queue() {
        return queue;
    }

    /** Returns what images that are not decoded yet wait for. */
    private Wait upstream() {
        if (decode.isActive()) {
            return Wait.DECODE;
        }
        if (read.isActive()) {
            return Wait.READ;
        }
        return isIdle() ? Wait.TASK : Wait.WRITE;
    }

    /** Stops the threads; images on their way are dropped and give back what they hold. */
    @Override
    public void close() {
        state.close();
        watchdog.close();
        device.close();
        read.close();
        pool.close();
    }
}
