package dev.mnc.jobs.label;

import dev.mnc.geometry.Mask;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.Detections;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import dev.mnc.schemas.RunRecord;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/**
 * A stand-in for a model: finds the whole image (score 0.9) and its left column (score 0.5), so that a test knows every
 * row by heart. Fails on images 13 px wide, as a model with a defect would, and breaks down on images 17 px wide while
 * {@link #BREAKS_DOWN}.
 */
final class SquarePredictor implements Predictor {

    /** How often a source was loaded, by its digest. */
    static final Map<String, AtomicInteger> LOADED = new ConcurrentHashMap<>();

    /** Whether the device is about to die. */
    static final AtomicBoolean BREAKS_DOWN = new AtomicBoolean();

    static final List<Category> CATEGORIES = List.of(new Category(7, "whole"), new Category(9, "edge"));

    record Source(String digest) implements PredictorSource {

        @Override
        public RunRecord.Model model() {
            return new RunRecord.Model("squares", "test:squares", CATEGORIES);
        }

        @Override
        public Predictor load() {
            LOADED.computeIfAbsent(digest, key -> new AtomicInteger()).incrementAndGet();
            return new SquarePredictor();
        }
    }

    private SquarePredictor() {}

    @Override
    public List<Category> categories() {
        return CATEGORIES;
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
            throw new UnreadableImageException("cannot be decoded", e);
        }
        if (image == null) {
            throw new UnreadableImageException("not an image");
        }
        int height = image.getHeight();
        int width = image.getWidth();
        NetworkInput.Bucket bucket = new NetworkInput.Bucket((height + 15) / 16 * 16, (width + 15) / 16 * 16);
        return new NetworkInput(Pixels.fresh(height * width * 3), height, width, 1f, height, width, bucket);
    }

    @Override
    public Detections run(List<NetworkInput> inputs) {
        if (inputs.stream().map(NetworkInput::bucket).distinct().count() != 1) {
            throw new IllegalArgumentException("a batch of two shapes");
        }
        if (inputs.stream().anyMatch(input -> input.width() == 13)) {
            throw new IllegalStateException("planted defect");
        }
        if (BREAKS_DOWN.get() && inputs.stream().anyMatch(input -> input.width() == 17)) {
            throw new AssertionError("planted breakdown");
        }
        return (image, minScore) -> found(inputs.get(image), minScore);
    }

    private static List<Instance> found(NetworkInput input, double minScore) {
        int height = input.originalHeight();
        int width = input.originalWidth();
        Mask whole = Mask.ofRuns(height, width, 0, height * width);
        Mask edge = Mask.ofRuns(height, width, 0, height, height * (width - 1));
        return List.of(new Instance(CATEGORIES.get(0), 0.9, whole), new Instance(CATEGORIES.get(1), 0.5, edge)).stream()
                .filter(instance -> instance.score() >= minScore)
                .toList();
    }

    @Override
    public void close() {}
}
