package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.IouType;
import dev.mnc.evaluation.SdsEvaluation;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.ExitCode;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.evaluate.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.EvaluationSummary.Coverage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mnc evaluate}: the metrics of a label table or a results file. */
@Command(name = "evaluate", description = "Compares labels with ground truth and writes COCO's metrics, or VOC's.")
public final class EvaluateCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--ground-truth",
            required = true,
            paramLabel = "FILE|URI",
            description = "COCO annotations (json, may end in .gz), or a split list (txt) of VOC's SBD.")
    private String groundTruth = "";

    @Option(
            names = "--predictions",
            required = true,
            paramLabel = "TABLE|FILE",
            description = "A label table, or COCO results (.json or .json.gz).")
    private String predictions = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR|URI",
            description = "Where metrics.json and curves.json go.")
    private String out = "";

    /** The protocols by the names they have on the command line. */
    enum ProtocolName {
        COCO("coco"),
        VOC_SDS(SdsEvaluation.LABEL);

        private final String label;

        ProtocolName(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    @Option(
            names = "--protocol",
            defaultValue = "coco",
            description = "COCO's twelve numbers, or as VOC and SDS do and MNC's paper reports it, mAP^r of masks at"
                    + " overlaps of 0.5 and 0.7, without crowds. Values: ${COMPLETION-CANDIDATES}."
                    + " Default: ${DEFAULT-VALUE}.")
    private ProtocolName protocol = ProtocolName.COCO;

    @Option(
            names = "--iou-type",
            split = ",",
            defaultValue = "segm,bbox",
            description = "What to compare in COCO's protocol. Default: ${DEFAULT-VALUE}.")
    private List<IouType> iouTypes = List.of();

    @Option(
            names = "--run-id",
            paramLabel = "ID",
            description = "Only this run of the table. Default: the newest labels.")
    private @Nullable String runId;

    @Option(
            names = "--image-key",
            defaultValue = "id",
            description = "How a table's images are found in the ground truth: ${COMPLETION-CANDIDATES}."
                    + " Default: ${DEFAULT-VALUE}.")
    private ImageKey imageKey = ImageKey.ID;

    @Option(
            names = "--area-rule",
            defaultValue = "compared",
            description = "Which area makes a detection small, medium or large: that of what is compared, or as"
                    + " pycocotools does it, of its box if the first detection has one. Values:"
                    + " ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private AreaRule areaRule = AreaRule.COMPARED;

    @Override
    public Integer call() throws IOException {
        EvaluateConfig config = new EvaluateConfig(groundTruth, predictions, runId, out, protocol(), imageKey);
        Console console = common.console();
        try (SparkSession spark = Sessions.open("evaluate")) {
            EvaluationSummary summary = EvaluateInstances.run(spark, config);
            summary.warnings().forEach(console::warn);
            Coverage coverage = summary.coverage();
            if (coverage != null && (coverage.labelled() < coverage.images() || coverage.elsewhere() > 0)) {
                console.warn(String.format(
                        Locale.ROOT,
                        "of %d images in the ground truth %d are labelled; %d labelled images are not in it",
                        coverage.images(),
                        coverage.labelled(),
                        coverage.elsewhere()));
            }
            summary.unlisted()
                    .forEach((category, detections) -> console.warn(String.format(
                            Locale.ROOT,
                            "%d detections are of category %d, which the ground truth does not list; they count for nothing",
                            detections,
                            category)));
            console.result(summary.text(), summary.json());
        }
        return ExitCode.OK;
    }

    private Protocol protocol() {
        if (protocol == ProtocolName.COCO) {
            return new Protocol.Coco(iouTypes, areaRule);
        }
        for (String option : List.of("--iou-type", "--area-rule")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw OperatorException.usage(
                        String.format(Locale.ROOT, "%s means nothing to --protocol %s", option, protocol),
                        "that protocol compares masks of any size: leave the option out");
            }
        }
        return new Protocol.VocSds();
    }
}
