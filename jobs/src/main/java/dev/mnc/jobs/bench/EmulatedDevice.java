package dev.mnc.jobs.bench;

import dev.mnc.image.ImageHeader;
import dev.mnc.image.ImageLimits;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.mnc.Detections;
import dev.mnc.mnc.InstanceVoting;
import dev.mnc.mnc.Predictor;
import dev.mnc.mnc.network.NetworkInput;
import dev.mnc.mnc.voting.MaskVoting;
import dev.mnc.mnc.voting.VotingSettings;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * A serial accelerator that takes a given time an image and no processor: what is left is the cost of feeding it. Images
 * are decoded by the real model's signature, and each has as many candidates as it is to have instances, of one category
 * each, which go through the real mask voting and run-length encoding.
 */
final class EmulatedDevice implements Predictor {

    /** What becomes of an image before the device. */
    enum Decoding {
        /** The model's preprocessing. */
        MODEL,
        /** Only its header is read: to see how fast files can be read. */
        HEADER
    }

    private static final int MASK = 21;
    private static final int KINDS = 64;

    private final Predictor model;
    private final double millis;
    private final Decoding decoding;
    private final InstanceVoting voting;
    private final List<Scene> scenes = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    /** Candidates of one image, px. */
    private record Scene(float[] boxes, float[] scores, float[] masks) {}

    /**
     * A device.
     *
     * @param model decodes
     * @param millis an image takes in the device, at least 0
     * @param instances each image has, at least 0
     */
    EmulatedDevice(Predictor model, double millis, int instances, Decoding decoding) {
        this.model = model;
        this.millis = millis;
        this.decoding = decoding;
        this.voting = new InstanceVoting(
                LongStream.rangeClosed(1, instances)
                        .mapToObj(id -> new Category(id, "category " + id))
                        .toList(),
                VotingSettings.PAPER);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < KINDS; i++) {
            scenes.add(scene(random, instances));
        }
    }

    private static Scene scene(SplittableRandom random, int instances) {
        float[] boxes = new float[4 * instances];
        float[] scores = new float[(instances + 1) * instances];
        float[] masks = new float[MASK * MASK * instances];
        for (int i = 0; i < instances; i++) {
            int width = 60 + random.nextInt(260);
            int height = 60 + random.nextInt(200);
            boxes[4 * i] = random.nextInt(BenchCorpus.WIDTH - width);
            boxes[4 * i + 1] = random.nextInt(BenchCorpus.HEIGHT - height);
            boxes[4 * i + 2] = boxes[4 * i] + width;
            boxes[4 * i + 3] = boxes[4 * i + 1] + height;
            scores[(instances + 1) * i + i + 1] = (float) random.nextDouble(0.5, 1);
            for (int pixel = 0; pixel < MASK * MASK; pixel++) {
                double u = 2.0 * (pixel % MASK) / (MASK - 1) - 1;
                double v = 2.0 * (pixel / MASK) / (MASK - 1) - 1;
                double logit = 4 * (1 - u * u - v * v) + random.nextDouble(-1, 1);
                masks[MASK * MASK * i + pixel] = (float) (1 / (1 + Math.exp(-logit)));
            }
        }
        return new Scene(boxes, scores, masks);
    }

    @Override
    public List<Category> categories() {
        return voting.categories();
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
        return new NetworkInput(new float[3], 1, 1, 1, header.height(), header.width(), new NetworkInput.Bucket(1, 1));
    }

    @Override
    public Detections run(List<NetworkInput> inputs) {
        long end = System.nanoTime() + (long) (inputs.size() * millis * 1e6);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        int first = next.getAndAdd(inputs.size());
        return (image, minScore) -> {
            Scene scene = scenes.get(Math.floorMod(first + image, KINDS));
            return voting.instances(
                    new MaskVoting.Candidates(
                            voting.categories().size() + 1,
                            MASK,
                            scene.boxes,
                            scene.scores,
                            scene.masks,
                            inputs.get(image).originalHeight(),
                            inputs.get(image).originalWidth()),
                    minScore);
        };
    }

    @Override
    public void close() {
        model.close();
    }
}
