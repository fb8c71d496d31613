package dev.mnc.evaluation.ranges;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.curves.Average;
import dev.mnc.evaluation.curves.Average.Kind;
import dev.mnc.evaluation.curves.MatchRecords;
import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.RankingSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The rankings of the best detections of each category in an image. Detections choose by falling score, so what the
 * best find does not depend on how many there are after them, and several max detections share the match of the
 * highest.
 *
 * @param matching of at least as many detections
 * @param limit max detections of a category in an image
 */
public record LimitRankingSpec(Matching matching, int limit) implements RankingSpec {

    public LimitRankingSpec {
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

    /** Returns precision and recall by area range, over all IoU thresholds and at each; each once. */
    @Override
    public List<Average> measures() {
        List<Average> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int area = 0; area < rules().areas(); area++) {
                all.add(mean(kind, area));
                for (int t = 0; t < rules().thresholds(); t++) {
                    all.add(at(kind, area, t));
                }
            }
        }
        return all.stream().distinct().toList();
    }

    /** Returns the average over all IoU thresholds. */
    Average mean(Kind kind, int area) {
        return new Average(kind, area, 0, 0, rules().thresholds());
    }

    /** Returns the average at one IoU threshold. */
    static Average at(Kind kind, int area, int threshold) {
        return new Average(kind, area, 0, threshold, threshold + 1);
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
