package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.MatchRules;
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
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * How the ranking of each cell is cut into ranges: where a range begins, in the order of score, image and rank. Ranges
 * are numbered over all cells, those of a cell in the order of the ranking.
 *
 * @param cuts by cell the places at which all ranges but its first begin
 * @param firsts by cell the number of its first range
 */
record RankingRanges(Map<Integer, List<Place>> cuts, Map<Integer, Integer> firsts) implements Serializable {

    /** A place in a ranking. */
    record Place(double score, long image, int rank) implements Serializable {

        static final Comparator<Place> ORDER = Comparator.comparingLong((Place place) -> Scores.rankKey(place.score()))
                .thenComparingLong(Place::image)
                .thenComparingInt(Place::rank);
    }

    /**
     * Ranges of about equal size.
     *
     * @param samples places of each cell, spread evenly over its detections
     * @param wanted how many ranges each cell is to have
     */
    static RankingRanges of(Map<Integer, List<Place>> samples, Map<Integer, Integer> wanted) {
        Map<Integer, List<Place>> cuts = new TreeMap<>();
        wanted.forEach((cell, count) -> {
            List<Place> places = new ArrayList<>(samples.getOrDefault(cell, List.of()));
            Collections.sort(places, Place.ORDER);
            List<Place> its = new ArrayList<>();
            for (int cut = 1; cut < count && !places.isEmpty(); cut++) {
                its.add(places.get((int) ((long) cut * places.size() / count)));
            }
            cuts.put(cell, its.stream().distinct().toList());
        });
        Map<Integer, Integer> firsts = new HashMap<>();
        int next = 0;
        for (Map.Entry<Integer, List<Place>> cell : cuts.entrySet()) {
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

    /** Cuts a row of {@link PartitionOutput} where ranges begin; gives rows of range and bytes. */
    record Cut(RankingRanges ranges, CellRules cells) implements FlatMapFunction<Row, Row> {

        @Override
        public Iterator<Row> call(Row piece) {
            int cell = piece.getInt(0);
            int range = ranges.first(cell);
            MatchRules rules = cells.of(cell);
            List<Place> places = ranges.cuts.getOrDefault(cell, List.of());
            if (places.isEmpty()) {
                return List.of(RowFactory.create(range, piece.<byte[]>getAs(2))).iterator();
            }
            Ranking ranking = new Ranking(piece.getInt(1));
            ranking.addBytes(piece.getAs(2), rules);
            ranking.sort();
            List<Row> parts = new ArrayList<>();
            int from = 0;
            for (int cut = 0; cut <= places.size(); cut++) {
                int to = ranking.count();
                if (cut < places.size()) {
                    Place place = places.get(cut);
                    to = ranking.lowerBound(place.score(), place.image(), place.rank());
                }
                if (to > from) {
                    parts.add(RowFactory.create(range + cut, ranking.toBytes(from, to, rules)));
                }
                from = to;
            }
            return parts.iterator();
        }
    }

    /** Places of a row of {@link PartitionOutput}, every so many detections. */
    record Sample(Map<Integer, Integer> steps, CellRules cells) implements FlatMapFunction<Row, Row> {

        @Override
        public Iterator<Row> call(Row piece) {
            int step = steps.getOrDefault(piece.getInt(0), Integer.MAX_VALUE);
            List<Row> places = new ArrayList<>();
            if (step / 2 < piece.getInt(1)) {
                MatchRules rules = cells.of(piece.getInt(0));
                Ranking ranking = new Ranking(piece.getInt(1));
                ranking.addBytes(piece.getAs(2), rules);
                ranking.sort();
                for (long at = step / 2; at < ranking.count(); at += step) {
                    int position = (int) at;
                    places.add(RowFactory.create(
                            piece.getInt(0), ranking.score(position), ranking.image(position), ranking.rank(position)));
                }
            }
            return places.iterator();
        }
    }
}
