package dev.mnc.evaluation.lvis;

import dev.mnc.evaluation.curves.MatchRecords;
import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import java.util.List;

/**
 * The rankings of LVIS ({@code LVISEval.evaluate_img}): as COCO's, but in an image in which not every object of a
 * category is annotated, detections of it that find nothing do not count.
 *
 * @param matching of the detections that {@link LvisSelection} selects
 * @param categories the listed categories
 */
public record LvisRankingSpec(Matching matching, LongIndex categories) implements RankingSpec {

    /** The number of detections of an image that LVIS considers. */
    public static final int MAX_DETECTIONS = 300;

    /** Returns the rankings of an IoU type. */
    public static LvisRankingSpec of(IouType type, DetectionArea area, LongIndex categories) {
        MatchRules rules = MatchRules.coco(Compat.NONE).upTo(MAX_DETECTIONS);
        return new LvisRankingSpec(new Matching(type, area, rules, new LvisSelection(MAX_DETECTIONS)), categories);
    }

    @Override
    public List<LvisMetric> measures() {
        return List.of(LvisMetric.values());
    }

    @Override
    public void record(ImageMatch image, MatchRecords records, Positives positives) {
        positives.add(image);
        List<Long> notExhaustive = image.image().checked().notExhaustive();
        for (int cell = 0; cell < image.cells(); cell++) {
            boolean forgiving = notExhaustive.contains(categories.id(image.category(cell)));
            for (int position = image.first(cell); position < image.end(cell); position++) {
                long matched = image.matched(position);
                records.add(
                        image.category(cell),
                        image.score(position),
                        image.imageId(),
                        position - image.first(cell),
                        matched,
                        image.ignored(position) | (forgiving ? ~matched & rules().everything() : 0));
            }
        }
    }
}
