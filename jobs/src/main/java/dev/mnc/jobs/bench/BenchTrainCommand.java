package dev.mnc.jobs.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.mnc.benchmark.ProcessMemory;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.train.TrainSettings;
import dev.mnc.model.ModelFiles;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.scenes.SceneGenerator;
import dev.mnc.training.Trainer;
import dev.mnc.training.TrainingConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The command {@code mnc bench train}, which measures training images for each second of CPU time, and the growth of
 * memory.
 */
@Command(
        name = "train",
        description = "Trains on scenes it makes and prints images per second of processor time, and the memory the"
                + " process holds as steps go by.")
final class BenchTrainCommand implements Callable<Integer> {

    private static final double MIB = 1 << 20;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--body",
            defaultValue = "compact",
            description = "Convolutional layers: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private MncConfig.Body body = MncConfig.Body.COMPACT;

    @Option(names = "--steps", defaultValue = "1000", description = "Images to learn from. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(
            names = "--warm-up",
            defaultValue = "100",
            description = "Images before time and memory count. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Override
    public Integer call() throws IOException {
        if (warmUp < 1 || steps <= warmUp) {
            throw OperatorException.usage(
                    "--steps is " + steps + " and --warm-up " + warmUp,
                    "give a warm-up from 1 on and more steps than that");
        }
        TrainSettings settings = common.settings().read("train", TrainSettings::from);
        Path folder = Files.createTempDirectory("mnc-bench-train");
        try {
            GroundTruth truth = new SceneGenerator(1).write(folder, 64);
            Gauge gauge = new Gauge(common.console());
            MncConfig config = MncConfig.of(body, truth.categories().size(), 2);
            new Trainer(config, settings.config(TrainingConfig.Length.ofSteps(steps), 1))
                    .train(
                            truth,
                            folder.resolve("images"),
                            folder.resolve("checkpoint"),
                            new Trainer.Start.Scratch(),
                            gauge);
            common.console().result(gauge.text(), gauge.json());
            return 0;
        } finally {
            ModelFiles.delete(folder);
        }
    }

    /**
     * A listener that reads clock and memory: from the end of the warm-up to the last step, memory twenty times on the
     * way.
     */
    private final class Gauge implements Trainer.Listener {

        private record Sample(int step, long bytes) {}

        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final Console console;
        private final List<Sample> memory = new ArrayList<>();
        private long cpu;
        private long wall;

        Gauge(Console console) {
            this.console = console;
        }

        @Override
        public void progressed(Trainer.Progress progress) {
            console.note(String.format(
                    Locale.ROOT, "step %6d  %5.1f images/s", progress.step(), progress.imagesPerSecond()));
        }

        @Override
        public void stepped(int step) {
            if (step == warmUp) {
                cpu = -system.getProcessCpuTime();
                wall = -System.nanoTime();
            }
            if (step == steps) {
                cpu += system.getProcessCpuTime();
                wall += System.nanoTime();
            }
            if (step >= warmUp && (step - warmUp) % Math.max(1, (steps - warmUp) / 20) == 0) {
                OptionalLong bytes = ProcessMemory.resident();
                bytes.ifPresent(held -> memory.add(new Sample(step, held)));
            }
        }

        double imagesPerCpuSecond() {
            return (steps - warmUp) / (cpu / 1e9);
        }

        /** Returns the slope of the line through all samples, bytes a step. */
        double growth() {
            double meanStep = memory.stream().mapToInt(Sample::step).average().orElse(0);
            double meanBytes =
                    memory.stream().mapToLong(Sample::bytes).average().orElse(0);
            double above = 0;
            double below = 0;
            for (Sample sample : memory) {
                above += (sample.step() - meanStep) * (sample.bytes() - meanBytes);
                below += (sample.step() - meanStep) * (sample.step() - meanStep);
            }
            return below == 0 ? 0 : above / below;
        }

        String text() {
            String text = String.format(
                    Locale.ROOT,
                    "images per CPU second  %.2f%nimages per second      %.2f  (%d threads)",
                    imagesPerCpuSecond(),
                    (steps - warmUp) / (wall / 1e9),
                    Runtime.getRuntime().availableProcessors());
            if (memory.isEmpty()) {
                return text;
            }
            return text
                    + String.format(
                            Locale.ROOT,
                            "%nresident memory        %.0f MiB at step %d, %.0f MiB at step %d%ngrowth                 %.2f MiB per 1000 steps",
                            memory.get(0).bytes() / MIB,
                            memory.get(0).step(),
                            memory.get(memory.size() - 1).bytes() / MIB,
                            memory.get(memory.size() - 1).step(),
                            1000 * growth() / MIB);
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("body", body.name().toLowerCase(Locale.ROOT));
            json.put("steps", steps);
            json.put("warm_up", warmUp);
            json.put("images_per_cpu_second", imagesPerCpuSecond());
            json.put("images_per_second", (steps - warmUp) / (wall / 1e9));
            json.put("memory", memory);
            json.put("growth_bytes_per_1000_steps", 1000 * growth());
            return json;
        }
    }
}
