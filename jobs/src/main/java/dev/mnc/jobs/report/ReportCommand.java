package dev.mnc.jobs.report;

import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.evaluate.PredictionOptions;
import dev.mnc.jobs.evaluate.TruthOptions;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.store.CommandPath;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc report}, which writes one HTML page about an evaluation. */
@Command(name = "report", description = "Writes one HTML page with the metrics, curves and images of an evaluation.")
public final class ReportCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TruthOptions truth = new TruthOptions();

    @Mixin
    private final PredictionOptions labels = new PredictionOptions();

    @Option(
            names = "--evaluation",
            required = true,
            paramLabel = "DIR|URI",
            description = "Where mnc evaluate has put metrics.json and curves.json of these predictions.")
    private String evaluation = "";

    @Option(
            names = "--images",
            paramLabel = "DIR|URI",
            description = "Where the ground truth's file names lie. Default: where the label table found them.")
    private @Nullable String images;

    @Option(names = "--out", required = true, paramLabel = "FILE|URI", description = "The HTML file.")
    private String out = "";

    @Option(names = "--title", paramLabel = "TEXT", defaultValue = "Evaluation", description = "Heads the page.")
    private String title = "";

    @Option(names = "--gallery", defaultValue = "24", description = "Images to show. Default: ${DEFAULT-VALUE}.")
    private int gallery;

    @Option(
            names = "--min-score",
            defaultValue = "0.5",
            description = "Predictions below it are hidden at first and do not count when images are ranked."
                    + " Default: ${DEFAULT-VALUE}.")
    private double minScore;

    @Override
    public Integer call() throws IOException {
        EvaluateConfig evaluated = new EvaluateConfig(
                truth.groundTruth(),
                labels.predictions(),
                labels.runId(),
                CommandPath.address(evaluation),
                Protocol.coco(List.of(IouType.SEGM)),
                truth.imageKey(),
                labels.listed());
        ReportRequest request = new ReportRequest(
                evaluated,
                images == null ? null : CommandPath.address(images),
                CommandPath.address(out),
                title,
                gallery,
                minScore,
                Instant.now());
        Console console = common.console();
        try (SparkSession spark = Sessions.open("report")) {
            ReportSummary summary = WriteReport.run(spark, request);
            if (summary.unreadable() > 0) {
                console.warn(String.format(
                        Locale.ROOT,
                        "the files of %d of %d images could not be read; say where they lie with --images",
                        summary.unreadable(),
                        summary.images()));
            }
            if (summary.undrawable() > 0) {
                console.warn(String.format(
                        Locale.ROOT,
                        "%d annotations or predictions have no sound mask or box and are not drawn",
                        summary.undrawable()));
            }
            console.result("report  " + summary.file(), summary);
        }
        return ExitCode.OK;
    }
}
