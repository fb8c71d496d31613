package dev.mnc.evaluation.coco;

import static java.util.Objects.requireNonNull;

/** The lane of COCO's own metrics: all images, every detection and object as it was matched. */
public record CocoLane(Matching matching) implements Lane {

    public CocoLane {
        requireNonNull(matching, "matching");
    }

    @Override
    public boolean isResampled() {
        return rules().equals(MatchRules.coco(rules().compat()));
    }
}
