package dev.mnc.evaluation.matching;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.shapes.IouType;
import java.io.Serializable;

/**
 * How the detections of an image find its objects. Lanes and tallies with equal matchings look at the same match, which
 * is made once.
 *
 * @param type what is compared
 * @param area which area of a detection counts
 * @param rules what counts as found
 * @param selection which detections are looked at
 */
public record Matching(IouType type, DetectionArea area, MatchRules rules, Selection selection)
        implements Serializable {

    public Matching {
        requireNonNull(type, "type");
        requireNonNull(area, "area");
        requireNonNull(rules, "rules");
        requireNonNull(selection, "selection");
    }

    /** Looks at all detections. */
    public Matching(IouType type, DetectionArea area, MatchRules rules) {
        this(type, area, rules, Selection.EVERY);
    }
}
