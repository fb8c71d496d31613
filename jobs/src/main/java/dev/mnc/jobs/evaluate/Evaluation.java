package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.jobs.cli.FastStart.Ahead;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Slicing;
import dev.mnc.jobs.evaluate.config.LocalFiles;
import dev.mnc.jobs.evaluate.findings.SdsFinding;
import dev.mnc.jobs.evaluate.result.CocoFindings;
import dev.mnc.jobs.evaluate.result.CocoOutcome;
import dev.mnc.jobs.evaluate.result.CocoPlan;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.result.FaultPolicy;
import dev.mnc.jobs.evaluate.result.MetricsFiles;
import dev.mnc.jobs.evaluate.result.ResultFolder;
import dev.mnc.jobs.evaluate.result.SdsOutcome;
import dev.mnc.jobs.evaluate.result.TruthSummary;
import dev.mnc.jobs.evaluate.rows.ImageTable;
import dev.mnc.jobs.parquet.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation from its configuration to its files. The engine reads and computes; what stops it, what is made of the
 * numbers and where they go is decided here, the same for every engine.
 */
public final class Evaluation {

    private final Engine engine;
    private final EvaluateConfig config;
    private final EngineRun run;
    private final TruthSummary truth;

    private Evaluation(Engine engine, EvaluateConfig config, EngineRun run) {
        this.engine = engine;
        this.config = config;
        this.run = run;
        this.truth = run.truth();
    }

    /**
     * Evaluates and writes the files of {@link MetricsFiles}.
     *
     * @throws IllegalArgumentException if a file is malformed, or predictions and ground truth do not belong together
     */
    public static EvaluationSummary run(Engine engine, EvaluateConfig config) throws IOException {
        Ahead<Boolean> tables = new Ahead<>("mnc-tables", ResultTable::load);
        if (!config.fromResultsFile() || Files.isDirectory(LocalFiles.path(config.groundTruth()))) {
            // Reading Parquet loads the same classes, whose logging complains if several threads set it up.
            tables.get();
        }
        try (EngineRun run = engine.open(config)) {
            Evaluation evaluation = new Evaluation(engine, config, run);
            EvaluationSummary summary =
                    config.protocol() instanceof Coco coco ? evaluation.coco(coco) : evaluation.sds();
            tables.get();
            MetricsFiles files = new MetricsFiles(evaluation.truth.categoryNames(), summary);
            ResultFolder.replace(config.out(), files.files(), engine::hadoop);
            return summary;
        }
    }

    private EvaluationSummary coco(Coco coco) throws IOException {
        Slicing slicing = coco.extras().slicing();
        @Nullable
        ImageTable images = slicing == null ? null : ImageTable.read(slicing, truth.imageNames(), engine.hadoop());
        CocoOutcome found = run.coco(CocoPlan.of(coco, area(coco), truth, images));
        FaultPolicy.stopIfAny(config, found.outcome().faults());
        return EvaluationSummary.coco(
                found.outcome(),
                CocoFindings.of(coco, found, truth, images),
                run.coverage(),
                truth.warnings(),
                config.out());
    }

    /** Returns which area decides about the size of a detection; labels have boxes. */
    private DetectionArea area(Coco coco) throws IOException {
        if (coco.areaRule() == AreaRule.COMPARED) {
            return DetectionArea.COMPARED;
        }
        return config.fromResultsFile() ? run.areaOfFirst() : DetectionArea.BOX;
    }

    private EvaluationSummary sds() throws IOException {
        SdsOutcome found = run.sds(config.protocol().bootstrap());
        FaultPolicy.stopIfAny(config, found.faults());
        return EvaluationSummary.sds(
                found,
                SdsFinding.all(
                        found.result(), truth.categoryNames(), config.protocol().bootstrap()),
                run.coverage(),
                truth.warnings(),
                config.out());
    }
}
