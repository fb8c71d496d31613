package dev.mnc.jobs.evaluate.spark;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.coco.CategoryCurves;
import dev.mnc.evaluation.coco.CategoryCurves.Counts;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.plan.Counters;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.jobs.evaluate.spark.PartitionOutput.Small;
import dev.mnc.jobs.evaluate.spark.RankingRanges.RankPosition;
import dev.mnc.jobs.evaluate.spark.ReduceRanges.Draw;
import dev.mnc.jobs.evaluate.spark.ReduceRanges.Reduction;
import dev.mnc.jobs.evaluate.spark.shuffle.ImagePartitions;
import dev.mnc.jobs.evaluate.spark.shuffle.NumberedPartitions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * COCO's metrics of any number of detections.
 *
 * <ol>
 *   <li>What belongs to an image is brought together and matched; 28 bytes remain of a detection.
 *   <li>The ranking of each category is cut into ranges of about equal size, which are sorted each by itself.
 *   <li>The true and false positives of each range are counted, and added up along each category.
 *   <li>Each range, knowing what comes before it, gives its part of the curves.
 * </ol>
 *
 * The driver sees a few numbers for each category and partition, however many detections there are; nobody sees all of
 * the ground truth. The result does not depend on how anything is spread.
 */
public final class DistributedEvaluation {

    private static final int SAMPLES_A_RANGE = 20;
    private final SparkSession spark;
    private final Request request;
    private final EvaluationPlan plan;
    private final CellRules rules;

    private DistributedEvaluation(SparkSession spark, Request request) {
        this.spark = spark;
        this.request = request;
        this.plan = request.plan();
        this.rules = CellRules.of(plan);
    }

    /**
     * An evaluation to be run.
     *
     * @param plan the matchings, rankings and counters
     * @param smallestRange detections in a range at least, unless its category has fewer
     */
    public record Request(EvaluationPlan plan, int smallestRange) {

        /** Fewer detections than this are not worth a range of their own. */
        public static final int SMALLEST_RANGE = 1 << 14;
    }

    /**
     * The outcome of an evaluation.
     *
     * @param replicates of the specs that are resampled, by number
     * @param blocks the bounds of the blocks of a results file, by number; none if there were none
     */
    public record Found(Outcome outcome, Map<Integer, Replicates> replicates, List<BlockBounds> blocks)
            implements BlockedResult {

        @Override
        public FaultLog faults() {
            return outcome.faults();
        }
    }

    /**
     * Evaluates.
     *
     * @param images rows of {@link ImageRows#SCHEMA}, in any order
     */
    public static Found run(SparkSession spark, JavaRDD<Row> images, Request request) {
        return new DistributedEvaluation(spark, request).run(images);
    }

