package dev.mnc.benchmark;

import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.SessionConfig;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A benchmark of a network's forward pass, whole and stage by stage, and of the convolutions and matrix products it
 * consists of, each alone: the lower bound for any arrangement of these layers.
 *
 * <p>Weights and the image are random, everything else is as when images are labelled: the graph, the session's
 * settings, the proposals, which come from the network itself. A stage is fed the outputs that the stages before it had
 * in the warm-up. The bare products run in the same session on the same weights, one after the other, with inputs of
 * the shapes they have in the network. All are run in turn and repeated; the median counts. CPU time is that of the
 * whole process, which Linux counts in ticks of 10 ms; short parts are run many times in a row and the time is divided.
 */
public final class ForwardBenchmark {

    /** Times in seconds: of all threads together, and on the clock. */
    public record Times(double cpu, double wall) {

        /** Returns the process's CPU time and the clock, counted from any origin. */
        static Times now() {
            long cpu =
                    ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                            ? os.getProcessCpuTime()
                            : 0;
            return new Times(cpu / 1e9, System.nanoTime() / 1e9);
        }

        Times since(Times start) {
            return new Times(cpu - start.cpu, wall - start.wall);
        }

        Times over(int runs) {
            return new Times(cpu / runs, wall / runs);
        }

        static Times median(List<Times> all) {
            return new Times(
                    median(all.stream().mapToDouble(Times::cpu).toArray()),
                    median(all.stream().mapToDouble(Times::wall).toArray()));
        }

        private static double median(double[] values) {
            Arrays.sort(values);
            int half = values.length / 2;
            return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
        }
    }

    /**
     * The times of one stage.
     *
     * @param stage name in the paper's table of times
     * @param forward of everything in it
     * @param bare of its convolutions and matrix products, each alone
     */
    public record StageTimes(String stage, Times forward, Times bare) {}

    /**
     * The results of the benchmark.
     *
     * @param parameters number of values in the variables
     * @param proposals boxes that stage 1 proposed; the network computes with its limit of them in any case
     * @param stages in the order in which they run
     * @param whole the signature {@code detect} in one run, and the sum of all bare products
     * @param peakBytes the most memory the process held until the first whole forward pass was done; empty where the
     *     system does not say
     */
    public record Report(
            long parameters, int proposals, List<StageTimes> stages, StageTimes whole, OptionalLong peakBytes) {

        public Report {
            stages = List.copyOf(stages);
        }

        /** Returns the CPU time of the forward pass over that of its products. */
        public double ratio() {
            return whole.forward().cpu() / whole.bare().cpu();
        }
    }

    /** The least time of a measurement; shorter parts are repeated until they take about so long. */
    private static final double MEASURED_SECONDS = 0.3;

    private final Ops tf;
    private final Session session;
    private final List<DetectGraph.Stage> stages;
    private final List<Op> fetches = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();

    private ForwardBenchmark(Ops tf, Session session, List<DetectGraph.Stage> stages) {
        this.tf = tf;
        this.session = session;
        this.stages = stages;
        for (DetectGraph.Stage stage : stages) {
            stage.results().forEach(fetches::add);
        }
    }

    /** A tensor and the operand for which it is fed. */
    private record Fed(Operand<?> operand, Tensor tensor) {}

    /** A stage with the tensors it is fed, and its products with the tensors they are fed. */
    private record Part(DetectGraph.Stage stage, List<Fed> feeds, List<Bare> bare) {}

    private record Bare(Op product, Placeholder<TFloat32> input, Shape shape) {}

