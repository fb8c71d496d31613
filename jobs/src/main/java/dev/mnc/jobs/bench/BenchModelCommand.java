package dev.mnc.jobs.bench;

import dev.mnc.benchmark.ForwardBenchmark;
import dev.mnc.benchmark.ForwardBenchmark.StageTimes;
import dev.mnc.benchmark.ForwardBenchmark.Times;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.cascade.MncConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The command {@code mnc bench model}, which measures the paper's table of times, and the share of bare arithmetic in
 * each.
 */
@Command(
        name = "model",
        description = "Times the forward pass of a network with random weights stage by stage, beside its convolutions"
                + " and matrix products alone.")
final class BenchModelCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--body",
            defaultValue = "vgg16",
            description = "Convolutional layers: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, as released.")
    private MncConfig.Body body = MncConfig.Body.VGG16;

    @Option(names = "--height", defaultValue = "600", description = "Rows of the image, px. Default: ${DEFAULT-VALUE}.")
    private int height;

    @Option(names = "--width", defaultValue = "1000", description = "Its columns, px. Default: ${DEFAULT-VALUE}.")
    private int width;

    @Option(
            names = "--rois",
            defaultValue = "300",
            description = "Boxes that stage 1 proposes. Default: ${DEFAULT-VALUE}.")
    private int rois;

    @Option(
            names = "--classes",
            defaultValue = "21",
            description = "Categories and background. Default: ${DEFAULT-VALUE}.")
    private int classes;

    @Option(
            names = "--stages",
            defaultValue = "5",
            paramLabel = "3|5",
            description = "Stages of the cascade. Default: ${DEFAULT-VALUE}.")
    private int stages;

    @Option(
            names = "--repetitions",
            defaultValue = "5",
            description = "How often everything is timed. Default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Override
    public Integer call() {
        requireAtLeast("--height", height, 16);
        requireAtLeast("--width", width, 16);
        requireAtLeast("--rois", rois, 1);
        requireAtLeast("--classes", classes, 2);
        requireAtLeast("--repetitions", repetitions, 1);
        if (stages != 3 && stages != 5) {
            throw OperatorException.usage("--stages is " + stages, "a cascade has 3 or 5 stages");
        }
        Console console = common.console();
        int threads = Runtime.getRuntime().availableProcessors();
        console.note(String.format(
                Locale.ROOT,
                "timing %s, %d stages, on %d x %d px with %d RoIs and %d classes, %d threads",
                name(),
                stages,
                height,
                width,
                rois,
                classes,
                threads));
        ForwardBenchmark.Report report = ForwardBenchmark.run(config(), height, width, threads, repetitions);
        console.result(text(report), json(report, threads));
        return 0;
    }

    private static void requireAtLeast(String option, int value, int least) {
        if (value < least) {
            throw OperatorException.usage(option + " is " + value, "give a number of at least " + least);
        }
    }

    private String name() {
        return body.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the body's usual network; for the body that was released, the released network. */
    private MncConfig config() {
        MncConfig usual = MncConfig.of(body, classes - 1, stages == 3 ? 1 : 2);
        MncConfig config = body == MncConfig.Body.VGG16 ? usual.asReleased(MncConfig.Warp.SecondRound.POOLED) : usual;
        MncConfig.Proposals own = config.proposals();
        return config.withProposals(
                new MncConfig.Proposals(own.candidates(), rois, own.iou(), own.minSide()), config.trainingProposals());
    }

    /** Returns the time of the whole pass over that of its stages run one by one. */
    private static Times other(ForwardBenchmark.Report report) {
        Times whole = report.whole().forward();
        return new Times(
                whole.cpu()
                        - report.stages().stream()
                                .mapToDouble(stage -> stage.forward().cpu())
                                .sum(),
                whole.wall()
                        - report.stages().stream()
                                .mapToDouble(stage -> stage.forward().wall())
                                .sum());
    }

    private String text(ForwardBenchmark.Report report) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "parameters   %,d", report.parameters()));
        lines.add(String.format(Locale.ROOT, "proposals    %d of %d", report.proposals(), rois));
        report.peakBytes()
                .ifPresent(bytes ->
                        lines.add(String.format(Locale.ROOT, "peak memory  %.2f GiB", bytes / (double) (1L << 30))));
        lines.add("");
        lines.add("             forward           products alone    CPU over");
        lines.add("seconds      CPU      wall     CPU      wall     products");
        report.stages().forEach(stage -> lines.add(line(stage)));
        Times other = other(report);
        lines.add(String.format(Locale.ROOT, "%-10s %7.3f  %7.3f", "other", other.cpu(), other.wall()));
        lines.add(line(report.whole()));
        return String.join(System.lineSeparator(), lines);
    }

    private static String line(StageTimes stage) {
        return String.format(
                Locale.ROOT,
                "%-10s %7.3f  %7.3f  %7.3f  %7.3f  %7.3f",
                stage.stage(),
                stage.forward().cpu(),
                stage.forward().wall(),
                stage.bare().cpu(),
                stage.bare().wall(),
                stage.forward().cpu() / stage.bare().cpu());
    }

    private Map<String, Object> json(ForwardBenchmark.Report report, int threads) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("body", name());
        json.put("height", height);
        json.put("width", width);
        json.put("rois", rois);
        json.put("classes", classes);
        json.put("stage_count", stages);
        json.put("repetitions", repetitions);
        json.put("threads", threads);
        json.put("parameters", report.parameters());
        json.put("proposals", report.proposals());
        report.peakBytes().ifPresent(bytes -> json.put("peak_bytes", bytes));
        json.put("stages", report.stages());
        json.put("other", other(report));
        json.put("whole", report.whole());
        json.put("ratio", report.ratio());
        return json;
    }
}
