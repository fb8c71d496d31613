package dev.mnc.jobs.host;

import dev.mnc.jobs.host.HostMeter.Wait;
import dev.mnc.jobs.host.ImageOutcome.Failure;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.model.Detections;
import dev.mnc.model.DeviceMemoryException;
import dev.mnc.model.Predictor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * The third stage of a {@link ModelHost}: one thread that runs the network on batches, one batch at a time, and records
 * in the meter how long the device worked and what it waited for.
 */
final class DeviceStage {

    private final Predictor predictor;
    private final VotingStage voting;
    private final WarmUp warmUp;
    private final Watchdog watchdog;
    private final Duration deadline;
    private final HostMeter meter;
    private final HostState state;
    private final Batcher batcher;
    private final Thread thread = ModelHost.thread(this::runAll, "mnc-device");

    /** @param upstream what images that are not decoded yet wait for */
    DeviceStage(
            Predictor predictor,
            HostSettings settings,
            VotingStage voting,
            WarmUp warmUp,
            Watchdog watchdog,
            HostMeter meter,
            HostState state,
            Supplier<Wait> upstream) {
        this.predictor = predictor;
        this.voting = voting;
        this.warmUp = warmUp;
        this.watchdog = watchdog;
        this.deadline = settings.deadlines().detect();
        this.meter = meter;
        this.state = state;
        this.batcher = new Batcher(settings.batchSize(), settings.batchWaitMillis() * 1_000_000L, upstream);
    }

    void start() {
        thread.start();
    }

    /** Takes a decoded image over. */
    void accept(DecodedImage image) {
        batcher.add(image);
    }

    void close() {
        thread.interrupt();
    }

    private void runAll() {
        try {
            while (state.isAlive()) {
                runBatch(batcher.take(meter));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            state.breakDown(e);
        } finally {
            batcher.close();
        }
    }

    /**
     * Runs a batch. One that fails is halved until it fits into the device's memory, or until the image at fault is
     * alone; the halves run one after the other, in order. An image is only found at fault if the device works on
     * pictures that it could label before: a sick device would make an error row of every image it gets.
     */
    private void runBatch(List<DecodedImage> batch) throws InterruptedException {
        Deque<List<DecodedImage>> parts = new ArrayDeque<>();
        parts.add(batch);
        try {
            long before = System.nanoTime();
            voting.reserve();
            meter.waited(Wait.VOTE, System.nanoTime() - before);
            while (true) {
                List<List<DecodedImage>> halves = run(parts.element());
                parts.remove();
                for (int i = halves.size() - 1; i >= 0; i--) {
                    parts.addFirst(halves.get(i));
                }
                if (parts.isEmpty()) {
                    return;
                }
                voting.reserve();
            }
        } finally {
            // Empty unless the thread was interrupted or the device died.
            parts.forEach(part -> part.forEach(DecodedImage::close));
        }
    }

    /**
     * Runs the network once and hands the images on.
     *
     * @return the two halves to run instead if it failed on more than one image, else nothing
     */
    private List<List<DecodedImage>> run(List<DecodedImage> images) {
        long start = System.nanoTime();
        Watchdog.Work work = watchdog.begin(deadline, this::hang);
        Detections detections;
        try {
            detections = predictor.run(images.stream().map(DecodedImage::input).toList());
        } catch (RuntimeException e) {
            voting.release();
            meter.ran(start, System.nanoTime(), 0);
            return halvesAfter(e, images);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Error e) {
            throw DeviceException.failed("the model failed with " + e, e);
        } finally {
            boolean unused = work.end();
        }
        long end = System.nanoTime();
        images.forEach(DecodedImage::releasePixels);
        meter.ran(start, end, images.size());
        voting.accept(images, detections, (end - start) / images.size());
        return List.of();
    }

    private void hang() {
        state.breakDown(DeviceException.hung(
                "the device has not answered for " + deadline.toSeconds() + " s (label.detect-seconds)"));
    }

    /** @throws DeviceException if the device is at fault, not an image */
    private List<List<DecodedImage>> halvesAfter(RuntimeException e, List<DecodedImage> images) {
        if (images.size() == 1) {
            requireDevice(e);
            DecodedImage image = images.get(0);
            Failure failure = Failure.of(Stage.DETECT, "model failed", e);
            image.deliver(ImageOutcome.failed(image.image(), image.frame(), failure, image.cost()));
            return List.of();
        }
        int half = (images.size() + 1) / 2;
        if (e instanceof DeviceMemoryException) {
            batcher.limit(half);
        }
        return List.of(images.subList(0, half), images.subList(half, images.size()));
    }

    /** Runs the pictures again, which the watchdog watches too: a device that fails may hang on the next image. */
    private void requireDevice(RuntimeException failure) {
        Watchdog.Work work = watchdog.begin(deadline, this::hang);
        try {
            warmUp.requireDevice(failure);
        } finally {
            boolean unused = work.end();
        }
    }
}
