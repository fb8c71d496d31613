package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.curves.RankedBytes;
import dev.mnc.evaluation.matching.Scores;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import scala.Tuple2;

/**
 * Cuts of the ranking of each cell into ranges: the beginning of each range in the order of score, image and rank. Ranges
 * are numbered over all cells, those of a cell in the order of the ranking.
 *
 * @param cuts by cell the places at which all ranges but its first begin
 * @param firsts by cell the number of its first range
 */
record RankingRanges(Map<Integer, List<RankPosition>> cuts, Map<Integer, Integer> firsts) implements Serializable {

    /** A place in a ranking. */
    record RankPosition(double score, long image, int rank) implements Serializable {

        static final Comparator<RankPosition> ORDER = Comparator.comparingLong(
                        (RankPosition place) -> Scores.rankKey(place.score()))
                .thenComparingLong(RankPosition::image)
                .thenComparingInt(RankPosition::rank);
    }

    /**
     * Ranges of about equal size.
     *
     * @param samples places of each cell, spread evenly over its detections
     * @param wanted how many ranges each cell is to have
     */
    static RankingRanges of(Map<Integer, List<RankPosition>> samples, Map<Integer, Integer> wanted) {
        Map<Integer, List<RankPosition>> cuts = new TreeMap<>();
        wanted.forEach((cell, count) -> {
            List<RankPosition> places = new ArrayList<>(samples.getOrDefault(cell, List.of()));
            Collections.sort(places, RankPosition.ORDER);
            List<RankPosition> begins = new ArrayList<>();
            for (int cut = 1; cut < count && !places.isEmpty(); cut++) {
                begins.add(places.get((int) ((long) cut * places.size() / count)));
            }
            cuts.put(cell, begins.stream().distinct().toList());
        });
        Map<Integer, Integer> firsts = new HashMap<>();
        int next = 0;
        for (Map.Entry<Integer, List<RankPosition>> cell : cuts.entrySet()) {
            firsts.put(cell.getKey(), next);
            next += 1 + cell.getValue().size();
        }
        return new RankingRanges(cuts, firsts);
    }

    /** The number of a cell's first range. */
    int first(int cell) {
        Integer first = firsts.get(cell);
        if (first != null) {
            return first;
        }
        throw new IllegalArgumentException("no detections of cell " + cell);
    }

    /** The cell of each range. */
    List<Integer> cells() {
        List<Integer> cells = new ArrayList<>();
        cuts.forEach((cell, places) -> cells.addAll(Collections.nCopies(1 + places.size(), cell)));
        return cells;
    }

    /** Whether a cell has one range only. */
    boolean isWhole(int cell) {
        return cuts.getOrDefault(cell, List.of()).isEmpty();
    }

    /** Whether any cell has more than one range. */
    boolean anyCut() {
        return cuts.values().stream().anyMatch(places -> !places.isEmpty());
    }

    /** Cuts a {@link PartitionOutput} where ranges begin; returns ranges and bytes. */
    record Cut(RankingRanges ranges, CellRules cells) implements PairFlatMapFunction<PartitionOutput, Integer, byte[]> {

        @Override
        public Iterator<Tuple2<Integer, byte[]>> call(PartitionOutput output) {
            int range = ranges.first(output.cell());
            List<RankPosition> places = ranges.cuts.getOrDefault(output.cell(), List.of());
            RankedBytes ranked = new RankedBytes(output.data(), cells.of(output.cell()));
            List<Tuple2<Integer, byte[]>> parts = new ArrayList<>();
            int from = 0;
            for (int cut = 0; cut <= places.size(); cut++) {
                int to = ranked.count();
                if (cut < places.size()) {
                    RankPosition place = places.get(cut);
                    to = ranked.lowerBound(place.score(), place.image(), place.rank());
                }
                if (to > from) {
                    parts.add(new Tuple2<>(range + cut, ranked.toBytes(from, to)));
                }
                from = to;
            }
            return parts.iterator();
        }
    }

    /** Places of a {@link PartitionOutput}, every so many detections, each with its cell. */
    record Sample(Map<Integer, Integer> steps, CellRules cells)
            implements PairFlatMapFunction<PartitionOutput, Integer, RankPosition> {

        @Override
        public Iterator<Tuple2<Integer, RankPosition>> call(PartitionOutput output) {
            int cell = output.cell();
            int step = steps.getOrDefault(cell, Integer.MAX_VALUE);
            List<Tuple2<Integer, RankPosition>> places = new ArrayList<>();
            RankedBytes ranked = new RankedBytes(output.data(), cells.of(cell));
            for (long at = step / 2; at < ranked.count(); at += step) {
                int position = (int) at;
                RankPosition place =
                        new RankPosition(ranked.score(position), ranked.image(position), ranked.rank(position));
                places.add(new Tuple2<>(cell, place));
            }
            return places.iterator();
        }
    }
}
