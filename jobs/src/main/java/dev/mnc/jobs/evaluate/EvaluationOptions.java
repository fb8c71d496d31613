package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.evaluate.Engine.Kind;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that evaluates. */
public final class EvaluationOptions {

    @Mixin
    private final TruthOptions truth = new TruthOptions();

    @Option(
            names = "--iou-type",
            split = ",",
            defaultValue = "segm,bbox",
            description = "What to compare in COCO's protocol. Default: ${DEFAULT-VALUE}.")
    private List<IouType> iouTypes = List.of();

    @Option(
            names = "--lenient",
            description =
                    "Leave out entries that cannot be used, and count them by reason in metrics.json. Default: the"
                            + " first stops the evaluation and is named.")
    private boolean lenient;

    @Option(
            names = "--engine",
            paramLabel = "local|spark",
            description = "Where it is computed: in this process, or by Spark. Default: local for files of this machine"
                    + " that fit into memory.")
    private @Nullable Kind engine;

    /** Returns the path or URI of the ground truth. */
    public String groundTruth() {
        return truth.groundTruth();
    }

    /** Returns what is compared, at least one. */
    public List<IouType> iouTypes() {
        return iouTypes;
    }

    /** Returns the key by which a table's images are found in the ground truth. */
    public ImageKey imageKey() {
        return truth.imageKey();
    }

    /** Returns the treatment of entries that cannot be used. */
    public OnFault onFault() {
        return lenient ? OnFault.LEAVE_OUT : OnFault.STOP;
    }

    /**
     * Chooses the engine, says so and computes with it. A Spark session is open as long as that takes, if Spark was chosen.
     *
     * @param command names the application
     * @param runs are evaluated one after the other
     * @throws dev.mnc.jobs.failure.OperatorException if the engine that was requested cannot evaluate them
     */
    public <T> T compute(String command, Console console, Engine.Task<T> task, EvaluateConfig... runs)
            throws IOException {
        if (EngineChoice.here(engine).of(runs) == Kind.LOCAL) {
            console.note("engine: local, " + Runtime.getRuntime().availableProcessors() + " threads");
            return task.on(new LocalEngine());
        }
        console.note("engine: spark");
        return SparkEngine.inSession(command, task);
    }
}
