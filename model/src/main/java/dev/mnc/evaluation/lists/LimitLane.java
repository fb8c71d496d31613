package dev.mnc.evaluation.lists;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.ImageMatch;
import dev.mnc.evaluation.coco.Lane;
import dev.mnc.evaluation.coco.MatchRecords;
import dev.mnc.evaluation.coco.MatchRules;
import dev.mnc.evaluation.coco.Matching;
import dev.mnc.evaluation.coco.Positives;
import java.util.List;

/**
 * Rankings of the best detections of each category in an image. Detections choose by falling score, so what the best find
 * does not depend on how many there are after them, and limits share the match of the highest.
 *
 * @param matching of at least as many detections
 * @param limit on the detections of a category in an image
 */
public record LimitLane(Matching matching, int limit) implements Lane {

    public LimitLane {
        requireNonNull(matching, "matching");
        if (limit < 1 || limit > matching.rules().maxDetections()) {
            throw new IllegalArgumentException(
                    "the limit must lie in 1 .. " + matching.rules().maxDetections() + ", got " + limit);
        }
    }

    @Override
    public MatchRules rules() {
        return matching.rules().upTo(limit);
    }

    @Override
    public List<ListMeasure> measures() {
        return ListMeasure.all(rules());
    }

    @Override
    public Keep keep() {
        return Keep.NUMBERS;
    }

    @Override
    public void record(ImageMatch image, MatchRecords records, Positives positives) {
        records.add(image, limit);
        positives.add(image);
    }
}
