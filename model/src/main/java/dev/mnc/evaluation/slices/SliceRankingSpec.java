package dev.mnc.evaluation.slices;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.curves.MatchRecords;
import dev.mnc.evaluation.curves.Measure;
import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.RankingSpec;
import java.util.List;

/**
 * The rankings of the images of one group alone: their numbers are those of an evaluation that has no other images.
 *
 * @param all the rankings of all images
 * @param groups of images
 * @param column index of the column
 * @param group index of the group
 */
public record SliceRankingSpec(RankingSpec all, ImageGroups groups, int column, int group) implements RankingSpec {

    public SliceRankingSpec {
        requireNonNull(all, "all");
        requireNonNull(groups, "groups");
    }

    @Override
    public Matching matching() {
        return all.matching();
    }

    @Override
    public MatchRules rules() {
        return all.rules();
    }

    @Override
    public List<? extends Measure> measures() {
        return all.measures();
    }

    @Override
    public long counted() {
        return all.counted();
    }

    @Override
    public Keep keep() {
        return Keep.NUMBERS;
    }

    @Override
    public void record(ImageMatch image, MatchRecords records, Positives positives) {
        if (groups.group(column, image.imageId()) == group) {
            all.record(image, records, positives);
        }
    }
}
