package dev.mnc.evaluation.coco;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** The lane of COCO's own metrics: all images, every detection and object as it was matched. */
public record CocoLane(Matching matching) implements Lane {

    public CocoLane {
        requireNonNull(matching, "matching");
    }

    @Override
    public List<Metric> measures() {
        return rules().equals(MatchRules.coco(rules().compat())) ? List.of(Metric.values()) : List.of();
    }
}