    /**
     * Runs the benchmark.
     *
     * @param config the network
     * @param height rows of the image, px
     * @param width columns of the image, px
     * @param threads of one operation, at least 1
     * @param repetitions of each measurement, at least 1
     */
    public static Report run(MncConfig config, int height, int width, int threads, int repetitions) {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Layers layers = new Layers(tf, 1);
            DetectGraph detect = new DetectGraph(tf, config, layers);
            detect.build();
            try (Session session = new Session(graph, SessionConfig.ofThreads(threads));
                    TFloat32 info = TFloat32.tensorOf(Shape.of(1, 3), DataBuffers.of(height, width, 1f))) {
                session.initialize();
                return new ForwardBenchmark(tf, session, detect.stages())
                        .report(info, Shape.of(1, height, width, 3), repetitions, layers.parameters());
            }
        }
    }

    private Report report(TFloat32 info, Shape imageShape, int repetitions, long parameters) {
        Placeholder<TInt32> sides = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
        Operand<TFloat32> noise = tf.math.mul(
                tf.constant(100f),
                tf.math.sub(
                        tf.random.randomUniform(sides, TFloat32.class, RandomUniform.seed(1L), RandomUniform.seed2(2L)),
                        tf.constant(0.5f)));
        Noise random = new Noise(session, sides, noise);
        try (Result image = random.of(imageShape)) {
            List<Fed> inputs = List.of(
                    new Fed(stages.get(0).reads().get(0), image.get(0)),
                    new Fed(stages.get(1).reads().get(1), info));
            forward(inputs, fetches).close();
            OptionalLong peak = ProcessMemory.peak();
            try (Result results = prepare(inputs)) {
                int proposals = ((TInt32) results.get(2)).getInt(0);
                return timed(inputs, random, repetitions, parameters, proposals, peak);
            }
        }
    }

    private record Noise(Session session, Placeholder<TInt32> sides, Operand<TFloat32> values) {

        Result of(Shape shape) {
            int[] lengths =
                    Arrays.stream(shape.asArray()).mapToInt(Math::toIntExact).toArray();
            try (TInt32 tensor = TInt32.vectorOf(lengths)) {
                return session.runner().feed(sides, tensor).fetch(values).run();
            }
        }
    }

    /** Runs once and records the tensors each stage is fed, and the shapes of the inputs of each product. */
    private Result prepare(List<Fed> inputs) {
        List<Op> fetched = new ArrayList<>(fetches);
        for (DetectGraph.Stage stage : stages) {
            stage.products().forEach(product -> fetched.add(tf.shape(product.input())));
        }
        Result results = forward(inputs, fetched);
        List<Fed> feeds = new ArrayList<>(inputs);
        for (int i = 0; i < fetches.size(); i++) {
            feeds.add(new Fed((Operand<?>) fetches.get(i), results.get(i)));
        }
        int next = fetches.size();
        for (DetectGraph.Stage stage : stages) {
            List<Fed> own = feeds.stream()
                    .filter(fed -> stage.reads().stream()
                            .anyMatch(read -> read.asOutput().equals(fed.operand.asOutput())))
                    .toList();
            List<Bare> bare = new ArrayList<>();
            for (Layers.Product product : stage.products()) {
                TInt32 lengths = (TInt32) results.get(next++);
                long[] shape = new long[(int) lengths.size()];
                Arrays.setAll(shape, axis -> lengths.getInt(axis));
                Placeholder<TFloat32> input = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
                bare.add(new Bare(product.of(tf, input), input, Shape.of(shape)));
            }
            parts.add(new Part(stage, own, bare));
        }
        return results;
    }

    private Report timed(
            List<Fed> inputs, Noise random, int repetitions, long parameters, int proposals, OptionalLong peak) {
        int wholeRuns = 1;
        int[] runs = new int[parts.size()];
        Arrays.fill(runs, 1);
        List<Times> whole = new ArrayList<>();
        List<Times> bareSums = new ArrayList<>();
        List<List<Times>> forward = new ArrayList<>();
        List<List<Times>> bare = new ArrayList<>();
        parts.forEach(part -> {
            forward.add(new ArrayList<>());
            bare.add(new ArrayList<>());
        });
        // In the first repetition TensorFlow still optimises each graph; the second tells how often a short one has to
        // run.
        for (int repetition = -2; repetition < repetitions; repetition++) {
            Times sum = new Times(0, 0);
            Times wholeTime = forwardTime(inputs, fetches, wholeRuns);
            wholeRuns = repetition == -1 ? enough(wholeTime) : wholeRuns;
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                Times alone = bareTime(part, random, runs[i]);
                sum = new Times(sum.cpu + alone.cpu, sum.wall + alone.wall);
                Times own = forwardTime(part.feeds, part.stage.results(), runs[i]);
                runs[i] = repetition == -1 ? enough(own) : runs[i];
                if (repetition >= 0) {
                    forward.get(i).add(own);
                    bare.get(i).add(alone);
                }
            }
            if (repetition >= 0) {
                whole.add(wholeTime);
                bareSums.add(sum);
            }
        }
        List<StageTimes> times = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            times.add(
                    new StageTimes(parts.get(i).stage.name(), Times.median(forward.get(i)), Times.median(bare.get(i))));
        }
        StageTimes all = new StageTimes("whole", Times.median(whole), Times.median(bareSums));
        return new Report(parameters, proposals, times, all, peak);
    }

    /** Returns the number of runs after which ticks of the CPU's clock are small against the measured time. */
    private static int enough(Times once) {
        return (int) Math.max(1, Math.ceil(MEASURED_SECONDS / Math.max(once.wall, 1e-6)));
    }

    private Times forwardTime(List<Fed> feeds, List<? extends Op> fetched, int runs) {
        Times start = Times.now();
        for (int run = 0; run < runs; run++) {
            forward(feeds, fetched).close();
        }
        return Times.now().since(start).over(runs);
    }

    private Times bareTime(Part part, Noise random, int runs) {
        Times sum = new Times(0, 0);
        for (Bare bare : part.bare) {
            try (Result input = random.of(bare.shape)) {
                Times start = Times.now();
                for (int run = 0; run < runs; run++) {
                    session.runner()
                            .feed(bare.input, input.get(0))
                            .addTarget(bare.product)
                            .run()
                            .close();
                }
                Times time = Times.now().since(start).over(runs);
                sum = new Times(sum.cpu + time.cpu, sum.wall + time.wall);
            }
        }
        return sum;
    }

    private Result forward(List<Fed> feeds, List<? extends Op> fetched) {
        Session.Runner runner = session.runner();
        feeds.forEach(fed -> runner.feed(fed.operand, fed.tensor));
        fetched.forEach(result -> runner.fetch((Operand<?>) result));
        return runner.run();
    }
}
