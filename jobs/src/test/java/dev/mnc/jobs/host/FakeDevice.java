package dev.mnc.jobs.host;

import dev.mnc.geometry.Mask;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.Detections;
import dev.mnc.model.DeviceMemoryException;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/**
 * A model that records its batches and finds one instance, which covers the image. Images of some widths fail: 13 px in
 * the device, 14 in mask voting, 17 and 19 in the decoder; and with an {@link Error}, which no host survives, 23 in the
 * decoder, 24 in the device, 25 in mask voting.
 */
class FakeDevice implements Predictor {

    /** Deadlines that no test reaches. */
    static final Deadlines PATIENT = new Deadlines(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));

    private static final Category THING = new Category(1, "thing");

    final List<NetworkInput> decoded = new CopyOnWriteArrayList<>();
    final List<List<NetworkInput>> batches = new CopyOnWriteArrayList<>();
    final AtomicInteger openDetections = new AtomicInteger();
    final Semaphore permits = new Semaphore(Integer.MAX_VALUE / 2);
    int memory = Integer.MAX_VALUE;

    @Override
    public List<Category> categories() {
        return List.of(THING);
    }

    @Override
    public String digest() {
        return "0".repeat(64);
    }

    @Override
    public NetworkInput preprocess(byte[] encoded) throws UnreadableImageException {
        BufferedImage image;
        try {
            image = ImageIO.read(new ByteArrayInputStream(encoded));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        int height = image.getHeight();
        int width = image.getWidth();
        switch (width) {
            case 17 -> throw new UnreadableImageException("planted damage");
            case 19 -> throw new IllegalStateException("planted defect\n\t[[node decode]]");
            case 23 -> throw new OutOfMemoryError("planted in the decoder");
            default -> {}
        }
        NetworkInput input = new NetworkInput(
                Pixels.fresh(3 * height * width),
                height,
                width,
                1,
                height,
                width,
                new NetworkInput.Bucket(height, 100));
        decoded.add(input);
        return input;
    }

    @Override
    public Detections run(List<NetworkInput> inputs) {
        permits.acquireUninterruptibly();
        batches.add(List.copyOf(inputs));
        // Fails if the pixels were given back before the last try at them.
        inputs.forEach(input -> input.pixels().values());
        if (inputs.size() > memory) {
            throw new DeviceMemoryException("too many", new IllegalStateException());
        }
        if (inputs.stream().anyMatch(input -> input.width() == 13)) {
            throw new IllegalStateException("planted defect");
        }
        if (inputs.stream().anyMatch(input -> input.width() == 24)) {
            throw new OutOfMemoryError("planted in the device");
        }
        openDetections.incrementAndGet();
        return new Detections() {
            @Override
            public List<Instance> instances(int image, double minScore) {
                return found(inputs.get(image));
            }

            @Override
            public void close() {
                openDetections.decrementAndGet();
            }
        };
    }

    private static List<Instance> found(NetworkInput input) {
        int height = input.originalHeight();
        int width = input.originalWidth();
        switch (width) {
            case 14 -> throw new IllegalStateException("planted defect of voting");
            case 25 -> throw new OutOfMemoryError("planted in voting");
            default -> {}
        }
        return List.of(new Instance(THING, 0.9, Mask.ofRuns(height, width, 0, height * width)));
    }

    List<Integer> sizes() {
        return batches.stream().map(List::size).toList();
    }

    @Override
    public void close() {}
}
