package dev.mnc.training;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.CascadePredictor;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;

/**
 * A validation: images with known instances, on which a network is measured by COCO's mAP. The numbers are those that
 * labelling and evaluating the same images with the same minimum score give.
 */
public final class Validation {

    /** The default minimum score of {@code mnc label}. */
    public static final double MIN_SCORE = 0.05;

    /** The number of images in flight: while one waits for the device, the masks of another are voted on. */
    private static final int THREADS = 4;

    private final GroundTruth truth;
    private final Path images;
    private final double minScore;

    /**
     * Creates a validation.
     *
     * @param truth the ground truth to find
     * @param images the folder the file names are relative to
     * @param minScore instances with a lower score do not count, in [0, 1]
     * @throws IllegalArgumentException if the ground truth is empty, an image is missing, or an annotation cannot be
     *     compared
     */
    public Validation(GroundTruth truth, Path images, double minScore) {
        if (!(minScore >= 0 && minScore <= 1)) {
            throw new IllegalArgumentException("minimum score must lie in [0, 1], got " + minScore);
        }
        if (truth.images().isEmpty() || truth.annotations().isEmpty()) {
            throw new IllegalArgumentException("the validation ground truth holds no annotated image");
        }
        for (GroundTruth.Image image : truth.images()) {
            Path file = images.resolve(image.fileName());
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(
                        "no validation image " + file + "; name the folder of the images with --validation-images");
            }
        }
        this.truth = truth;
        this.images = images;
        this.minScore = minScore;
        // An annotation that cannot be compared would otherwise stop a training at its first validation.
        evaluate(IouType.SEGM, List.of());
    }

    /**
     * The results of a network.
     *
     * @param masks compared by mask
     * @param boxes compared by box, the tight box of each mask; empty if an annotation has no box
     */
    public record Outcome(EvaluationResult masks, Optional<EvaluationResult> boxes) {

        private static final List<Metric> SHOWN = List.of(Metric.AP50, Metric.AP, Metric.AP75);

        public Outcome {
            requireNonNull(masks, "masks");
            requireNonNull(boxes, "boxes");
        }

        /** Returns the main figures, by names such as {@code mask AP50}. */
        public Map<String, Double> figures() {
            Map<String, Double> figures = new LinkedHashMap<>();
            SHOWN.forEach(metric -> figures.put("mask " + metric, masks.metric(metric)));
            boxes.ifPresent(found -> SHOWN.forEach(metric -> figures.put("box " + metric, found.metric(metric))));
            return figures;
        }

        /** Returns the figures in one line: {@code mask AP50 0.612  AP 0.401  AP75 0.430  box AP50 …}. */
        public String line() {
            List<String> parts = new ArrayList<>();
            figures()
                    .forEach((name, value) -> parts.add(String.format(
                            Locale.ROOT,
                            "%s %.3f",
                            name.endsWith("AP50") ? name : name.replaceFirst(".* ", ""),
                            value)));
            return String.join("  ", parts);
        }
    }

    /**
     * Checks that a network can be measured here.
     *
     * @param ofNetwork categories of the network
     * @throws IllegalArgumentException if a category of this ground truth is not among them
     */
    void requireCategories(List<Category> ofNetwork) {
        Map<Long, String> names = new HashMap<>();
        ofNetwork.forEach(category -> names.put(category.id(), category.name()));
        for (Category category : truth.categories()) {
            String name = names.get(category.id());
            if (!category.name().equals(name)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "category %d is '%s' in the validation ground truth, but %s; validate on the categories of "
                                + "the training, with the same ids",
                        category.id(),
                        category.name(),
                        name == null ? "the network does not know it" : "'" + name + "' to the network"));
            }
        }
    }

    /**
     * Measures a network.
     *
     * @throws IllegalArgumentException if an image cannot be decoded or has another size than its entry says, or the
     *     network does not know a category
     */
    public Outcome run(CascadePredictor predictor) {
        requireCategories(predictor.categories());
        List<Detection> detections = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(
                Math.min(THREADS, Runtime.getRuntime().availableProcessors()), task -> {
                    Thread thread = new Thread(task, "mnc-validation");
                    thread.setDaemon(true);
                    return thread;
                });
        try {
            List<Future<List<Detection>>> found = truth.images().stream()
                    .map(image -> workers.submit(() -> detect(predictor, image)))
                    .toList();
            for (Future<List<Detection>> ofImage : found) {
                detections.addAll(await(ofImage));
            }
        } finally {
            workers.shutdownNow();
        }
        boolean boxed = truth.annotations().stream().allMatch(annotation -> annotation.bbox() != null);
        return new Outcome(
                evaluate(IouType.SEGM, detections),
                boxed ? Optional.of(evaluate(IouType.BBOX, detections)) : Optional.empty());
    }

    /**
     * Measures the weights of a checkpoint.
     *
     * @param checkpoint a directory that training wrote
     * @param config of the network they were trained in, or of one that has the same layers, such as that network with
     *     another number of rounds
     */
    public Outcome ofCheckpoint(Path checkpoint, MncConfig config) {
        Checkpoint record = Checkpoint.read(checkpoint);
        requireCategories(record.categories());
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            List<Signature> signatures = new DetectGraph(tf, config, new Layers(tf, 0)).build();
            try (Session session = new Session(
                    graph, SessionConfig.ofThreads(Runtime.getRuntime().availableProcessors()))) {
                session.restore(Checkpoint.prefix(checkpoint));
                return run(CascadePredictor.of(signatures, session, config, record.categories()));
            }
        }
    }

    private EvaluationResult evaluate(IouType type, List<Detection> detections) {
        return CocoEvaluation.evaluate(truth, detections.iterator(), type, DetectionArea.COMPARED);
    }

    private List<Detection> detect(CascadePredictor predictor, GroundTruth.Image image) {
        NetworkInput input = decode(predictor, images.resolve(image.fileName()));
        if (input.originalHeight() != image.height() || input.originalWidth() != image.width()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "validation image %s is %d x %d px (height x width), but its entry says %d x %d",
                    images.resolve(image.fileName()),
                    input.originalHeight(),
                    input.originalWidth(),
                    image.height(),
                    image.width()));
        }
        List<Detection> detections = new ArrayList<>();
        for (Instance instance : predictor.detect(List.of(input), minScore).get(0)) {
            detections.add(new Detection(
                    detections.size(),
                    image.id(),
                    instance.category().id(),
                    instance.score(),
                    instance.mask().boundingBox(),
                    Segmentation.ofMask(instance.mask())));
        }
        return detections;
    }

    private static NetworkInput decode(CascadePredictor predictor, Path file) {
        try {
            return predictor.preprocess(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the validation image " + file, e);
        } catch (UnreadableImageException e) {
            throw new IllegalArgumentException("cannot decode the validation image " + file + ": " + e.getMessage(), e);
        }
    }

    private static List<Detection> await(Future<List<Detection>> found) {
        try {
            return found.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("validation was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a validation image could not be labelled", e.getCause());
        }
    }
}
