package dev.mnc.training;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.image.ImageScaling;
import dev.mnc.model.CascadePredictor;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.SessionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;

/** The training of a cascade on annotated images, saved as a {@link Checkpoint}. */
public final class Trainer {

    private static final Duration REPORT_EVERY = Duration.ofSeconds(10);
    /** The time between checkpoints; longer where saving is slow, so that it takes at most a hundredth of the time. */
    private static final Duration SAVE_EVERY = Duration.ofMinutes(1);

    private static final int TRAINING_PER_SAVING = 100;

    private final MncConfig config;
    private final TrainingConfig settings;
    private final @Nullable Validation validation;
    private final int validateEvery;

    /** Creates a trainer without validation. */
    public Trainer(MncConfig config, TrainingConfig settings) {
        this(config, settings, null, Integer.MAX_VALUE);
    }

    private Trainer(MncConfig config, TrainingConfig settings, @Nullable Validation validation, int validateEvery) {
        this.config = config;
        this.settings = settings;
        this.validation = validation;
        this.validateEvery = validateEvery;
    }

    /**
     * Returns this trainer with validations on the way and at the end. The weights are the same with and without,
     * unless training ends by time, since validation takes some of it.
     *
     * @param every steps from one validation to the next, at least 1
     */
    public Trainer validating(Validation measured, int every) {
        if (every < 1) {
            throw new IllegalArgumentException("steps between validations must be >= 1, got " + every);
        }
        return new Trainer(config, settings, measured, every);
    }

    /** A listener to the progress of a training. */
    @FunctionalInterface
    public interface Listener {

        /**
         * Reports annotations and images that are not learnt from; called first, if there are any.
         *
         * @param what the number of each kind, in a line
         */
        default void leftOut(String what) {}

        /**
         * Reports the start; called before the first step.
         *
         * @param step images learnt from before, 0 unless a training is resumed
         */
        default void started(int step) {}

        /** Reports progress; called every few seconds and at the end. */
        void progressed(Progress progress);

        /**
         * Reports a step; called after each step, while training waits.
         *
         * @param step images learnt from so far
         */
        default void stepped(int step) {}

        /**
         * Reports a validation; called after each.
         *
         * @param step images learnt from so far
         */
        default void validated(int step, Validation.Outcome outcome) {}
    }

    /**
     * The progress of a training.
     *
     * @param step images learnt from so far
     * @param progress share of the training that is done, in [0, 1]
     * @param imagesPerSecond since the last report
     * @param learningRate of the last step
     * @param timeLeft an estimate
     * @param losses each weighted loss by name and {@code total}, averaged since the last report
     */
    public record Progress(
            int step,
            double progress,
            double imagesPerSecond,
            double learningRate,
            Duration timeLeft,
            Map<String, Double> losses) {}

    /** The weights that the first step starts from. */
    public sealed interface Start {

        /** Random weights. */
        record Scratch() implements Start {}

        /**
         * The weights of another checkpoint, with a fresh optimiser. Where its categories differ, the layers that name
         * them start at random.
         */
        record Weights(Path checkpoint) implements Start {}

        /** The checkpoint in the training's own directory, optimiser and step included, as if it had never stopped. */
        record Resumed() implements Start {}
    }

