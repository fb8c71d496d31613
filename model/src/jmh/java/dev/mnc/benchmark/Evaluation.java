package dev.mnc.benchmark;

import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The evaluation of as many detections as val2017 has with 100 an image, without files; an operation is all of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
public class Evaluation {

    /** The shapes that are compared. */
    @Param({"SEGM", "BBOX"})
    public IouType type = IouType.SEGM;

    private final EvaluationWorkload work = new EvaluationWorkload(5000, 1000, 100, 2017);
    private ExecutorService threads = Executors.newSingleThreadExecutor();

    /** Takes one thread, so that time is time of the processor. */
    @Setup
    public void start() {
        threads = Executors.newSingleThreadExecutor();
    }

    /** Lets it go. */
    @TearDown
    public void stop() {
        threads.shutdownNow();
    }

    /** Decoding, matching, ranking, curves. */
    @Benchmark
    public Outcome evaluate() {
        return new CocoEvaluation(EvaluationPlan.coco(
                        List.of(type), DetectionArea.COMPARED, Compat.NONE, EvaluationWorkload.categories()))
                .evaluate(work, new FaultLog(), threads);
    }
}
