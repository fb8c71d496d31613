package dev.mnc.jobs.evaluate.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;

import dev.mnc.evaluation.coco.CategoryCurves;
import dev.mnc.evaluation.coco.CategoryCurves.Counts;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.CocoEvaluation.Outcome;
import dev.mnc.evaluation.coco.DetectionArea;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.FaultLog;
import dev.mnc.evaluation.coco.LongIndex;
import dev.mnc.evaluation.coco.MatchRules;
import dev.mnc.evaluation.coco.Positives;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.evaluate.distributed.Pieces.Small;
import dev.mnc.jobs.evaluate.distributed.Ranges.Place;
import dev.mnc.jobs.evaluate.distributed.ReduceRanges.Reduction;
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

    private DistributedEvaluation(SparkSession spark, Request request) {
        this.spark = spark;
        this.request = request;
    }

    /**
     * What is to be evaluated, and how.
     *
     * @param types what is compared
     * @param area which area of a detection counts
     * @param rules what counts as found
     * @param categories ids of the listed categories
     * @param smallestRange detections in a range at least, unless its category has fewer
     */
    public record Request(
            List<IouType> types, DetectionArea area, MatchRules rules, LongIndex categories, int smallestRange) {

        /** Fewer detections than this are not worth a range of their own. */
        public static final int SMALLEST_RANGE = 1 << 14;

        public Request {
            types = List.copyOf(types);
        }
    }

    /**
     * What has been found out.
     *
     * @param blocks what became of the blocks of a results file, by number; none if there were none
     */
    public record Found(Outcome outcome, List<BlockEnds> blocks) {}

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
                .mapPartitions(
                        new MatchPartition(request.types(), request.area(), request.rules(), request.categories()),
                        Encoders.row(Pieces.SCHEMA))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Small small = small(pieces);
            Dataset<Row> records = pieces.filter(col("cell").geq(0));
            Map<Integer, CategoryCurves> curves = curves(records, small);
            List<EvaluationResult> results = new ArrayList<>();
            for (int type = 0; type < request.types().size(); type++) {
                results.add(new EvaluationResult(
                        request.types().get(type),
                        categories(type, small.positives().get(type), curves)));
            }
            return new Found(new Outcome(results, small.unlisted(), small.faults()), small.blocks());
        } finally {
            pieces.unpersist();
        }
    }

    private Small small(Dataset<Row> pieces) {
        Map<Integer, Long> sizes = new TreeMap<>();
        List<Positives> positives = new ArrayList<>();
        request.types()
                .forEach(type -> positives.add(
                        new Positives(request.rules(), request.categories().size())));
        Map<Long, Long> unlisted = new TreeMap<>();
        FaultLog faults = new FaultLog();
        List<BlockEnds> blocks = new ArrayList<>();
        for (Row row : pieces.filter(col("cell").lt(0)).collectAsList()) {
            Small part = Sent.object(row.<byte[]>getAs(2), Small.class);
            for (int type = 0; type < positives.size(); type++) {
                positives.get(type).add(part.positives().get(type));
            }
            part.sizes().forEach((cell, count) -> sizes.merge(cell, count, Long::sum));
            part.unlisted().forEach((category, count) -> unlisted.merge(category, count, Long::sum));
            faults.add(part.faults());
            blocks.addAll(part.blocks());
        }
        blocks.sort(Comparator.comparingLong(BlockEnds::block));
        return new Small(sizes, positives, unlisted, faults, blocks);
    }

    private List<CategoryResult> categories(int type, Positives positives, Map<Integer, CategoryCurves> curves) {
        List<CategoryResult> results = new ArrayList<>();
        for (int category = 0; category < request.categories().size(); category++) {
            CategoryCurves its = curves.get(type * request.categories().size() + category);
            CategoryCurves known = its != null ? its : new CategoryCurves(request.rules(), positives.of(category));
            results.add(known.result(request.categories().id(category)));
        }
        return results;
    }

    /** The curves of each cell that has detections. */
    private Map<Integer, CategoryCurves> curves(Dataset<Row> records, Small small) {
        Ranges ranges = ranges(records, small.sizes());
        List<Integer> cells = ranges.cells();
        int categories = request.categories().size();
        List<long[]> wanted = new ArrayList<>();
        cells.forEach(
                cell -> wanted.add(small.positives().get(cell / categories).of(cell % categories)));
        JavaRDD<Row> ranked = records.flatMap(new Ranges.Cut(ranges, request.rules()), Encoders.row(RANGES))
                .repartition(col("range"))
                .sortWithinPartitions("range")
                .toJavaRDD();
        Map<Integer, Counts> before = ranges.anyCut() ? before(ranked, cells) : Map.of();
        Map<Integer, CategoryCurves> curves = new HashMap<>();
        for (Tuple2<Integer, byte[]> part : reduced(ranked, new ReduceRanges.Draw(before, wanted))) {
            curves.merge(
                    cells.get(part._1()), Sent.object(part._2(), CategoryCurves.class), DistributedEvaluation::joined);
        }
        return curves;
    }

    private static CategoryCurves joined(CategoryCurves one, CategoryCurves other) {
        one.add(other);
        return one;
    }

    private List<Tuple2<Integer, byte[]>> reduced(JavaRDD<Row> ranked, Reduction reduction) {
        return ranked.mapPartitions(new ReduceRanges(reduction, request.rules()))
                .collect();
    }

    private Map<Integer, Counts> before(JavaRDD<Row> ranked, List<Integer> cells) {
        Map<Integer, Counts> counts = new TreeMap<>();
        reduced(ranked, new ReduceRanges.Count())
                .forEach(part -> counts.put(part._1(), Sent.object(part._2(), Counts.class)));
        Map<Integer, Counts> before = new HashMap<>();
        Counts sum = new Counts(request.rules());
        int cell = -1;
        for (Map.Entry<Integer, Counts> range : counts.entrySet()) {
            if (cells.get(range.getKey()) != cell) {
                cell = cells.get(range.getKey());
                sum = new Counts(request.rules());
            }
            before.put(range.getKey(), sum.copy(request.rules()));
            sum.add(range.getValue());
        }
        return before;
    }

    private Ranges ranges(Dataset<Row> records, Map<Integer, Long> sizes) {
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
            Dataset<Row> places = records.flatMap(new Ranges.Sample(steps, request.rules()), Encoders.row(SAMPLES));
            for (Row row : places.collectAsList()) {
                samples.computeIfAbsent(row.getInt(0), cell -> new ArrayList<>())
                        .add(new Place(row.getDouble(1), row.getLong(2), row.getInt(3)));
            }
        }
        return Ranges.of(samples, wanted);
    }
}
