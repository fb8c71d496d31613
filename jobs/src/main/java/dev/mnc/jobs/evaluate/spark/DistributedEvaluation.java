package dev.mnc.jobs.evaluate.spark;

import static java.util.Objects.requireNonNull;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;

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
import dev.mnc.jobs.evaluate.spark.RankingRanges.Place;
import dev.mnc.jobs.evaluate.spark.ReduceRanges.Draw;
import dev.mnc.jobs.evaluate.spark.ReduceRanges.Reduction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
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
    private static final StructType RANGES =
            new StructType().add("range", IntegerType, false).add("data", BinaryType, false);
    private static final StructType SAMPLES = new StructType()
            .add("cell", IntegerType, false)
            .add("score", DoubleType, false)
            .add("image_id", LongType, false)
            .add("rank", IntegerType, false);

    private final SparkSession spark;
    private final Request request;
    private final EvaluationPlan pass;
    private final CellRules rules;

    private DistributedEvaluation(SparkSession spark, Request request) {
        this.spark = spark;
        this.request = request;
        this.pass = request.pass();
        this.rules = CellRules.of(pass);
    }

    /**
     * What is to be evaluated, and how.
     *
     * @param pass what is to be found out
     * @param smallestRange detections in a range at least, unless its category has fewer
     */
    public record Request(EvaluationPlan pass, int smallestRange) {

        /** Fewer detections than this are not worth a range of their own. */
        public static final int SMALLEST_RANGE = 1 << 14;
    }

    /**
     * What has been found out.
     *
     * @param replicates of the lanes that are resampled, by number
     * @param blocks what became of the blocks of a results file, by number; none if there were none
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
    public static Found run(SparkSession spark, Dataset<Row> images, Request request) {
        return new DistributedEvaluation(spark, request).run(images);
    }

    private Found run(Dataset<Row> images) {
        Dataset<Row> pieces = images.repartition(col("image_id"))
                .sortWithinPartitions("image_id", "kind", "ordinal")
                .mapPartitions(new MatchPartition(pass), Encoders.row(PartitionOutput.SCHEMA))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Small small = small(pieces);
            Dataset<Row> records = pieces.filter(col("cell").geq(0));
            RankingRanges ranges = ranges(records, small.sizes());
            JavaRDD<Row> ranked = records.flatMap(new RankingRanges.Cut(ranges, rules), Encoders.row(RANGES))
                    .repartition(col("range"))
                    .sortWithinPartitions("range")
                    .toJavaRDD();
            Map<Integer, CategoryResult> curves = curves(ranked, ranges, small);
            List<EvaluationResult> results = new ArrayList<>();
            for (int lane = 0; lane < pass.rankingSpecs().size(); lane++) {
                results.add(new EvaluationResult(
                        pass.rankingSpecs().get(lane).matching().type(),
                        categories(lane, small.positives().get(lane), curves)));
            }
            return new Found(
                    new Outcome(pass, results, requireNonNull(small.tallies()), small.unlisted(), small.faults()),
                    DistributedReplicates.of(pass, results, pieces, ranked, ranges),
                    small.blocks());
        } finally {
            pieces.unpersist();
        }
    }

    private Small small(Dataset<Row> pieces) {
        Map<Integer, Long> sizes = new TreeMap<>();
        List<Positives> positives = new ArrayList<>();
        pass.rankingSpecs()
                .forEach(lane -> positives.add(
                        new Positives(lane.rules(), pass.categories().size())));
        Counters tallies = new Counters(pass);
        boolean more = false;
        Map<Long, Long> unlisted = new TreeMap<>();
        FaultLog faults = new FaultLog();
        List<BlockBounds> blocks = new ArrayList<>();
        for (Row row : pieces.filter(col("cell").equalTo(PartitionOutput.SMALL)).collectAsList()) {
            Small part = SerializedObject.object(row.<byte[]>getAs(2), Small.class);
            for (int lane = 0; lane < positives.size(); lane++) {
                positives.get(lane).add(part.positives().get(lane));
            }
            Counters its = part.tallies();
            if (its != null) {
                tallies.add(its, pass);
            }
            more |= its == null;
            part.sizes().forEach((cell, count) -> sizes.merge(cell, count, Long::sum));
            part.unlisted().forEach((category, count) -> unlisted.merge(category, count, Long::sum));
            faults.add(part.faults());
            blocks.addAll(part.blocks());
        }
        if (more) {
            tallies.add(large(pieces), pass);
        }
        blocks.sort(Comparator.comparingLong(BlockBounds::block));
        return new Small(sizes, positives, tallies, unlisted, faults, blocks);
    }

    private Counters large(Dataset<Row> pieces) {
        byte[] sum = pieces.filter(col("cell").equalTo(PartitionOutput.TALLIES))
                .toJavaRDD()
                .map(new MergeCounters.Data())
                .treeReduce(new MergeCounters(pass));
        return SerializedObject.object(sum, Counters.class);
    }

    private List<CategoryResult> categories(int lane, Positives positives, Map<Integer, CategoryResult> curves) {
        List<CategoryResult> results = new ArrayList<>();
        for (int category = 0; category < pass.categories().size(); category++) {
            int cell = lane * pass.categories().size() + category;
            CategoryResult its = curves.get(cell);
            results.add(
                    its != null
                            ? its
                            : result(cell, new CategoryCurves(rules.of(cell), positives.of(category), pass.target())));
        }
        return results;
    }

    private CategoryResult result(int cell, CategoryCurves curves) {
        return curves.result(rules.categoryId(cell)).reducedTo(rules.keep(cell));
    }

    /** The curves of each cell that has detections. */
    private Map<Integer, CategoryResult> curves(JavaRDD<Row> ranked, RankingRanges ranges, Small small) {
        List<Integer> cells = ranges.cells();
        int categories = pass.categories().size();
        List<long[]> wanted = new ArrayList<>();
        cells.forEach(
                cell -> wanted.add(small.positives().get(cell / categories).of(cell % categories)));
        Map<Integer, Counts> before = ranges.anyCut() ? before(ranked, cells) : Map.of();
        Map<Integer, CategoryCurves> parts = new HashMap<>();
        Map<Integer, CategoryResult> curves = new HashMap<>();
        Draw draw = new Draw(before, wanted, pass.target(), finished(ranges, cells));
        for (Tuple2<Integer, byte[]> part : reduced(ranked, cells, draw)) {
            int cell = cells.get(part._1());
            if (draw.finished().containsKey(part._1())) {
                curves.put(cell, SerializedObject.object(part._2(), CategoryResult.class));
            } else {
                parts.merge(
                        cell, SerializedObject.object(part._2(), CategoryCurves.class), DistributedEvaluation::joined);
            }
        }
        parts.forEach((cell, its) -> curves.put(cell, result(cell, its)));
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

    private List<Tuple2<Integer, byte[]>> reduced(JavaRDD<Row> ranked, List<Integer> cells, Reduction reduction) {
        return ranked.mapPartitions(new ReduceRanges(reduction, cells, rules)).collect();
    }

    private Map<Integer, Counts> before(JavaRDD<Row> ranked, List<Integer> cells) {
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

    private RankingRanges ranges(Dataset<Row> records, Map<Integer, Long> sizes) {
        long total = sizes.values().stream().mapToLong(Long::longValue).sum();
        int partitions = Integer.parseInt(spark.conf().get("spark.sql.shuffle.partitions"));
        long size = Math.max(request.smallestRange(), total / partitions + 1);
        Map<Integer, Integer> wanted = new TreeMap<>();
        Map<Integer, Integer> steps = new HashMap<>();
        sizes.forEach((cell, count) -> {
            int its = (int) ((count + size - 1) / size);
            wanted.put(cell, its);
            if (its > 1) {
                steps.put(cell, (int) Math.max(1, size / SAMPLES_A_RANGE));
            }
        });
        Map<Integer, List<Place>> samples = new HashMap<>();
        if (!steps.isEmpty()) {
            Dataset<Row> places = records.flatMap(new RankingRanges.Sample(steps, rules), Encoders.row(SAMPLES));
            for (Row row : places.collectAsList()) {
                samples.computeIfAbsent(row.getInt(0), cell -> new ArrayList<>())
                        .add(new Place(row.getDouble(1), row.getLong(2), row.getInt(3)));
            }
        }
        return RankingRanges.of(samples, wanted);
    }
}
