package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Extras;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Slicing;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.CommandPath;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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

    @Mixin
    private final EvaluationOptions options = new EvaluationOptions();

    @Mixin
    private final PredictionOptions labels = new PredictionOptions();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR|URI",
            description = "Where metrics.json, curves.json, tables/*.parquet and min-scores-*.conf go.")
    private String out = "";

    /** The protocols by the names they have on the command line. */
    enum ProtocolName {
        COCO("coco"),
        LVIS("lvis"),
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
            description = "COCO's twelve numbers; LVIS's thirteen, where each image says which categories it was"
                    + " searched for; or as VOC and SDS do and MNC's paper reports it, mAP^r of masks at overlaps of"
                    + " 0.5 and 0.7, without crowds. Values: ${COMPLETION-CANDIDATES}."
                    + " Default: ${DEFAULT-VALUE}.")
    private ProtocolName protocol = ProtocolName.COCO;

    @Option(
            names = "--area-rule",
            defaultValue = "compared",
            description = "Which area makes a detection small, medium or large: that of what is compared, or as"
                    + " pycocotools does it, of its box if the first detection has one. Values:"
                    + " ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private AreaRule areaRule = AreaRule.COMPARED;

    @Option(
            names = "--compat",
            paramLabel = "pycocotools",
            description = "Give the answers of pycocotools 2.0.11 where it is wrong too: objects with id 0, masks with"
                    + " empty runs, scores of NaN, repeated ids; implies --area-rule pycocotools.")
    private @Nullable Peer compat;

    /** The evaluators whose mistakes can be reproduced. */
    enum Peer {
        PYCOCOTOOLS
    }

    @Option(
            names = "--target-precision",
            paramLabel = "SHARE",
            defaultValue = "0.9",
            description = "The precision that a score threshold of each category is sought for, besides the one with"
                    + " the highest F1. Default: ${DEFAULT-VALUE}.")
    private double targetPrecision;

    @Option(
            names = "--score-iou",
            paramLabel = "IOU",
            defaultValue = "0.5",
            description = "The overlap that makes a detection right where there is one alone: in score thresholds,"
                    + " calibration, worst images and the confusion matrix. Default: ${DEFAULT-VALUE}.")
    private double scoreIou;

    @Option(
            names = "--score",
            defaultValue = "0.5",
            description = "The score from which detections count in worst images, false alarms and the confusion"
                    + " matrix. Default: ${DEFAULT-VALUE}.")
    private double score;

    @Option(
            names = "--iou-thresholds",
            split = ",",
            paramLabel = "IOU",
            description = "Also give AP and AR over these overlaps, for every size range and limit on detections.")
    private List<Double> iouThresholds = List.of();

    @Option(
            names = "--area-ranges",
            split = ",",
            paramLabel = "NAME:FROM:TO",
            description = "Also give AP and AR for objects of these sizes, px²; both ends belong to a range.")
    private List<String> areaRanges = List.of();

    @Option(
            names = "--max-detections",
            split = ",",
            paramLabel = "N",
            description = "Also give AP and AR for so many detections of a category in an image; any number of limits.")
    private List<Integer> maxDetections = List.of();

    @Option(
            names = "--image-table",
            paramLabel = "FILE|URI",
            description = "What is known about images: Parquet, CSV (.csv) or JSON lines (.jsonl) with a column"
                    + " image_id, id or file_name.")
    private @Nullable String imageTable;

    @Option(
            names = "--slice-by",
            split = ",",
            paramLabel = "COLUMN",
            description = "Also give the numbers for each value of these columns of the image table.")
    private List<String> sliceBy = List.of();

    @Option(
            names = "--errors",
            description = "Also tell errors apart: what those of each kind cost, as TIDE has it, and which categories"
                    + " are taken for which.")
    private boolean errors;

    @Option(
            names = "--bootstrap",
            paramLabel = "N",
            description = "Also tell how sure every number is, from N replicates in which each image counts a random"
                    + " number of times: standard error and interval of 95 %%. 100 give a rough interval, 1000 a fine"
                    + " one.")
    private @Nullable Integer bootstrap;

    @Option(names = "--seed", paramLabel = "S", description = "Which random numbers --bootstrap takes. Default: 0.")
    private @Nullable Long seed;

    @Override
    public Integer call() throws IOException {
        EvaluateConfig config = new EvaluateConfig(
                options.groundTruth(),
                labels.predictions(),
                labels.runId(),
                CommandPath.address(out),
                protocol(),
                options.imageKey(),
                labels.listed());
        Console console = common.console();
        EvaluationSummary summary =
                options.compute("evaluate", console, engine -> Evaluation.run(engine, config), config);
        tell(console, summary);
        return ExitCode.OK;
    }

    private static void tell(Console console, EvaluationSummary summary) {
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
        summary.leftOut()
                .forEach((reason, count) ->
                        console.warn(String.format(Locale.ROOT, "%d entries left out: %s", count, reason)));
        console.result(summary.text(), summary.json());
    }

    private static final List<String> OF_COCO = List.of(
            "--iou-type",
            "--area-rule",
            "--compat",
            "--target-precision",
            "--score-iou",
            "--score",
            "--iou-thresholds",
            "--area-ranges",
            "--max-detections",
            "--image-table",
            "--slice-by",
            "--errors");

    private static final List<String> NOT_OF_LVIS =
            List.of("--compat", "--score", "--iou-thresholds", "--area-ranges", "--max-detections", "--errors");

    private ScoreTarget target() {
        if (Double.isNaN(score)) {
            throw OperatorException.usage("--score must be a number, got NaN", "give for example 0.5");
        }
        try {
            return new ScoreTarget(scoreIou, targetPrecision);
        } catch (IllegalArgumentException e) {
            throw OperatorException.usage(String.valueOf(e.getMessage()), "check --score-iou and --target-precision");
        }
    }

    private Protocol protocol() {
        if (protocol == ProtocolName.VOC_SDS) {
            refuse(OF_COCO, "that protocol compares masks of any size: leave the option out");
            return new Protocol.VocSds(options.onFault(), Bootstraps.weights(bootstrap, seed));
        }
        if (protocol == ProtocolName.LVIS) {
            refuse(NOT_OF_LVIS, "that protocol has its own rules: leave the option out");
        }
        return new Protocol.Coco(
                options.iouTypes(),
                compat == Peer.PYCOCOTOOLS ? AreaRule.PYCOCOTOOLS : areaRule,
                compat == Peer.PYCOCOTOOLS ? Compat.PYCOCOTOOLS : Compat.NONE,
                options.onFault(),
                target(),
                score,
                new Extras(
                        protocol == ProtocolName.LVIS ? CocoDialect.LVIS : CocoDialect.COCO,
                        lists(),
                        slicing(),
                        errors ? Errors.TOLD_APART : Errors.COUNTED,
                        Bootstraps.weights(bootstrap, seed)));
    }

    private void refuse(List<String> options, String remedy) {
        for (String option : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw OperatorException.usage(
                        String.format(Locale.ROOT, "%s means nothing to --protocol %s", option, protocol), remedy);
            }
        }
    }

    private @Nullable MetricGrid lists() {
        if (iouThresholds.isEmpty() && areaRanges.isEmpty() && maxDetections.isEmpty()) {
            return null;
        }
        try {
            return MetricGrid.of(
                    iouThresholds,
                    areaRanges.stream().map(EvaluateCommand::area).toList(),
                    maxDetections);
        } catch (IllegalArgumentException e) {
            throw OperatorException.usage(
                    String.valueOf(e.getMessage()), "check --iou-thresholds, --area-ranges and --max-detections");
        }
    }

    private static AreaBounds area(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length == 3) {
            try {
                return new AreaBounds(parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
            } catch (NumberFormatException e) {
                throw badArea(text, e);
            }
        }
        throw badArea(text, null);
    }

    private static IllegalArgumentException badArea(String text, @Nullable NumberFormatException cause) {
        return new IllegalArgumentException("a size range is NAME:FROM:TO, as tiny:0:256, got " + text, cause);
    }

    private @Nullable Slicing slicing() {
        if ((imageTable == null) != sliceBy.isEmpty()) {
            throw OperatorException.usage("--image-table and --slice-by go together", "give both, or neither");
        }
        return imageTable == null ? null : new Slicing(CommandPath.address(imageTable), sliceBy);
    }
}
