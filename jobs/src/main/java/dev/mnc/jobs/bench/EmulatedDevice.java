package dev.mnc.jobs.bench;

import dev.mnc.geometry.Mask;
import dev.mnc.geometry.SoftMask;
import dev.mnc.image.ImageHeader;
import dev.mnc.image.ImageLimits;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.Detections;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * An emulated serial accelerator that takes a given time for each image and no CPU: the rest is the cost of feeding it.
 * Images are decoded by the real model's signature; each then has a number of instances with masks of 21 x 21, which
 * are stretched over their boxes and encoded as those of a model. Mask voting, which only a cascade has, is left out.
 */
final class EmulatedDevice implements Predictor {

    /** The decoding of an image before the device. */
    enum Decoding {
        /** The model's preprocessing. */
        MODEL,
        /** Only the header is read, to measure how fast files can be read. */
        HEADER
    }

    private static final int SIDE = 21;
    private static final float THRESHOLD = 0.5f;
    private static final Category THING = new Category(1, "thing");
    private static final int KINDS = 64;

    private final Predictor model;
    private final double millis;
    private final Decoding decoding;
    private final List<List<Found>> scenes = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    /**
     * An instance found on an image.
     *
     * @param box corners, px, inclusive
     */
    private record Found(int[] box, float score, float[] mask) {}

    /**
     * Creates a device.
     *
     * @param model decodes images
     * @param millis time of an image in the device, at least 0
     * @param instances number of instances of each image, at least 0
     */
    EmulatedDevice(Predictor model, double millis, int instances, Decoding decoding) {
        this.model = model;
        this.millis = millis;
        this.decoding = decoding;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < KINDS; i++) {
            scenes.add(Stream.generate(() -> found(random))
                    .limit(instances)
                    .sorted(Comparator.comparingDouble(Found::score).reversed())
                    .toList());
        }
    }

    private static Found found(SplittableRandom random) {
        int width = 60 + random.nextInt(260);
        int height = 60 + random.nextInt(200);
        int x = random.nextInt(BenchCorpus.WIDTH - width);
        int y = random.nextInt(BenchCorpus.HEIGHT - height);
        float[] mask = new float[SIDE * SIDE];
        for (int pixel = 0; pixel < mask.length; pixel++) {
            int row = pixel / SIDE;
            double u = 2.0 * (pixel - row * SIDE) / (SIDE - 1) - 1;
            double v = 2.0 * row / (SIDE - 1) - 1;
            double logit = 4 * (1 - u * u - v * v) + random.nextDouble(-1, 1);
            mask[pixel] = (float) (1 / (1 + Math.exp(-logit)));
        }
        return new Found(new int[] {x, y, x + width - 1, y + height - 1}, (float) random.nextDouble(0.5, 1), mask);
    }

    @Override
    public List<Category> categories() {
        return List.of(THING);
    }

    @Override
    public String digest() {
        return model.digest();
    }

    @Override
    public NetworkInput preprocess(byte[] encoded) throws UnreadableImageException {
        if (decoding == Decoding.MODEL) {
            return model.preprocess(encoded);
        }
        ImageHeader header = ImageHeader.read(encoded, ImageLimits.DEFAULT);
        return new NetworkInput(
                Pixels.of(new float[3]), 1, 1, 1, header.height(), header.width(), new NetworkInput.Bucket(1, 1));
    }

    @Override
    public Detections run(List<NetworkInput> inputs) {
        long end = System.nanoTime() + (long) (inputs.size() * millis * 1e6);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        int first = next.getAndAdd(inputs.size());
        return (image, minScore) -> {
            NetworkInput input = inputs.get(image);
            return scenes.get(Math.floorMod(first + image, KINDS)).stream()
                    .filter(found -> found.score >= minScore)
                    .map(found -> new Instance(THING, found.score, mask(found, input)))
                    .toList();
        };
    }

    private static Mask mask(Found found, NetworkInput input) {
        int[] box = found.box;
        return SoftMask.paste(
                found.mask,
                SIDE,
                box[0],
                box[1],
                box[2],
                box[3],
                input.originalHeight(),
                input.originalWidth(),
                THRESHOLD);
    }

    @Override
    public void close() {
        model.close();
    }
}
