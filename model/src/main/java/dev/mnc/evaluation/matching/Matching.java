package dev.mnc.evaluation.matching;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.shapes.IouType;
import java.io.Serializable;

/**
 * A way to match the detections of an image with its objects. Ranking specs and counter specs with equal matchings
 * share one match.
 *
 * @param type what is compared
 * @param area the area of a detection that counts
 * @param rules by which detections find objects
 * @param selection the detections that are considered
 */
public record Matching(IouType type, DetectionArea area, MatchRules rules, Selection selection)
        implements Serializable {

    public Matching {
        requireNonNull(type, "type");
        requireNonNull(area, "area");
        requireNonNull(rules, "rules");
        requireNonNull(selection, "selection");
    }

    /** Creates a matching of all detections. */
    public Matching(IouType type, DetectionArea area, MatchRules rules) {
        this(type, area, rules, Selection.EVERY);
    }
}
