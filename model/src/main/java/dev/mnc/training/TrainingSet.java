package dev.mnc.training;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.image.ImageScaling;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.model.cascade.Preprocessing;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.schemas.Category;
import dev.mnc.training.targets.InstanceBitmap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.op.Ops;

/**
 * The images to learn from, in an order that the seed decides: each epoch goes once through all images with at least
 * one instance, in a new order, each mirrored or not and at one of the scales.
 */
final class TrainingSet implements AutoCloseable {

    private final GroundTruth truth;
    private final Path images;
    private final long seed;
    private final List<GroundTruth.Image> usable;
    private final Map<Long, Integer> classOf = new HashMap<>();
    private final List<ImageScaling> scalings;
    private final List<Graph> graphs = new ArrayList<>();
    private final List<SessionFunction> preprocess = new ArrayList<>();
    private int epoch = -1;
    private List<GroundTruth.Image> order = List.of();

    TrainingSet(GroundTruth truth, Path images, List<ImageScaling> scalings, long seed) {
        this.truth = truth;
        this.images = images;
        this.scalings = List.copyOf(scalings);
        this.seed = seed;
        for (Category category : truth.categories()) {
            classOf.put(category.id(), classOf.size() + 1);
        }
        this.usable = truth.images().stream()
                .filter(image -> truth.annotationsOf(image.id()).stream()
                        .anyMatch(annotation -> !annotation.crowd() && classOf.containsKey(annotation.categoryId())))
                .toList();
        if (usable.isEmpty()) {
            throw new IllegalArgumentException("the ground truth holds no image with an instance to learn from");
        }
        for (ImageScaling scaling : scalings) {
            Graph graph = new Graph();
            graphs.add(graph);
            preprocess.add(SessionFunction.create(
                    Preprocessing.signature(Ops.create(graph), scaling),
                    new Session(graph, SessionConfig.ofThreads(1))));
        }
    }

    /** Returns the number of images that are learnt from. */
    int size() {
        return usable.size();
    }

    /**
     * Returns the number of annotations and images that are not learnt from, in a line; empty if there are none.
     * Instances without a pixel are left out too, but are known only when their image is loaded.
     */
    Optional<String> leftOut() {
        long crowds = truth.annotations().stream().filter(Annotation::crowd).count();
        long unlisted = truth.annotations().stream()
                .filter(annotation -> !annotation.crowd()
                        && (!classOf.containsKey(annotation.categoryId()) || truth.image(annotation.imageId()) == null))
                .count();
        int without = truth.images().size() - usable.size();
        if (crowds + unlisted + without == 0) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "annotations of crowds: %d, annotations of unlisted categories or images: %d, images without an instance: %d",
                crowds,
                unlisted,
                without));
    }

    /** Returns the image of a step; always the same for the same seed. */
    TrainingImage image(int step) {
        GroundTruth.Image image = orderOf(step / usable.size()).get(step % usable.size());
        Random random = new Random((seed * 104729 + step) * 31 + 17);
        // The first draws of neighbouring seeds resemble each other.
        random.nextInt();
        int scale = random.nextInt(scalings.size());
        TrainingImage loaded = load(image, scale);
        return random.nextBoolean() ? loaded.mirrored() : loaded;
    }

    /** Returns the images in the order of an epoch; cached for the epoch, since a corpus may be large. */
    private synchronized List<GroundTruth.Image> orderOf(int requestedEpoch) {
        if (requestedEpoch != epoch) {
            order = new ArrayList<>(usable);
            Collections.shuffle(order, new Random(seed * 7919 + requestedEpoch));
            epoch = requestedEpoch;
        }
        return order;
    }

    private TrainingImage load(GroundTruth.Image image, int scale) {
        NetworkInput input = decode(images.resolve(image.fileName()), scale);
        if (input.originalHeight() != image.height() || input.originalWidth() != image.width()) {
            throw new IllegalArgumentException("image " + images.resolve(image.fileName()) + " is "
                    + input.originalHeight() + " x " + input.originalWidth()
                    + " px (height x width), but its entry says "
                    + image.height() + " x " + image.width());
        }
        List<float[]> boxes = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        List<InstanceBitmap> masks = new ArrayList<>();
        for (Annotation annotation : truth.annotationsOf(image.id())) {
            Integer label = classOf.get(annotation.categoryId());
            if (annotation.crowd() || label == null) {
                continue;
            }
            Mask mask = annotation.mask(image);
            if (mask.area() == 0) {
                continue;
            }
            Box box = mask.boundingBox();
            float s = input.scale();
            boxes.add(new float[] {
                (float) box.x() * s,
                (float) box.y() * s,
                (float) (box.x() + box.width() - 1) * s,
                (float) (box.y() + box.height() - 1) * s
            });
            classes.add(label);
            masks.add(InstanceBitmap.of(mask));
        }
        float[] flat = new float[4 * boxes.size()];
        for (int i = 0; i < boxes.size(); i++) {
            System.arraycopy(boxes.get(i), 0, flat, 4 * i, 4);
        }
        return new TrainingImage(
                image.fileName(),
                input,
                flat,
                classes.stream().mapToInt(Integer::intValue).toArray(),
                masks);
    }

    private NetworkInput decode(Path file, int scale) {
        try {
            return Preprocessing.run(
                    preprocess.get(scale), scalings.get(scale), Files.readAllBytes(file), Pixels::fresh);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the training image " + file + "; is --images right?", e);
        } catch (UnreadableImageException e) {
            throw new IllegalArgumentException("cannot decode the training image " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        preprocess.forEach(function -> function.session().close());
        graphs.forEach(Graph::close);
    }
}