    /**
     * Trains and saves, before the first step, at the end and every minute or so on the way.
     *
     * @param truth the ground truth to learn; its categories become the classes 1, 2, … in their order
     * @param images the folder the file names are relative to
     * @param directory of the checkpoint
     * @param start the weights that the first step starts from
     * @param listener to the progress
     * @return the checkpoint
     * @throws ArithmeticException if a loss is no longer finite; names the step, the loss and the image
     */
    public Checkpoint train(GroundTruth truth, Path images, Path directory, Start start, Listener listener)
            throws IOException {
        if (validation != null) {
            validation.requireCategories(truth.categories());
        }
        ExecutorService loader = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "mnc-training-images");
            thread.setDaemon(true);
            return thread;
        });
        try (Graph graph = new Graph();
                TrainingSet set = new TrainingSet(truth, images, scalings(), settings.seed())) {
            set.leftOut().ifPresent(listener::leftOut);
            Ops tf = Ops.create(graph);
            Layers layers = new Layers(tf, settings.seed());
            TrainingGraph network = new TrainingGraph(tf, config, settings, layers);
            OptimizerOps updates = new OptimizerOps(
                    tf, settings.optimizer(), network.gradients(BackwardPass.RELEASED_BOUND), layers.variables());
            List<Signature> signatures = validation == null ? List.of() : new DetectGraph(tf, config, layers).build();
            try (Session session = new Session(
                    graph, SessionConfig.ofThreads(Runtime.getRuntime().availableProcessors()))) {
                session.initialize();
                int first = begin(start, directory, truth, session, tf, layers);
                TrainingStep step = new TrainingStep(config, settings, network, updates, session);
                Loop loop = new Loop(
                        set,
                        step,
                        loader,
                        listener,
                        number -> checkpoint(truth, number).save(directory, session),
                        validator(signatures, session, truth, listener));
                listener.started(first);
                int steps = loop.run(first);
                Checkpoint checkpoint = checkpoint(truth, steps);
                checkpoint.save(directory, session);
                loop.validator.validate(steps);
                return checkpoint;
            }
        } finally {
            loader.shutdownNow();
        }
    }

    private Validator validator(List<Signature> signatures, Session session, GroundTruth truth, Listener listener) {
        Validation validationOrNull = validation;
        if (validationOrNull == null) {
            return step -> {};
        }
        CascadePredictor predictor = CascadePredictor.of(signatures, session, config, truth.categories());
        return step -> listener.validated(step, validationOrNull.run(predictor));
    }

    private Checkpoint checkpoint(GroundTruth truth, int steps) {
        return new Checkpoint(config, truth.categories(), steps, provenance(truth, steps));
    }

    /** Loads the initial weights and returns the number of the first step. */
    private int begin(Start start, Path directory, GroundTruth truth, Session session, Ops tf, Layers layers) {
        if (start instanceof Start.Resumed) {
            Checkpoint record = Checkpoint.read(directory);
            if (!record.config().equals(config) || !record.categories().equals(truth.categories())) {
                throw new IllegalArgumentException("the checkpoint at " + directory
                        + " is of another network or other categories; resume with the options it was started with");
            }
            session.restore(Checkpoint.prefix(directory));
            return record.step();
        }
        if (start instanceof Start.Weights weights) {
            Checkpoint.read(weights.checkpoint()).load(weights.checkpoint(), config, session, tf, layers.variables());
        }
        return 0;
    }

    private List<ImageScaling> scalings() {
        ImageScaling own = config.scaling();
        return settings.scales().stream()
                .map(scale -> new ImageScaling(
                        (int) Math.round(own.shortSide() * scale),
                        (int) Math.round(own.longSide() * scale),
                        own.channelOrder(),
                        own.means(),
                        own.divisor(),
                        own.padMultiple()))
                .toList();
    }

    private SortedMap<String, String> provenance(GroundTruth truth, int steps) {
        SortedMap<String, String> facts = new TreeMap<>();
        facts.put("images", Integer.toString(truth.images().size()));
        facts.put("annotations", Integer.toString(truth.annotations().size()));
        facts.put("steps", Integer.toString(steps));
        facts.put("scales", settings.scales().toString());
        facts.put("seed", Long.toString(settings.seed()));
        OptimizerSettings optimizer = settings.optimizer();
        facts.put("optimiser", optimizer.optimiser().name().toLowerCase(Locale.ROOT));
        facts.put("learning_rate", Double.toString(optimizer.learningRate()));
        facts.put("weight_decay", Double.toString(optimizer.weightDecay()));
        facts.put("images_per_update", Integer.toString(optimizer.imagesPerUpdate()));
        facts.put("gradients", settings.flow().name().toLowerCase(Locale.ROOT));
        facts.put("frozen_layers", settings.frozenLayers().toString());
        return facts;
    }

    /** A function that saves the weights after a number of steps. */
    @FunctionalInterface
    private interface Saver {
        void save(int steps) throws IOException;
    }

    /** A function that validates the weights after a number of steps and reports the outcome. */
    @FunctionalInterface
    private interface Validator {
        void validate(int steps);
    }

    /** The loop over steps; the next image is loaded while the present one is learnt from. */
    private final class Loop {

        private final TrainingSet set;
        private final TrainingStep step;
        private final ExecutorService loader;
        private final Listener listener;
        private final Saver saver;
        private final Validator validator;
        private final long start = System.nanoTime();
        private long lastReport = start;
        private long lastSave = start;
        private long saving;
        private int lastStep;
        /** Share of the training that was done before this run of it. */
        private double before;

        private double rate;
        private Map<String, Double> sums = new LinkedHashMap<>();

        Loop(
                TrainingSet set,
                TrainingStep step,
                ExecutorService loader,
                Listener listener,
                Saver saver,
                Validator validator) {
            this.set = set;
            this.saver = saver;
            this.validator = validator;
            this.step = step;
            this.loader = loader;
            this.listener = listener;
        }

        int run(int first) throws IOException {
            int number = first;
            lastStep = first;
            Future<TrainingImage> next = load(first);
            double progress = settings.length().progress(first, Duration.ZERO);
            before = progress;
            // Save at once, so that a folder that cannot be written is noticed now and not after hours.
            if (first == 0) {
                save(first);
            }
            while (progress < 1) {
                TrainingImage image = await(next);
                next = load(number + 1);
                rate = settings.rate(number, progress);
                Map<String, Float> losses = step.run(image, number, progress);
                requireFinite(losses, number, image.name());
                losses.forEach((name, value) -> sums.merge(name, (double) value, Double::sum));
                number++;
                listener.stepped(number);
                progress = settings.length().progress(number, elapsed());
                if (progress >= 1 || System.nanoTime() - lastReport >= REPORT_EVERY.toNanos()) {
                    report(number, progress);
                }
                if (System.nanoTime() - lastSave >= Math.max(SAVE_EVERY.toNanos(), TRAINING_PER_SAVING * saving)) {
                    save(number);
                }
                if (number % validateEvery == 0 && progress < 1) {
                    validate(number);
                }
            }
            next.cancel(true);
            return number;
        }

        private void save(int number) throws IOException {
            long before = System.nanoTime();
            saver.save(number);
            lastSave = System.nanoTime();
            saving = lastSave - before;
        }

        /** Validates, and does not count the time as training. */
        private void validate(int number) {
            long before = System.nanoTime();
            validator.validate(number);
            lastReport += System.nanoTime() - before;
        }

        private Future<TrainingImage> load(int number) {
            return loader.submit(() -> set.image(number));
        }

        private TrainingImage await(Future<TrainingImage> image) {
            try {
                return image.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("training was interrupted", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException("a training image could not be loaded", e.getCause());
            }
        }

        private Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - start);
        }

        private void report(int number, double progress) {
            long now = System.nanoTime();
            int steps = number - lastStep;
            Map<String, Double> means = new LinkedHashMap<>();
            sums.forEach((name, sum) -> means.put(name, sum / steps));
            Duration left = timeLeft(elapsed(), before, progress);
            listener.progressed(new Progress(number, progress, steps / ((now - lastReport) / 1e9), rate, left, means));
            sums = new LinkedHashMap<>();
            lastReport = now;
            lastStep = number;
        }
    }

    /**
     * Returns the remaining time at the pace so far.
     *
     * @param elapsed time of this run
     * @param before share of the training that was done before it, in [0, 1)
     * @param progress share that is done now, above {@code before}
     */
    static Duration timeLeft(Duration elapsed, double before, double progress) {
        return Duration.ofMillis((long) (elapsed.toMillis() * (1 - progress) / (progress - before)));
    }

    private static void requireFinite(Map<String, Float> losses, int step, String image) {
        losses.forEach((name, value) -> {
            if (!Float.isFinite(value)) {
                throw new ArithmeticException(String.format(
                        Locale.ROOT,
                        "training diverged at step %d: %s is %s on image %s; lower train.learning-rate",
                        step,
                        name,
                        value,
                        image));
            }
        });
    }
}
