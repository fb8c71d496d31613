package dev.mnc.evaluation.plan;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import java.util.List;

/** The rankings of COCO's own metrics: all images, every detection and object as it was matched. */
public record CocoRankingSpec(Matching matching) implements RankingSpec {

    public CocoRankingSpec {
        requireNonNull(matching, "matching");
    }

    @Override
    public List<Metric> measures() {
        return rules().equals(MatchRules.coco(rules().compat())) ? List.of(Metric.values()) : List.of();
    }
}
