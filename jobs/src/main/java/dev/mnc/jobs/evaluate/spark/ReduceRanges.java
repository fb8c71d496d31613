package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.bootstrap.ReplicateCurves;
import dev.mnc.evaluation.bootstrap.ReplicateRequest;
import dev.mnc.evaluation.coco.CategoryCurves;
import dev.mnc.evaluation.coco.CategoryCurves.Counts;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.scores.ScoreTarget;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Turns the ranges of a partition, whose rows stand together, into something small.
 *
 * @param cells the cell of each range
 */
record ReduceRanges(Reduction reduction, List<Integer> cells, CellRules rules)
        implements FlatMapFunction<Iterator<Row>, Tuple2<Integer, byte[]>> {

    /** What is made of a range. */
    sealed interface Reduction extends Serializable {

        Serializable of(int range, Ranking ranking, ReplicateRequest asked);
    }

    /** How many true and false positives it holds. */
    record Count() implements Reduction {

        @Override
        public Serializable of(int range, Ranking ranking, ReplicateRequest asked) {
            return Counts.of(ranking, asked.rules());
        }
    }

    /**
     * Its part of the curves.
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
        public Serializable of(int range, Ranking ranking, ReplicateRequest asked) {
            CategoryCurves curves = new CategoryCurves(asked.rules(), positives.get(range), target);
            Counts none = new Counts(asked.rules());
            curves.add(ranking, before.getOrDefault(range, none));
            Long category = finished.get(range);
            return category == null ? curves : curves.result(category).reducedTo(RankingSpec.Keep.NUMBERS);
        }
    }

    /** How many true and false positives it holds in each replicate. */
    record CountReplicates(ImageWeights weights) implements Reduction {

        @Override
        public Serializable of(int range, Ranking ranking, ReplicateRequest asked) {
            return ReplicateCurves.Counts.of(ranking, asked.rules(), weights, 0, weights.replicates());
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
        public Serializable of(int range, Ranking ranking, ReplicateRequest asked) {
            ReplicateCurves curves = new ReplicateCurves(asked, weights, 0, wanted.get(range), cuts.get(range));
            ReplicateCurves.Counts its = before.get(range);
            if (its == null) {
                curves.add(ranking);
                return curves.result(categories.get(range));
            }
            curves.add(ranking, its);
            return curves.toBytes();
        }
    }

    @Override
    public Iterator<Tuple2<Integer, byte[]>> call(Iterator<Row> rows) {
        List<Tuple2<Integer, byte[]>> results = new ArrayList<>();
        Map<Integer, Ranking> open = new HashMap<>();
        int last = -1;
        while (rows.hasNext()) {
            Row row = rows.next();
            int range = row.getInt(0);
            if (range != last && last >= 0) {
                close(last, open, results);
            }
            last = range;
            open.computeIfAbsent(range, unseen -> new Ranking(1 << 10))
                    .addBytes(row.getAs(1), rules.of(cells.get(range)));
        }
        if (last >= 0) {
            close(last, open, results);
        }
        return results.iterator();
    }

    private void close(int range, Map<Integer, Ranking> open, List<Tuple2<Integer, byte[]>> results) {
        Ranking ranking = open.remove(range);
        if (ranking != null) {
            ranking.sort();
            results.add(new Tuple2<>(
                    range, SerializedObject.bytes(reduction.of(range, ranking, rules.asked(cells.get(range))))));
        }
    }
}
