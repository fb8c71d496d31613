package dev.mnc.jobs.host;

import dev.mnc.image.ImageHeader;
import dev.mnc.image.JpegEncoder;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.jobs.host.HostMeter.Wait;
import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Frame;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.model.Detections;
import dev.mnc.model.DeviceMemoryException;
import dev.mnc.model.GoldenImage;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.Instance;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One model on one device, shared by all task slots of an executor.
 *
 * <pre>
 *   tasks ─▶ read ahead ─▶ decode ─▶ batch by shape, across tasks ─▶ device ─▶ mask voting, RLE ─▶ tasks
 *            bytes bounded           bytes bounded                   one at a time
 * </pre>
 *
 * <p>Tasks only say which images and take outcomes, so there may be as many as write well; the device is fed by all of
 * them and runs dry only when all of them do. An image holds bytes of {@link HostSettings#readBytes} while it is read,
 * then of {@link HostSettings#queueBytes} until its task takes its outcome; readers wait where there are none left.
 */
public final class ModelHost implements AutoCloseable {

    /** Batches whose outputs may wait for mask voting beside the one in the device. */
    private static final int VOTING_BATCHES = 3;

    /** Bytes a pixel takes while it is decoded: three channels, as bytes and as floats. */
    private static final long DECODING_BYTES = 3 * (1 + 4);

    private static final double LONGEST_WARM_UP_SECONDS = 1;
    private static final BufferedImage WARM_UP = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);

    private final Predictor predictor;
    private final HostSettings settings;
    private final ByteBudget reading;
    private final ByteBudget queue;
    private final Batcher batcher;
    private final ExecutorService readers;
    private final ThreadPoolExecutor pool;
    private final Thread device;
    private final Semaphore voting = new Semaphore(VOTING_BATCHES);
    private final AtomicInteger filesComing = new AtomicInteger();
    private final AtomicInteger decodesComing = new AtomicInteger();
    private final AtomicLong jobs = new AtomicLong();
    private final Set<Feed> feeds = new HashSet<>();
    private volatile HostMeter meter = new HostMeter();
    private volatile double modelRate;
    private String run = "";
    private volatile @Nullable Throwable breakdown;
    private volatile boolean closed;

    /**
     * Starts a host.
     *
     * @param predictor not closed with the host
     */
    public ModelHost(Predictor predictor, HostSettings settings) {
        this.predictor = predictor;
        this.settings = settings;
        this.reading = new ByteBudget(settings.readBytes());
        this.queue = new ByteBudget(settings.queueBytes());
        this.batcher = new Batcher(settings.batchSize(), settings.batchWaitMillis() * 1_000_000L, this::upstream);
        this.readers = Executors.newCachedThreadPool(task -> thread(task, "mnc-read"));
        int threads = settings.threads() > 0 ? settings.threads() : ExecutorCores.count();
        this.pool = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), task -> thread(task, "mnc-host"));
        this.device = thread(this::runDevice, "mnc-device");
        device.start();
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The model. */
    public Predictor predictor() {
        return predictor;
    }

    /** What the host was started with. */
    public HostSettings settings() {
        return settings;
    }

    /**
     * Takes a task's images.
     *
     * @param run the run the task belongs to; the first of a new run starts the diary anew
     * @param reader closed by the caller, after the feed
     */
    public Feed open(String run, List<ImageRef> images, ImageReader reader) {
        requireAlive();
        Feed feed = new Feed(this, images, reader);
        synchronized (feeds) {
            if (feeds.isEmpty() && !run.equals(this.run)) {
                meter = new HostMeter();
                this.run = run;
            }
            feeds.add(feed);
        }
        int threads = Math.min(settings.readers(), images.size());
        for (int i = 0; i < threads; i++) {
            filesComing.incrementAndGet();
            readers.execute(() -> {
                try {
                    feed.readAll();
                } catch (RuntimeException | Error e) {
                    breakDown(e);
                } finally {
                    filesComing.decrementAndGet();
                }
            });
        }
        return feed;
    }

    /**
     * Runs the model on a picture of COCO's usual size, so that the first image of a run does not pay for what TensorFlow
     * puts off until then, looks whether it finds on its golden image what it should, and measures how fast the model alone is: one warm batch, if that takes no more than a second.
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

    /** What the device did so far in the run at hand. */
    public HostReport report(String executor) {
        return meter.report(executor, modelRate, reading.held() + queue.held());
    }

    boolean isAlive() {
        return breakdown == null && !closed;
    }

    /** Whether no task is at work here. */
    boolean isIdle() {
        synchronized (feeds) {
            return feeds.isEmpty();
        }
    }

    void closed(Feed feed) {
        synchronized (feeds) {
            feeds.remove(feed);
        }
    }

    HostMeter meter() {
        return meter;
    }

    ByteBudget reading() {
        return reading;
    }

    ByteBudget queue() {
        return queue;
    }

    /** @throws IllegalStateException if a thread of the host died */
    void requireAlive() {
        Throwable cause = breakdown;
        if (cause != null) {
            throw new IllegalStateException("the model's host broke down: " + cause, cause);
        }
        if (closed) {
            throw new IllegalStateException("the model's host is closed");
        }
    }

    private void breakDown(Throwable cause) {
        if (breakdown == null && !closed) {
            breakdown = cause;
        }
    }

    /** What images that are not decoded yet wait for. */
    private Wait upstream() {
        if (decodesComing.get() > 0) {
            return Wait.DECODE;
        }
        if (filesComing.get() > 0) {
            return Wait.READ;
        }
        return isIdle() ? Wait.TASK : Wait.WRITE;
    }

    // --- decode ----------------------------------------------------------------------------------------------------

    /** Called by the threads that read; waits where there is no room for another decoded image. */
    void decode(Feed feed, ImageRef image, byte[] bytes, Cost cost) throws InterruptedException {
        ImageHeader header;
        try {
            header = ImageHeader.read(bytes, settings.limits());
        } catch (UnreadableImageException e) {
            reading.change(-image.sizeBytes());
            feed.done(ImageOutcome.failed(image, null, Stage.DECODE, String.valueOf(e.getMessage()), cost));
            return;
        } catch (RuntimeException e) {
            reading.change(-image.sizeBytes());
            feed.done(ImageOutcome.failed(image, null, Stage.DECODE, "cannot be decoded: " + firstLine(e), cost));
            return;
        }
        long charge = DECODING_BYTES * header.height() * header.width();
        queue.acquire(charge);
        decodesComing.incrementAndGet();
        execute(Priority.DECODE, () -> {
            try {
                decode(feed, image, bytes, header, cost, charge);
            } finally {
                reading.change(-image.sizeBytes());
                decodesComing.decrementAndGet();
            }
        });
    }

    private void decode(Feed feed, ImageRef image, byte[] bytes, ImageHeader header, Cost cost, long charge) {
        long start = System.nanoTime();
        String reason;
        try {
            if (feed.isClosed()) {
                queue.change(-charge);
                return;
            }
            NetworkInput input = predictor.preprocess(bytes);
            long now = System.nanoTime();
            Frame frame = new Frame(input.originalHeight(), input.originalWidth(), header.exifOrientation());
            long kept = input.bytes();
            queue.change(kept - charge);
            batcher.add(new Work(feed, image, frame, input, cost.decoded(now - start), kept, now));
            return;
        } catch (UnreadableImageException e) {
            reason = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            // A decoder that stumbles over one file must not take the wave with it.
            reason = "cannot be decoded: " + firstLine(e);
        }
        queue.change(-charge);
        Cost whole = cost.decoded(System.nanoTime() - start);
        feed.done(ImageOutcome.failed(image, null, Stage.DECODE, reason, whole));
    }

    /** What a native library says first; below it names the nodes of its graph. */
    private static String firstLine(RuntimeException e) {
        String message = e.getMessage() == null ? "" : e.getMessage().strip();
        return message.isEmpty() ? e.toString() : message.lines().findFirst().orElse(message);
    }

    // --- the device ------------------------------------------------------------------------------------------------

    private void runDevice() {
        try {
            while (!closed) {
                List<Work> batch = batcher.take(meter);
                long before = System.nanoTime();
                voting.acquire();
                meter.waited(Wait.VOTE, System.nanoTime() - before);
                runBatch(batch, true);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            breakDown(e);
        }
    }

    /** Runs a batch; one that fails is halved until it is known which image is at fault, or it fits into memory. */
    private void runBatch(List<Work> batch, boolean permitted) throws InterruptedException {
        if (!permitted) {
            voting.acquire();
        }
        long start = System.nanoTime();
        Detections detections;
        try {
            detections = predictor.run(batch.stream().map(Work::input).toList());
        } catch (RuntimeException e) {
            voting.release();
            meter.ran(start, System.nanoTime(), 0);
            if (batch.size() == 1) {
                fail(batch.get(0), e);
                return;
            }
            int half = (batch.size() + 1) / 2;
            if (e instanceof DeviceMemoryException) {
                batcher.limit(half);
            }
            runBatch(batch.subList(0, half), false);
            runBatch(batch.subList(half, batch.size()), false);
            return;
        }
        long end = System.nanoTime();
        batch.forEach(work -> work.input().close());
        meter.ran(start, end, batch.size());
        vote(batch, detections, (end - start) / batch.size());
    }

    private void fail(Work work, RuntimeException e) {
        work.input().close();
        queue.change(-work.charge());
        work.feed()
                .done(ImageOutcome.failed(
                        work.image(), work.frame(), Stage.DETECT, "model failed: " + firstLine(e), work.cost()));
    }

    // --- mask voting -----------------------------------------------------------------------------------------------

    private void vote(List<Work> batch, Detections detections, long share) {
        AtomicInteger left = new AtomicInteger(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            int number = i;
            Work work = batch.get(i);
            queue.change(-work.charge());
            execute(Priority.VOTE, () -> {
                try {
                    vote(work, number, detections, share);
                } finally {
                    if (left.decrementAndGet() == 0) {
                        detections.close();
                        voting.release();
                    }
                }
            });
        }
    }

    private void vote(Work work, int number, Detections detections, long share) {
        long start = System.nanoTime();
        Cost cost = work.cost().detected(share);
        try {
            List<Instance> found = settings.minScores()
                    .kept(detections.instances(number, settings.minScores().least()));
            List<Instance> kept =
                    found.size() <= settings.maxInstances() ? found : found.subList(0, settings.maxInstances());
            Cost whole = cost.voted(System.nanoTime() - start);
            work.feed().done(ImageOutcome.labelled(work.image(), work.frame(), kept, whole));
        } catch (RuntimeException e) {
            work.feed()
                    .done(ImageOutcome.failed(
                            work.image(), work.frame(), Stage.DETECT, "model failed: " + firstLine(e), cost));
        }
    }

    // --- the pool --------------------------------------------------------------------------------------------------

    /** Votes come first: they free memory and end images, decodes take memory and begin them. */
    private enum Priority {
        VOTE,
        DECODE
    }

    private void execute(Priority priority, Runnable work) {
        pool.execute(new Job(priority, jobs.incrementAndGet(), () -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                breakDown(e);
            }
        }));
    }

    private record Job(Priority priority, long number, Runnable work) implements Runnable, Comparable<Job> {

        @Override
        public void run() {
            work.run();
        }

        @Override
        public int compareTo(Job other) {
            int order = priority.compareTo(other.priority);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    /** Stops the threads; images on their way are dropped. */
    @Override
    public void close() {
        closed = true;
        device.interrupt();
        readers.shutdownNow();
        pool.shutdownNow();
    }
}
