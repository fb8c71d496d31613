package dev.mnc.evaluation.coco;

import dev.mnc.evaluation.curves.PositiveImages;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.MatchRules;
import java.util.List;

/**
 * The rankings of a spec, which a bootstrap needs after the curves have been drawn from them.
 *
 * @param rules by which detections found objects
 * @param rankings one for each category, sorted
 * @param positives the objects to be found
 * @param results the curves, one for each category
 */
public record Rankings(
        MatchRules rules, List<Ranking> rankings, PositiveImages positives, List<CategoryResult> results) {

    public Rankings {
        rankings = List.copyOf(rankings);
        results = List.copyOf(results);
    }
}
