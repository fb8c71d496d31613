package dev.mnc.jobs.train;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruthFile;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.training.Checkpoint;
import dev.mnc.training.Trainer;
import dev.mnc.training.TrainingConfig;
import dev.mnc.training.TrainingEvents;
import dev.mnc.training.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc train}, which trains a cascade on annotated images. */
@Command(name = "train", description = "Trains a cascade end to end on images with COCO or SBD annotations.")
public final class TrainCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--ground-truth",
            required = true,
            paramLabel = "FILE",
            description = "COCO annotations (json), or a split list (txt) of VOC's SBD.")
    private Path groundTruth = Path.of("");

    @Option(
            names = "--images",
            required = true,
            paramLabel = "DIR",
            description = "Folder the annotations' file names are relative to.")
    private Path images = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the checkpoint goes.")
    private Path out = Path.of("");

    @ArgGroup(exclusive = false)
    private @Nullable ValidationOptions validation;

    private static final class ValidationOptions {
        @Option(
                names = "--validation",
                required = true,
                paramLabel = "FILE",
                description =
                        "Annotations to measure the training on, every train.validate-every steps and at the end.")
        private Path truth = Path.of("");

        @Option(
                names = "--validation-images",
                paramLabel = "DIR",
                description = "Folder of their images. Default: the folder of --images.")
        private @Nullable Path images;

        Validation validation(Path trainingImages, Console console) throws IOException {
            GroundTruth measured = GroundTruthFile.read(truth, console::warn).requireUniqueIds(truth.toString());
            try {
                return new Validation(measured, images == null ? trainingImages : images, Validation.MIN_SCORE);
            } catch (IllegalArgumentException e) {
                throw OperatorException.usage(truth + ": " + e.getMessage(), "fix the file, or name another");
            }
        }
    }

    @Option(
            names = "--body",
            defaultValue = "compact",
            description = "Convolutional layers: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private MncConfig.Body body = MncConfig.Body.COMPACT;

    @Option(
            names = "--stages",
            defaultValue = "5",
            paramLabel = "3|5",
            description = "Stages of the cascade. Default: ${DEFAULT-VALUE}.")
    private int stages;

    @ArgGroup(multiplicity = "1")
    private LengthOptions length = new LengthOptions();

    @Option(names = "--seed", defaultValue = "1", description = "Decides everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @ArgGroup
    private StartOptions origin = new StartOptions();

    private static final class StartOptions {
        @Option(names = "--init", paramLabel = "DIR", description = "Start from the weights of this checkpoint.")
        private @Nullable Path init;

        @Option(names = "--resume", description = "Go on with the checkpoint in --out where it stopped.")
        private boolean resume;

        /**
         * Returns the network to train. Where training starts from weights it is theirs: imported ones differ from a
         * body's usual network. Boxes keep their fractions of a feature cell, though, since rounded ones have no
         * gradient.
         */
        MncConfig network(Path out, MncConfig.Body body) {
            Path from = resume ? out : init;
            if (from == null) {
                return MncConfig.of(body, 1, 1);
            }
            MncConfig network = Checkpoint.read(from).config();
            if (network.body() != body) {
                String own = network.body().name().toLowerCase(Locale.ROOT);
                throw OperatorException.usage(
                        "the checkpoint at " + from + " has body " + own + ", but --body is "
                                + body.name().toLowerCase(Locale.ROOT),
                        "give --body " + own);
            }
            return resume ? network : network.withWarp(network.warp().continuous());
        }

        Trainer.Start start() {
            if (resume) {
                return new Trainer.Start.Resumed();
            }
            return init == null ? new Trainer.Start.Scratch() : new Trainer.Start.Weights(init);
        }
    }

    private static final class LengthOptions {
        @Option(names = "--steps", description = "Train for this many images.")
        private @Nullable Integer steps;

        @Option(names = "--minutes", description = "Train for this long.")
        private @Nullable Double minutes;

        TrainingConfig.Length length() {
            if (steps != null) {
                return TrainingConfig.Length.ofSteps(steps);
            }
            if (minutes == null || !(minutes > 0)) {
                throw OperatorException.usage("--minutes must be > 0, got " + minutes, "give a number such as 12");
            }
            return TrainingConfig.Length.ofTime(Duration.ofMillis(Math.round(minutes * 60_000)));
        }
    }

    @Override
    public Integer call() throws IOException {
        if (stages != 3 && stages != 5) {
            throw OperatorException.usage("--stages is " + stages, "a cascade has 3 or 5 stages");
        }
        if (!Files.isDirectory(images)) {
            throw OperatorException.environment("no folder " + images, "name the folder of the images with --images");
        }
        TrainSettings settings = common.settings().read("train", TrainSettings::from);
        Console console = common.console();
        GroundTruth truth = GroundTruthFile.read(groundTruth, console::warn).requireUniqueIds(groundTruth.toString());
        MncConfig config = origin.network(out, body)
                .withCategories(truth.categories().size())
                .withRounds(stages == 3 ? 1 : 2);
        if (!origin.resume && Files.exists(out.resolve(Checkpoint.RECORD))) {
            throw OperatorException.conflict(
                    "there is a checkpoint at " + out, "go on with it with --resume, or name a new folder with --out");
        }
        console.note(String.format(
                Locale.ROOT,
                "training %s, %d stages, on %d images, %d annotations, %d categories",
                body.name().toLowerCase(Locale.ROOT),
                stages,
                truth.images().size(),
                truth.annotations().size(),
                truth.categories().size()));
        long start = System.nanoTime();
        Trainer trainer = new Trainer(config, settings.config(length.length(), seed));
        if (validation != null) {
            trainer = trainer.validating(validation.validation(images, console), settings.validateEvery());
        }
        Checkpoint checkpoint;
        try (TrainingEvents events = TrainingEvents.in(settings.eventsOf(out))) {
            checkpoint = trainer.train(truth, images, out, origin.start(), new ProgressReporter(console, events));
        }
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        String text = String.format(
                Locale.ROOT,
                "checkpoint  %s  (%d steps in %d s)%nnext        mnc model export --checkpoint %s --out MODEL",
                out,
                checkpoint.step(),
                seconds,
                out);
        console.result(text, Map.of("checkpoint", out.toString(), "steps", checkpoint.step(), "seconds", seconds));
        return 0;
    }

    /** A listener that reports the progress on the console and in the event file. */
    private record ProgressReporter(Console console, TrainingEvents events) implements Trainer.Listener {

        @Override
        public void leftOut(String what) {
            console.note("not learnt from: " + what);
        }

        @Override
        public void started(int step) {
            events.started(step);
        }

        @Override
        public void progressed(Trainer.Progress progress) {
            console.note(line(progress));
            events.progressed(progress);
        }

        @Override
        public void validated(int step, Validation.Outcome outcome) {
            console.note(String.format(Locale.ROOT, "step %6d  validation  %s", step, outcome.line()));
            events.validated(step, outcome);
        }
    }

    private static String line(Trainer.Progress progress) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "step %6d  %3.0f %%  %5.1f images/s  %s left  loss %.3f ",
                progress.step(),
                100 * progress.progress(),
                progress.imagesPerSecond(),
                time(progress.timeLeft()),
                progress.losses().getOrDefault("total", Double.NaN)));
        progress.losses().forEach((name, value) -> {
            if (!name.equals("total")) {
                line.append(String.format(Locale.ROOT, " %s %.3f", name, value));
            }
        });
        return line.toString();
    }

    private static String time(Duration duration) {
        return String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
