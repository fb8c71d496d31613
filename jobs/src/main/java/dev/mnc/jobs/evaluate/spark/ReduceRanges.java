package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.bootstrap.ReplicateCurves;
import dev.mnc.evaluation.bootstrap.ReplicateRequest;
import dev.mnc.evaluation.coco.CategoryCurves;
import dev.mnc.evaluation.coco.CategoryCurves.Counts;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.curves.RankedBytes;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.scores.ScoreTarget;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Tuple2;

/**
 * Turns the ranges of a partition into something small.
 *
 * @param cells the cell of each range
 */
record ReduceRanges(Reduction reduction, List<Integer> cells, CellRules rules)
        implements FlatMapFunction<Iterator<Tuple2<Integer, byte[]>>, Tuple2<Integer, byte[]>> {

    /** A computation on a range. */
    sealed interface Reduction extends Serializable {

        Serializable of(int range, Ranking ranking, ReplicateRequest request);

        /** Puts the detections of a range in order, unless nothing depends on it. */
        default void arrange(Ranking ranking) {
            ranking.sort();
        }
    }

    /** The number of true and false positives in a range. */
    record Count() implements Reduction {

        @Override
        public Serializable of(int range, Ranking ranking, ReplicateRequest request) {
            return Counts.of(ranking, request.rules());
        }

        @Override
        public void arrange(Ranking ranking) {
            ranking.leaveUnsorted();
        }
    }

    /**
     * The part of the curves that a range gives.
     *
     * @param before what stands before each range; nothing before those it does not mention
     * @param positives by range
     * @param target what thresholds on scores are to achieve
     * @param finished ids of the categories of ranges that nothing has to be added to, and of which numbers are enough:
     *     these are finished here, because there may be many
     */
    record Draw(Map<Integer, Counts> before, List<long[]> positives, ScoreTarget target, Map<Integer, Long> finished)
            implements Reduction {

        @Override
        public Serializable of(int range, Ranking ranking, ReplicateRequest request) {
            CategoryCurves curves = new CategoryCurves(request.rules(), positives.get(range), target);
            Counts none = new Counts(request.rules());
            curves.add(ranking, before.getOrDefault(range, none));
            Long category = finished.get(range);
            return category == null ? curves : curves.result(category).reducedTo(RankingSpec.Keep.NUMBERS);
        }
    }

    /** The number of true and false positives in a range, for each replicate. */
    record CountReplicates(ImageWeights weights) implements Reduction {

        @Override
        public Serializable of(int range, Ranking ranking, ReplicateRequest request) {
            return ReplicateCurves.Counts.of(ranking, request.rules(), weights, 0, weights.replicates());
        }
    }

    /**
     * The numbers of each replicate, or if it is not all of its category, its part of the curves as
     * {@link ReplicateCurves#toBytes} gives it.
     *
     * @param before what stands before each range of a category that has several
     * @param wanted objects to be found, by range
     * @param cuts scores at which detections are cut off, by range
     * @param categories ids of the categories, by range
     */
    record DrawReplicates(
            ImageWeights weights,
            Map<Integer, ReplicateCurves.Counts> before,
            List<double[]> wanted,
            List<double[]> cuts,
            List<Long> categories)
            implements Reduction {

        @Override
        public Serializable of(int range, Ranking ranking, ReplicateRequest request) {
            ReplicateCurves curves = new ReplicateCurves(request, weights, 0, wanted.get(range), cuts.get(range));
            ReplicateCurves.Counts preceding = before.get(range);
            if (preceding == null) {
                curves.add(ranking);
                return curves.result(categories.get(range));
            }
            curves.add(ranking, preceding);
            return curves.toBytes();
        }
    }

    @Override
    public Iterator<Tuple2<Integer, byte[]>> call(Iterator<Tuple2<Integer, byte[]>> parts) {
        Map<Integer, List<byte[]>> ranges = new TreeMap<>();
        parts.forEachRemaining(part ->
                ranges.computeIfAbsent(part._1(), range -> new ArrayList<>()).add(part._2()));
        Iterator<Map.Entry<Integer, List<byte[]>>> each = ranges.entrySet().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public Tuple2<Integer, byte[]> next() {
                Map.Entry<Integer, List<byte[]>> range = each.next();
                byte[] reduced = reduce(range.getKey(), range.getValue());
                each.remove();
                return new Tuple2<>(range.getKey(), reduced);
            }
        };
    }

    private byte[] reduce(int range, List<byte[]> parts) {
        MatchRules matching = rules.of(cells.get(range));
        int count = 0;
        for (byte[] part : parts) {
            count = Math.addExact(count, new RankedBytes(part, matching).count());
        }
        Ranking ranking = new Ranking(count);
        parts.forEach(part -> ranking.addBytes(part, matching));
        reduction.arrange(ranking);
        return SerializedObject.bytes(reduction.of(range, ranking, rules.replicates(cells.get(range))));
    }
}
