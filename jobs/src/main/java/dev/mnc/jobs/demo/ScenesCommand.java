package dev.mnc.jobs.demo;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.scenes.SceneGenerator;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The command {@code mnc scenes}, which generates images with exact masks, such as the shipped model was trained on.
 */
@Command(name = "scenes", description = "Generates scenes with exact instance masks: JPEGs and a COCO json.")
public final class ScenesCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the scenes go.")
    private Path out = Path.of("");

    @Option(names = "--count", defaultValue = "100", description = "How many. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(names = "--seed", defaultValue = "1", description = "Decides every scene. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() {
        if (count < 1) {
            throw OperatorException.usage("--count is " + count, "give a number of scenes, at least 1");
        }
        new SceneGenerator(seed).write(out, count);
        Path truth = out.resolve("ground-truth.json");
        String text = String.format(
                Locale.ROOT,
                "images        %s  (%d scenes)%nground truth  %s%nnext          mnc train --ground-truth %s --images %s --out CHECKPOINT --minutes 12",
                out.resolve("images"),
                count,
                truth,
                truth,
                out.resolve("images"));
        common.console()
                .result(text, Map.of("images", out.resolve("images").toString(), "ground_truth", truth.toString()));
        return 0;
    }
}
