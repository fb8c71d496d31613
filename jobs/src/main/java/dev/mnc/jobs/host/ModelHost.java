package dev.mnc.jobs.host;

import dev.mnc.image.JpegEncoder;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.jobs.executor.ExecutorCores;
import dev.mnc.jobs.host.HostMeter.Wait;
import dev.mnc.model.Detections;
import dev.mnc.model.GoldenImage;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.ImageRef;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    private static final double LONGEST_WARM_UP_SECONDS = 1;
    private static final BufferedImage WARM_UP = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);

    private final Predictor predictor;
    private final HostSettings settings;
    private final HostState state = new HostState();
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
        this.predictor = predictor;
        this.settings = settings;
        this.files = new ByteBudget(settings.readBytes());
        this.queue = new ByteBudget(settings.queueBytes());
        this.pool = new StagePool(settings.threads() > 0 ? settings.threads() : ExecutorCores.count(), state);
        VotingStage voting = new VotingStage(settings, pool);
        this.device = new DeviceStage(predictor, settings, voting, meter, state, this::upstream);
        this.decode = new DecodeStage(predictor, settings.limits(), queue, pool, device);
        this.read = new ReadStage(settings, files, queue, decode, state);
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
     * Prepares the model: checks that it finds on its golden image what it should, runs it on a picture of COCO's usual
     * size, so that a run's first image does not pay for what TensorFlow puts off until then, and measures how fast the
     * model alone is, on one warm batch if that takes no more than a second.
     */
    void warmUp() {
        try {
            Optional<GoldenImage> golden = predictor.golden();
            if (golden.isPresent()) {
                NetworkInput picture = predictor.preprocess(golden.get().picture());
                golden.get().requireSame(predictor.detect(List.of(picture), 0).get(0));
            }
            NetworkInput input = predictor.preprocess(JpegEncoder.encode(WARM_UP, 0.9f));
            double alone = secondsOf(List.of(input));
            List<NetworkInput> batch = Collections.nCopies(settings.batchSize(), input);
            if (alone * batch.size() <= LONGEST_WARM_UP_SECONDS) {
                modelRate = batch.size() / secondsOf(batch);
            } else {
                modelRate = 1 / (alone <= LONGEST_WARM_UP_SECONDS ? secondsOf(List.of(input)) : alone);
            }
        } catch (UnreadableImageException e) {
            throw new IllegalStateException("the model cannot read a JPEG: " + e.getMessage(), e);
        }
    }

    private double secondsOf(List<NetworkInput> batch) {
        long start = System.nanoTime();
        try (Detections detections = predictor.run(batch)) {
            double seconds = (System.nanoTime() - start) / HostReport.NANOS;
            detections.instances(0, settings.minScores().least());
            return Math.max(seconds, 1 / HostReport.NANOS);
        }
    }

    /** Returns the device's figures in the run at hand. */
    public HostReport report(String executor) {
        return meter.report(executor, modelRate, files.held() + queue.held());
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
        device.close();
        read.close();
        pool.close();
    }
}
