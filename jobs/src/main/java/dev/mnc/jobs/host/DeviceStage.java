package dev.mnc.jobs.host;

import dev.mnc.jobs.host.HostMeter.Wait;
import dev.mnc.jobs.host.ImageOutcome.Failure;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.model.Detections;
import dev.mnc.model.DeviceMemoryException;
import dev.mnc.model.Predictor;
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
    private final HostMeter meter;
    private final HostState state;
    private final Batcher batcher;
    private final Thread thread = ModelHost.thread(this::runAll, "mnc-device");

    /** @param upstream what images that are not decoded yet wait for */
    DeviceStage(
            Predictor predictor,
            HostSettings settings,
            VotingStage voting,
            HostMeter meter,
            HostState state,
            Supplier<Wait> upstream) {
        this.predictor = predictor;
        this.voting = voting;
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
            while (!state.isClosed()) {
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
     * alone; the halves run one after the other, in order.
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
        Detections detections;
        try {
            detections = predictor.run(images.stream().map(DecodedImage::input).toList());
        } catch (RuntimeException e) {
            voting.release();
            meter.ran(start, System.nanoTime(), 0);
            return halvesAfter(e, images);
        }
        long end = System.nanoTime();
        images.forEach(DecodedImage::releasePixels);
        meter.ran(start, end, images.size());
        voting.accept(images, detections, (end - start) / images.size());
        return List.of();
    }

    private List<List<DecodedImage>> halvesAfter(RuntimeException e, List<DecodedImage> images) {
        if (images.size() == 1) {
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
}
