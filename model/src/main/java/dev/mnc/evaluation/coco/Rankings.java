package dev.mnc.evaluation.coco;

import dev.mnc.evaluation.curves.PositiveImages;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.MatchRules;
import java.util.List;

/**
 * The rankings of a lane, kept after curves were drawn from them.
 *
 * @param rules what counted as found
 * @param rankings one a category, sorted
 * @param positives the objects that were to be found
 * @param results the curves, one a category
 */
public record Rankings(
        MatchRules rules, List<Ranking> rankings, PositiveImages positives, List<CategoryResult> results) {

    public Rankings {
        rankings = List.copyOf(rankings);
        results = List.copyOf(results);
    }
}
