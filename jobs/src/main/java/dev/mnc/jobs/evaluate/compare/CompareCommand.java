package dev.mnc.jobs.evaluate.compare;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.evaluate.Bootstraps;
import dev.mnc.jobs.evaluate.EvaluationOptions;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Extras;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.store.CommandPath;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mnc compare}: whether one run is better than another. */
@Command(
        name = "compare",
        description = "Compares two runs on the same images: what differs in COCO's metrics, and whether that can be"
                + " told from chance.")
public final class CompareCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final EvaluationOptions options = new EvaluationOptions();

    @Option(
            names = "--a",
            required = true,
            paramLabel = "TABLE|FILE",
            description = "The first run: a label table, COCO results (.json or .json.gz), or Parquet (.parquet).")
    private String a = "";

    @Option(names = "--b", required = true, paramLabel = "TABLE|FILE", description = "The second run.")
    private String b = "";

    @Option(names = "--run-a", paramLabel = "ID", description = "Of table A only this run. Default: the newest labels.")
    private @Nullable String runA;

    @Option(names = "--run-b", paramLabel = "ID", description = "Of table B only this run. Default: the newest labels.")
    private @Nullable String runB;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR|URI",
            description = "Where compare.json and tables/comparison.parquet go, and below a and b what mnc evaluate"
                    + " writes of each run.")
    private String out = "";

    @Option(
            names = "--bootstrap",
            paramLabel = "N",
            defaultValue = "200",
            description = "Replicates in which each image counts a random number of times, the same for both runs."
                    + " Default: ${DEFAULT-VALUE}.")
    private int bootstrap;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "Which random numbers the bootstrap takes. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException {
        CompareConfig config = config();
        Console console = common.console();
        RunComparison comparison =
                options.compute("compare", console, engine -> CompareRuns.run(engine, config), config.a(), config.b());
        comparison.warnings().forEach(console::warn);
        console.result(comparison.lines(), comparison.json());
        return ExitCode.OK;
    }

    private CompareConfig config() {
        Coco protocol = new Coco(
                options.iouTypes(),
                AreaRule.COMPARED,
                Compat.NONE,
                options.onFault(),
                ScoreTarget.DEFAULT,
                Coco.SCORE,
                new Extras(CocoDialect.COCO, null, null, Errors.COUNTED, Bootstraps.of(bootstrap, seed)));
        String address = CommandPath.address(out);
        String folder = address.endsWith("/") ? address : address + "/";
        String first = CommandPath.address(a);
        String second = CommandPath.address(b);
        return new CompareConfig(
                new EvaluateConfig(options.groundTruth(), first, runA, folder + "a", protocol, options.imageKey()),
                new EvaluateConfig(options.groundTruth(), second, runB, folder + "b", protocol, options.imageKey()),
                address);
    }
}