    private Found run(JavaRDD<Row> images) {
        JavaRDD<PartitionOutput> outputs = ImagePartitions.of(spark, images)
                .mapPartitions(new MatchPartition(plan))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Small small = small(outputs);
            JavaRDD<PartitionOutput> records = outputs.filter(new PartitionOutput.Detections());
            RankingRanges ranges = ranges(records, small.sizes());
            JavaRDD<Tuple2<Integer, byte[]>> ranked = NumberedPartitions.of(
                    records.flatMapToPair(new RankingRanges.Cut(ranges, rules)), ImagePartitions.count(spark));
            Map<Integer, CategoryResult> curves = curves(ranked, ranges, small);
            List<EvaluationResult> results = new ArrayList<>();
            for (int spec = 0; spec < plan.rankingSpecs().size(); spec++) {
                results.add(new EvaluationResult(
                        plan.rankingSpecs().get(spec).matching().type(),
                        categories(spec, small.positives().get(spec), curves)));
            }
            return new Found(
                    new Outcome(plan, results, requireNonNull(small.counters()), small.unlisted(), small.faults()),
                    DistributedReplicates.of(plan, results, outputs, ranked, ranges),
                    small.blocks());
        } finally {
            outputs.unpersist();
        }
    }

    private Small small(JavaRDD<PartitionOutput> outputs) {
        Map<Integer, Long> sizes = new TreeMap<>();
        List<Positives> positives = new ArrayList<>();
        plan.rankingSpecs()
                .forEach(spec -> positives.add(
                        new Positives(spec.rules(), plan.categories().size())));
        Counters counters = new Counters(plan);
        boolean more = false;
        Map<Long, Long> unlisted = new TreeMap<>();
        FaultLog faults = new FaultLog();
        List<BlockBounds> blocks = new ArrayList<>();
        for (byte[] bytes : data(outputs, PartitionOutput.SMALL).collect()) {
            Small part = SerializedObject.object(bytes, Small.class);
            for (int spec = 0; spec < positives.size(); spec++) {
                positives.get(spec).add(part.positives().get(spec));
            }
            Counters own = part.counters();
            if (own != null) {
                counters.add(own, plan);
            }
            more |= own == null;
            part.sizes().forEach((cell, count) -> sizes.merge(cell, count, Long::sum));
            part.unlisted().forEach((category, count) -> unlisted.merge(category, count, Long::sum));
            faults.add(part.faults());
            blocks.addAll(part.blocks());
        }
        if (more) {
            counters.add(large(outputs), plan);
        }
        blocks.sort(Comparator.comparingLong(BlockBounds::block));
        return new Small(sizes, positives, counters, unlisted, faults, blocks);
    }

    private static JavaRDD<byte[]> data(JavaRDD<PartitionOutput> outputs, int cell) {
        return outputs.filter(new PartitionOutput.OfCell(cell)).map(new PartitionOutput.Data());
    }

    private Counters large(JavaRDD<PartitionOutput> outputs) {
        byte[] sum = data(outputs, PartitionOutput.COUNTERS).treeReduce(new MergeCounters(plan));
        return SerializedObject.object(sum, Counters.class);
    }

    private List<CategoryResult> categories(int spec, Positives positives, Map<Integer, CategoryResult> curves) {
        List<CategoryResult> results = new ArrayList<>();
        for (int category = 0; category < plan.categories().size(); category++) {
            int cell = spec * plan.categories().size() + category;
            CategoryResult known = curves.get(cell);
            results.add(
                    known != null
                            ? known
                            : result(cell, new CategoryCurves(rules.of(cell), positives.of(category), plan.target())));
        }
        return results;
    }

    private CategoryResult result(int cell, CategoryCurves curves) {
        return curves.result(rules.categoryId(cell)).reducedTo(rules.keep(cell));
    }

    /** The curves of each cell that has detections. */
    private Map<Integer, CategoryResult> curves(
            JavaRDD<Tuple2<Integer, byte[]>> ranked, RankingRanges ranges, Small small) {
        List<Integer> cells = ranges.cells();
        int categories = plan.categories().size();
        List<long[]> wanted = new ArrayList<>();
        cells.forEach(
                cell -> wanted.add(small.positives().get(cell / categories).of(cell % categories)));
        Map<Integer, Counts> before = ranges.anyCut() ? before(ranked, cells) : Map.of();
        Map<Integer, CategoryCurves> parts = new HashMap<>();
        Map<Integer, CategoryResult> curves = new HashMap<>();
        Draw draw = new Draw(before, wanted, plan.target(), finished(ranges, cells));
        for (Tuple2<Integer, byte[]> part : reduced(ranked, cells, draw)) {
            int cell = cells.get(part._1());
            if (draw.finished().containsKey(part._1())) {
                curves.put(cell, SerializedObject.object(part._2(), CategoryResult.class));
            } else {
                parts.merge(
                        cell, SerializedObject.object(part._2(), CategoryCurves.class), DistributedEvaluation::joined);
            }
        }
        parts.forEach((cell, joined) -> curves.put(cell, result(cell, joined)));
        return curves;
    }

    private Map<Integer, Long> finished(RankingRanges ranges, List<Integer> cells) {
        Map<Integer, Long> finished = new HashMap<>();
        for (int range = 0; range < cells.size(); range++) {
            int cell = cells.get(range);
            if (rules.keep(cell) == RankingSpec.Keep.NUMBERS && ranges.isWhole(cell)) {
                finished.put(range, rules.categoryId(cell));
            }
        }
        return finished;
    }

    private static CategoryCurves joined(CategoryCurves one, CategoryCurves other) {
        one.add(other);
        return one;
    }

    private List<Tuple2<Integer, byte[]>> reduced(
            JavaRDD<Tuple2<Integer, byte[]>> ranked, List<Integer> cells, Reduction reduction) {
        return ranked.mapPartitions(new ReduceRanges(reduction, cells, rules)).collect();
    }

    private Map<Integer, Counts> before(JavaRDD<Tuple2<Integer, byte[]>> ranked, List<Integer> cells) {
        Map<Integer, Counts> counts = new TreeMap<>();
        reduced(ranked, cells, new ReduceRanges.Count())
                .forEach(part -> counts.put(part._1(), SerializedObject.object(part._2(), Counts.class)));
        Map<Integer, Counts> before = new HashMap<>();
        Counts sum = new Counts(rules.of(0));
        int cell = -1;
        for (Map.Entry<Integer, Counts> range : counts.entrySet()) {
            if (cells.get(range.getKey()) != cell) {
                cell = cells.get(range.getKey());
                sum = new Counts(rules.of(cell));
            }
            before.put(range.getKey(), sum.copy(rules.of(cell)));
            sum.add(range.getValue());
        }
        return before;
    }

    private RankingRanges ranges(JavaRDD<PartitionOutput> records, Map<Integer, Long> sizes) {
        long total = sizes.values().stream().mapToLong(Long::longValue).sum();
        long size = Math.max(request.smallestRange(), total / ImagePartitions.count(spark) + 1);
        Map<Integer, Integer> wanted = new TreeMap<>();
        Map<Integer, Integer> steps = new HashMap<>();
        sizes.forEach((cell, count) -> {
            int ranges = (int) ((count + size - 1) / size);
            wanted.put(cell, ranges);
            if (ranges > 1) {
                steps.put(cell, (int) Math.max(1, size / SAMPLES_A_RANGE));
            }
        });
        Map<Integer, List<RankPosition>> samples = new HashMap<>();
        if (!steps.isEmpty()) {
            records.flatMapToPair(new RankingRanges.Sample(steps, rules))
                    .collect()
                    .forEach(sample -> samples.computeIfAbsent(sample._1(), cell -> new ArrayList<>())
                            .add(sample._2()));
        }
        return RankingRanges.of(samples, wanted);
    }
}
