package dev.mnc.jobs.train;

import dev.mnc.jobs.cli.Settings;
import dev.mnc.training.RoiSampling;
import dev.mnc.training.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The section {@code train} of the settings: how to train, without what to train on.
 *
 * @param optimiser how gradients become updates
 * @param learningRate at its height
 * @param warmUpSteps steps over which the learning rate rises
 * @param weightDecay share of a weight that an update at rate 1 takes away
 * @param clipNorm largest global norm of the gradients
 * @param scales sizes images are shown at, as factors of the network's own
 * @param anchorBatch anchors that count in one step
 * @param roiBatch RoIs that count in one step
 * @param validateEvery steps from one validation to the next
 * @param events folder of the event files; empty for one in the checkpoint's directory
 */
public record TrainSettings(
        TrainingConfig.Optimiser optimiser,
        double learningRate,
        int warmUpSteps,
        double weightDecay,
        double clipNorm,
        List<Double> scales,
        int anchorBatch,
        int roiBatch,
        int validateEvery,
        String events) {

    /** Reads the section; the defaults stand here and nowhere else. */
    public static TrainSettings from(Settings.Section train) {
        return new TrainSettings(
                train.choice("optimiser", TrainingConfig.Optimiser.class, TrainingConfig.Optimiser.ADAM),
                train.number("learning-rate", 1e-3),
                train.integer("warm-up-steps", 200),
                train.number("weight-decay", 1e-5),
                train.number("clip-norm", 5),
                train.texts("scales", List.of("0.75", "0.875", "1", "1.167", "1.333")).stream()
                        .map(TrainSettings::factor)
                        .toList(),
                train.integer("anchor-batch", 256),
                train.integer("roi-batch", 64),
                train.integer("validate-every", 1000),
                train.text("events", ""));
    }

    /** Where the event files of a training go. */
    Path eventsOf(Path checkpoint) {
        return events.isEmpty() ? checkpoint.resolve("events") : Path.of(events);
    }

    private static double factor(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "train.scales must be numbers such as 0.75, got %s", text), e);
        }
    }

    /** Together with what the command line says. */
    TrainingConfig config(TrainingConfig.Length length, long seed) {
        RoiSampling published = RoiSampling.PAPER;
        return new TrainingConfig(
                length,
                seed,
                optimiser,
                learningRate,
                warmUpSteps,
                weightDecay,
                clipNorm,
                scales,
                anchorBatch,
                published.withBatch(roiBatch));
    }
}
