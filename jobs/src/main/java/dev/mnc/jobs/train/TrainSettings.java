package dev.mnc.jobs.train;

import dev.mnc.jobs.cli.Settings;
import dev.mnc.training.OptimizerSettings;
import dev.mnc.training.TrainingConfig;
import dev.mnc.training.targets.RoiSampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The settings of the section {@code train}: how to train, without the data.
 *
 * @param optimizer settings by which gradients become updates
 * @param gradients flow of gradients between the stages
 * @param maskWeight weight of the mask losses
 * @param frozenLayers beginnings of the names of layers that do not change
 * @param scales sizes of images, as factors of the network's own input size
 * @param anchorBatch number of anchors that count in one step
 * @param anchorLabels effect of sampled RoIs on their anchors
 * @param roiBatch number of RoIs that count in one step
 * @param validateEvery steps from one validation to the next
 * @param events folder of the event files; empty for one in the checkpoint's directory
 */
public record TrainSettings(
        OptimizerSettings optimizer,
        TrainingConfig.GradientFlow gradients,
        double maskWeight,
        List<String> frozenLayers,
        List<Double> scales,
        int anchorBatch,
        TrainingConfig.AnchorLabels anchorLabels,
        int roiBatch,
        int validateEvery,
        String events) {

    /** Reads the section; this is the only place of the defaults. */
    public static TrainSettings from(Settings.Section train) {
        OptimizerSettings optimizer = new OptimizerSettings(
                train.choice("optimiser", OptimizerSettings.Optimiser.class, OptimizerSettings.Optimiser.ADAM),
                train.number("learning-rate", 1e-3),
                train.integer("warm-up-steps", 200),
                numbers(train, "rate-drops", List.of("0.7", "0.9")),
                train.number("rate-drop-factor", 0.2),
                train.number("bias-rate", 1),
                train.number("weight-decay", 1e-5),
                train.number("clip-norm", 5),
                train.integer("images-per-update", 1));
        return new TrainSettings(
                optimizer,
                train.choice("gradients", TrainingConfig.GradientFlow.class, TrainingConfig.GradientFlow.END_TO_END),
                train.number("mask-weight", 2),
                train.texts("frozen-layers", List.of()),
                numbers(train, "scales", List.of("0.75", "0.875", "1", "1.167", "1.333")),
                train.integer("anchor-batch", 256),
                train.choice("anchor-labels", TrainingConfig.AnchorLabels.class, TrainingConfig.AnchorLabels.MIXED),
                train.integer("roi-batch", 64),
                train.integer("validate-every", 1000),
                train.text("events", ""));
    }

    /** Returns the folder of the event files of a training. */
    Path eventsOf(Path checkpoint) {
        return events.isEmpty() ? checkpoint.resolve("events") : Path.of(events);
    }

    private static List<Double> numbers(Settings.Section train, String key, List<String> otherwise) {
        return train.texts(key, otherwise).stream()
                .map(text -> number(key, text))
                .toList();
    }

    private static double number(String key, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "train.%s must be numbers such as 0.75, got %s", key, text), e);
        }
    }

    /** Returns the training configuration of these settings and the options of the command line. */
    public TrainingConfig config(TrainingConfig.Length length, long seed) {
        return new TrainingConfig(
                length,
                seed,
                optimizer,
                gradients,
                maskWeight,
                frozenLayers,
                scales,
                anchorBatch,
                anchorLabels,
                RoiSampling.PAPER.withBatch(roiBatch));
    }
}
