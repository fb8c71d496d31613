package dev.mnc.jobs.demo;

import dev.mnc.evaluation.curves.Metric;
import dev.mnc.jobs.cli.ClassArchive;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.evaluate.Evaluation;
import dev.mnc.jobs.evaluate.SparkEngine;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.label.LabelConfig;
import dev.mnc.jobs.label.LabelImages;
import dev.mnc.jobs.label.LabelRequest;
import dev.mnc.jobs.label.LabelSummary;
import dev.mnc.jobs.label.ModelOption;
import dev.mnc.jobs.label.SavedModelSource;
import dev.mnc.jobs.report.ReportRequest;
import dev.mnc.jobs.report.ReportSummary;
import dev.mnc.jobs.report.WriteReport;
import dev.mnc.scenes.SceneGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The command {@code mnc demo}, which generates scenes with exact masks, labels and evaluates them, and shows the
 * result on one page.
 */
@Command(name = "demo", description = "Makes images, labels them, evaluates the labels, writes a report.")
public final class DemoCommand implements Callable<Integer> {

    /** The seed of the scenes, another than that of the shipped model's training: the scenes are new to it. */
    private static final long SEED = 20_261_122;

    private static final double SHOWN_SCORE = 0.5;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "mnc-demo",
            description = "Where everything goes. Default: ${DEFAULT-VALUE}. Run again, it labels nothing twice.")
    private Path out = Path.of("mnc-demo");

    @Mixin
    private final ModelOption model = new ModelOption();

    @Option(names = "--count", defaultValue = "48", description = "How many scenes. Default: ${DEFAULT-VALUE}.")
    private int count = 48;

    @Override
    public Integer call() throws IOException {
        Console console = common.console();
        Path root = out.toAbsolutePath().normalize();
        Path truth = root.resolve("ground-truth.json");
        if (!Files.exists(truth)) {
            console.note("making " + count + " scenes with exact masks in " + out.resolve("images"));
            new SceneGenerator(SEED).write(root, count);
        }
        Settings settings = common.settings();
        LabelConfig config = settings.read("label", LabelConfig::from);
        HostConfig machine = settings.read("host", HostConfig::from);
        SavedModelSource source = SavedModelSource.of(model.name(), config, machine, Sessions.hadoop());
        try (SparkSession spark = LabelImages.session("demo", source, config, machine, Map.of())) {
            LabelSummary labels =
                    label(new LabelImages(spark, source, config, machine, console), settings, root, truth);
            console.note("comparing the labels with the exact masks");
            EvaluateConfig evaluation = EvaluateConfig.of(
                    truth.toString(), labels.table(), root.resolve("evaluation").toString());
            EvaluationSummary metrics = Evaluation.run(new SparkEngine(spark), evaluation);
            console.note("writing the report");
            ReportSummary report = writeReport(spark, root, evaluation);
            report(console, labels, metrics, report);
            if (labels.planned() > 0) { // Otherwise the classes for labelling have not been loaded.
                ClassArchive.complete(console::note);
            }
        }
        return ExitCode.OK;
    }

    private static LabelSummary label(LabelImages job, Settings settings, Path root, Path truth) {
        LabelRequest request = new LabelRequest(
                truth.toString(),
                root.resolve("images").toString(),
                root.resolve("labels").toString(),
                null,
                LabelRequest.Mode.LABEL);
        return job.run(request, LabelConfig.entries(settings));
    }

    private static ReportSummary writeReport(SparkSession spark, Path root, EvaluateConfig evaluation)
            throws IOException {
        return WriteReport.run(
                spark,
                new ReportRequest(
                        evaluation,
                        root.resolve("images").toString(),
                        root.resolve("report.html").toString(),
                        "Demo: scenes the model has not seen",
                        24,
                        SHOWN_SCORE,
                        Instant.now()));
    }

    private void report(Console console, LabelSummary labels, EvaluationSummary metrics, ReportSummary report) {
        double ap50 = Objects.requireNonNull(metrics.numbers().get("segm")).getOrDefault(Metric.AP50, Double.NaN);
        double ap = Objects.requireNonNull(metrics.numbers().get("segm")).getOrDefault(Metric.AP, Double.NaN);
        String text = String.format(
                Locale.ROOT,
                "%s%n%nmask AP50  %.3f   (AP %.3f) on %d scenes%nlabels     %s%nreport     %s%n           open it in a browser",
                labels.text().lines().findFirst().orElse(""),
                ap50,
                ap,
                labels.listed(),
                out.resolve("labels"),
                out.resolve("report.html"));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("label", labels);
        json.put("metrics", metrics.numbers());
        json.put("report", report.file());
        console.result(text, json);
    }
}
