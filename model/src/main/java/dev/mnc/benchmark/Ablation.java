package dev.mnc.benchmark;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.training.Trainer;
import dev.mnc.training.TrainingConfig;
import dev.mnc.training.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The ablation study of the paper's table 1, which measures the gain of end-to-end training and of two more stages: the
 * same images, the same number of steps and the same seed for each of four ways.
 *
 * @param config the network, with either number of rounds
 * @param settings the training; its seed and the gradients between its stages are set for each run
 * @param truth the ground truth to learn from
 * @param images the folder the file names are relative to
 * @param validation on which the result is measured
 */
public record Ablation(
        MncConfig config, TrainingConfig settings, GroundTruth truth, Path images, Validation validation) {

    /** A way to train a network. */
    public enum Way {
        /** Three stages that join the training one after the other, without gradients between them. */
        STEP_BY_STEP("a", "3 stages, trained step by step"),
        /** Three stages, trained end to end. */
        THREE_STAGES("b", "3 stages, trained end to end"),
        /** The weights of {@link #THREE_STAGES}, run with five stages. */
        FIVE_AT_INFERENCE("c", "as (b), run with 5 stages"),
        /** Five stages, trained end to end. */
        FIVE_STAGES("d", "5 stages, trained end to end");

        private final String letter;
        private final String title;

        Way(String letter, String title) {
            this.letter = letter;
            this.title = title;
        }

        /** Returns the letter in the paper's table, {@code a} to {@code d}. */
        public String letter() {
            return letter;
        }

        /** Returns a description in a few words. */
        public String title() {
            return title;
        }
    }

    /**
     * Trains and measures one way.
     *
     * @param directory of the checkpoints of this seed; {@link Way#FIVE_AT_INFERENCE} reads that of
     *     {@link Way#THREE_STAGES} there
     * @param report receives the progress of the training
     */
    public Validation.Outcome run(Way way, long seed, Path directory, Consumer<Trainer.Progress> report)
            throws IOException {
        return switch (way) {
            case STEP_BY_STEP ->
                trained(
                        config.withRounds(1),
                        settings.withFlow(TrainingConfig.GradientFlow.STAGE_WISE)
                                .withSeed(seed),
                        directory.resolve(way.letter()),
                        report);
            case THREE_STAGES -> trained(config.withRounds(1), endToEnd(seed), directory.resolve(way.letter()), report);
            case FIVE_AT_INFERENCE ->
                validation.ofCheckpoint(directory.resolve(Way.THREE_STAGES.letter()), config.withRounds(2));
            case FIVE_STAGES -> trained(config.withRounds(2), endToEnd(seed), directory.resolve(way.letter()), report);
        };
    }

    private TrainingConfig endToEnd(long seed) {
        return settings.withFlow(TrainingConfig.GradientFlow.END_TO_END).withSeed(seed);
    }

    private Validation.Outcome trained(
            MncConfig network, TrainingConfig how, Path directory, Consumer<Trainer.Progress> report)
            throws IOException {
        new Trainer(network, how).train(truth, images, directory, new Trainer.Start.Scratch(), report::accept);
        return validation.ofCheckpoint(directory, network);
    }
}
