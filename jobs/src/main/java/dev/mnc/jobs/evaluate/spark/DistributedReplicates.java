package dev.mnc.jobs.evaluate.spark;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.bootstrap.CategoryReplicates;
import dev.mnc.evaluation.bootstrap.ReplicateCurves;
import dev.mnc.evaluation.bootstrap.ReplicateCurves.Counts;
import dev.mnc.evaluation.bootstrap.ReplicateRequest;
import dev.mnc.evaluation.bootstrap.ReplicateRequest.Cut;
import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.curves.PositiveImages;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.plan.EvaluationPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.api.java.function.PairFunction;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Replicates of any number of detections, along the same ranges as the point estimate. A category ends where its ranges
 * meet: the driver gets its numbers in each replicate, never a curve.
 */
final class DistributedReplicates {

    private final EvaluationPlan plan;
    private final List<EvaluationResult> results;
    private final ImageWeights weights;
    private final RankingRanges ranges;
    private final List<Integer> cells;
    private final CellRules rules;

    private DistributedReplicates(EvaluationPlan plan, List<EvaluationResult> results, RankingRanges ranges) {
        this.plan = plan;
        this.results = results;
        this.weights = requireNonNull(plan.weights(), "weights");
        this.ranges = ranges;
        this.cells = ranges.cells();
        this.rules = CellRules.of(plan);
    }

    /**
     * The replicates of the specs that are resampled, by number.
     *
     * @param results of every spec
     * @param outputs see {@link PartitionOutput}
     * @param ranked the ranges
     */
    static Map<Integer, Replicates> of(
            EvaluationPlan plan,
            List<EvaluationResult> results,
            JavaRDD<PartitionOutput> outputs,
            JavaRDD<Tuple2<Integer, byte[]>> ranked,
            RankingRanges ranges) {
        return plan.weights() == null
                ? Map.of()
                : new DistributedReplicates(plan, results, ranges).run(outputs, ranked);
    }

    private Map<Integer, Replicates> run(JavaRDD<PartitionOutput> outputs, JavaRDD<Tuple2<Integer, byte[]>> ranked) {
        Map<Integer, double[]> wanted = wanted(outputs);
        Map<Integer, CategoryReplicates> known = drawn(ranked, wanted);
        Map<Integer, Replicates> replicates = new TreeMap<>();
        int categories = plan.categories().size();
        for (int spec = 0; spec < plan.rankingSpecs().size(); spec++) {
            if (plan.resamples(spec)) {
                List<CategoryReplicates> byCategory = new ArrayList<>();
                for (int category = 0; category < categories; category++) {
                    int cell = spec * categories + category;
                    CategoryReplicates there = known.get(cell);
                    byCategory.add(
                            there != null
                                    ? there
                                    : curves(cell, wanted)
                                            .result(plan.categories().id(category)));
                }
                replicates.put(spec, new Replicates(byCategory));
            }
        }
        return replicates;
    }

    private ReplicateCurves curves(int cell, Map<Integer, double[]> wanted) {
        return new ReplicateCurves(rules.replicates(cell), weights, 0, wanted(cell, wanted), cuts(cell));
    }

    private double[] cuts(int cell) {
        int categories = rules.categories().size();
        return ReplicateRequest.cuts(results.get(cell / categories).categories().get(cell % categories));
    }

    private double[] wanted(int cell, Map<Integer, double[]> wanted) {
        return wanted.getOrDefault(cell, new double[rules.of(cell).areas() * weights.replicates()]);
    }

    /** The objects to be found by cell, {@code [size range][replicate]}; none where a cell is missing. */
    private Map<Integer, double[]> wanted(JavaRDD<PartitionOutput> outputs) {
        return outputs.filter(new PartitionOutput.OfCell(PartitionOutput.OBJECTS))
                .flatMapToPair(new Weigh(rules, weights))
                .reduceByKey(new Sum())
                .collectAsMap();
    }

    /** The objects of some images, weighted. */
    private record Weigh(CellRules rules, ImageWeights weights)
            implements PairFlatMapFunction<PartitionOutput, Integer, double[]> {

        @Override
        public Iterator<Tuple2<Integer, double[]>> call(PartitionOutput objects) {
            int spec = objects.count();
            PositiveImages images = SerializedObject.object(objects.data(), PositiveImages.class);
            MatchRules matching = rules.specs().get(spec);
            double[][] wanted =
                    images.weighted(rules.categories().size(), matching.areas(), weights, 0, weights.replicates());
            List<Tuple2<Integer, double[]>> sums = new ArrayList<>();
            for (int category = 0; category < wanted.length; category++) {
                sums.add(new Tuple2<>(spec * rules.categories().size() + category, wanted[category]));
            }
            return sums.iterator();
        }
    }

    /** Whole numbers, so their order does not matter. */
    private record Sum() implements Function2<double[], double[], double[]> {

