package dev.mnc.jobs.bench;

import dev.mnc.benchmark.EvaluationWorkload;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc bench evaluate}, which measures the cost of matching and accumulation, without files. */
@Command(
        name = "evaluate",
        description = "Times the evaluation of masks that it makes itself, as many as COCO's val2017 has or many times"
                + " more; no file is read or written.")
final class BenchEvaluateCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--detections",
            defaultValue = "500000",
            description = "How many, of all images together. Default: ${DEFAULT-VALUE}.")
    private int detections;

    @Option(
            names = "--detections-per-image",
            defaultValue = "100",
            description = "How many of them an image has. Default: ${DEFAULT-VALUE}.")
    private int perImage;

    @Option(
            names = "--distinct-images",
            defaultValue = "1000",
            description = "Images that differ in more than their scores; they are made before the clock starts."
                    + " Default: ${DEFAULT-VALUE}.")
    private int distinct;

    @Option(
            names = "--iou-type",
            split = ",",
            defaultValue = "segm",
            description = "What to compare. Default: ${DEFAULT-VALUE}.")
    private List<IouType> iouTypes = List.of();

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "How often; the first ones warm up, each is reported. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--seed", defaultValue = "2017", description = "Decides everything. Default: ${DEFAULT-VALUE}.")
    private long seed;

    /**
     * The time of a round.
     *
     * @param wallSeconds from its start to its end
     * @param cpuSeconds of all threads of the process, compiler and garbage collector included
     */
    record Round(double wallSeconds, double cpuSeconds) {}

    /**
     * The result of the benchmark.
     *
     * @param heapPeakMib peak of the used heap, as the collector saw it
     * @param ap average precision, printed so that no work can be optimised away
     */
    record Result(
            long detections,
            int images,
            int threads,
            List<Round> rounds,
            double heapPeakMib,
            long heapLimitMib,
            double ap) {}

    @Override
    public Integer call() {
        if (detections < perImage || perImage < 1 || distinct < 1 || rounds < 1) {
            throw OperatorException.usage(
                    String.format(
                            Locale.ROOT,
                            "--detections %d, --detections-per-image %d, --distinct-images %d, --rounds %d",
                            detections,
                            perImage,
                            distinct,
                            rounds),
                    "each must be at least 1, and there must be detections for one image at least");
        }
        common.console().note("making " + distinct + " images");
        EvaluationWorkload workload = new EvaluationWorkload(detections / perImage, distinct, perImage, seed);
        CocoEvaluation evaluation = new CocoEvaluation(
                EvaluationPlan.coco(iouTypes, DetectionArea.COMPARED, Compat.NONE, EvaluationWorkload.categories()));
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Round> measured = new ArrayList<>();
        double ap = 0;
        resetPeak();
        try {
            for (int round = 0; round < rounds; round++) {
                long wall = System.nanoTime();
                long cpu = processCpu();
                ap = evaluation
                        .evaluate(workload, new FaultLog(), pool)
                        .results()
                        .get(0)
                        .metric(Metric.AP);
                measured.add(new Round((System.nanoTime() - wall) / 1e9, (processCpu() - cpu) / 1e9));
                common.console().note(measured.get(round).toString());
            }
        } finally {
            pool.shutdownNow();
        }
        Result result = new Result(
                (long) workload.images() * perImage,
                workload.images(),
                threads,
                measured,
                peak() / 1048576.0,
                Runtime.getRuntime().maxMemory() >> 20,
                ap);
        common.console().result(text(result), result);
        return ExitCode.OK;
    }

    private static String text(Result result) {
        Round last = result.rounds().get(result.rounds().size() - 1);
        return String.format(
                Locale.ROOT,
                "%d detections in %d images: %.2f s, %.2f CPU s on %d threads, heap peak %.0f of %d MiB",
                result.detections(),
                result.images(),
                last.wallSeconds(),
                last.cpuSeconds(),
                result.threads(),
                result.heapPeakMib(),
                result.heapLimitMib());
    }

    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static List<MemoryPoolMXBean> heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    private static void resetPeak() {
        heap().forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    private static long peak() {
        return heap().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    }
}
