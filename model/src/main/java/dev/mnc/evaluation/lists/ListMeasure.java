package dev.mnc.evaluation.lists;

import dev.mnc.evaluation.coco.CategoryFigures;
import dev.mnc.evaluation.coco.MatchRules;
import dev.mnc.evaluation.coco.Measure;
import java.util.ArrayList;
import java.util.List;

/**
 * Average precision or recall of a category in one size range, over some overlaps of a list that follow each other: all
 * of them, or one.
 *
 * @param kind which of both
 * @param area number of the size range
 * @param first number of the first overlap
 * @param end behind the number of the last
 */
record ListMeasure(Kind kind, int area, int first, int end) implements Measure {

    enum Kind {
        PRECISION,
        RECALL
    }

    /** Of all overlaps. */
    static ListMeasure mean(Kind kind, int area, MatchRules rules) {
        return new ListMeasure(kind, area, 0, rules.thresholds());
    }

    /** Of one overlap. */
    static ListMeasure at(Kind kind, int area, int threshold) {
        return new ListMeasure(kind, area, threshold, threshold + 1);
    }

    /** All that can be told of a category, each once. */
    static List<ListMeasure> all(MatchRules rules) {
        List<ListMeasure> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int area = 0; area < rules.areas(); area++) {
                all.add(mean(kind, area, rules));
                for (int t = 0; t < rules.thresholds(); t++) {
                    all.add(at(kind, area, t));
                }
            }
        }
        return all.stream().distinct().toList();
    }

    @Override
    public double of(CategoryFigures category) {
        if (category.positives(area) == 0) {
            return -1;
        }
        double sum = 0;
        for (int t = first; t < end; t++) {
            sum += kind == Kind.PRECISION ? category.averagePrecision(area, t) : category.recall(area, 0, t);
        }
        return sum / (end - first);
    }
}