        @Override
        public double[] call(double[] one, double[] other) {
            double[] sum = one.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += other[i];
            }
            return sum;
        }
    }

    /** The ranges of some numbers. */
    private record Only(Set<Integer> numbers) implements Function<Tuple2<Integer, byte[]>, Boolean> {

        @Override
        public Boolean call(Tuple2<Integer, byte[]> range) {
            return numbers.contains(range._1());
        }
    }

    private Map<Integer, CategoryReplicates> drawn(
            JavaRDD<Tuple2<Integer, byte[]>> ranked, Map<Integer, double[]> wanted) {
        Set<Integer> resampled = new HashSet<>();
        List<double[]> byRange = new ArrayList<>();
        List<double[]> cuts = new ArrayList<>();
        List<Long> categories = new ArrayList<>();
        for (int range = 0; range < cells.size(); range++) {
            int cell = cells.get(range);
            if (plan.resamples(cell / rules.categories().size())) {
                resampled.add(range);
            }
            byRange.add(wanted(cell, wanted));
            cuts.add(cuts(cell));
            categories.add(plan.categories().id(cell % rules.categories().size()));
        }
        JavaRDD<Tuple2<Integer, byte[]>> drawnFrom = ranked.filter(new Only(resampled));
        ReduceRanges draw = new ReduceRanges(
                new ReduceRanges.DrawReplicates(weights, before(drawnFrom), byRange, cuts, categories), cells, rules);
        Map<Integer, CategoryReplicates> drawn = new HashMap<>();
        drawnFrom
                .mapPartitions(draw)
                .mapToPair(new ToCell(cells))
                .groupByKey()
                .mapToPair(new Join(rules, weights, wanted))
                .collect()
                .forEach(cell -> drawn.put(cell._1(), SerializedObject.object(cell._2(), CategoryReplicates.class)));
        return drawn;
    }

    /** What stands before each range of the cells that have several. */
    private Map<Integer, Counts> before(JavaRDD<Tuple2<Integer, byte[]>> ranked) {
        Set<Integer> several = new HashSet<>();
        for (int range = 0; range < cells.size(); range++) {
            if (!ranges.cuts().getOrDefault(cells.get(range), List.of()).isEmpty()) {
                several.add(range);
            }
        }
        if (several.isEmpty()) {
            return Map.of();
        }
        ReduceRanges count = new ReduceRanges(new ReduceRanges.CountReplicates(weights), cells, rules);
        Map<Integer, Counts> counts = new HashMap<>();
        ranked.filter(new Only(several))
                .mapPartitions(count)
                .collect()
                .forEach(part -> counts.put(part._1(), SerializedObject.object(part._2(), Counts.class)));
        Map<Integer, Counts> before = new HashMap<>();
        Counts sum = new Counts(rules.of(0), weights.replicates());
        for (int range = 0; range < cells.size(); range++) {
            MatchRules matching = rules.of(cells.get(range));
            if (range == 0 || !cells.get(range).equals(cells.get(range - 1))) {
                sum = new Counts(matching, weights.replicates());
            }
            if (several.contains(range)) {
                before.put(range, sum.copy(matching));
                Counts here = counts.get(range);
                if (here != null) {
                    sum.add(here);
                }
            }
        }
        return before;
    }

    /** Brings the ranges of a cell together. */
    private record ToCell(List<Integer> cells) implements PairFunction<Tuple2<Integer, byte[]>, Integer, byte[]> {

        @Override
        public Tuple2<Integer, byte[]> call(Tuple2<Integer, byte[]> range) {
            return new Tuple2<>(cells.get(range._1()), range._2());
        }
    }

    /** Makes the numbers of a cell from what its ranges gave. */
    private record Join(CellRules rules, ImageWeights weights, Map<Integer, double[]> wanted)
            implements PairFunction<Tuple2<Integer, Iterable<byte[]>>, Integer, byte[]> {

        @Override
        public Tuple2<Integer, byte[]> call(Tuple2<Integer, Iterable<byte[]>> parts) {
            int cell = parts._1();
            MatchRules matching = rules.of(cell);
            @Nullable ReplicateCurves sum = null;
            for (byte[] part : parts._2()) {
                Object known = SerializedObject.object(part, Object.class);
                if (known instanceof CategoryReplicates) {
                    return new Tuple2<>(cell, part);
                }
                if (sum == null) {
                    double[] none = new double[matching.areas() * weights.replicates()];
                    // What lies above a cut has been counted already.
                    double[] cuts = new double[Cut.values().length];
                    sum = new ReplicateCurves(
                            rules.replicates(cell), weights, 0, wanted.getOrDefault(cell, none), cuts);
                }
                sum.addBytes((byte[]) known);
            }
            return new Tuple2<>(cell, SerializedObject.bytes(requireNonNull(sum).result(rules.categoryId(cell))));
        }
    }
}
