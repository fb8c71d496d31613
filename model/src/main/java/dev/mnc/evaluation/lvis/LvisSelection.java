package dev.mnc.evaluation.lvis;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.matching.Candidates;
import dev.mnc.evaluation.matching.Scores;
import dev.mnc.evaluation.matching.Selection;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The selection of the detections that LVIS considers: the best of an image whatever their categories
 * ({@code LVISResults.limit_dets_per_image}), and of these, the ones whose category is in the image or was checked to
 * be absent ({@code LVISEval._prepare}). About any other category nothing is known.
 *
 * @param limit max detections of an image
 */
public record LvisSelection(int limit) implements Selection {

    @Override
    public void select(Image image, List<Annotation> objects, Candidates candidates) {
        Set<Long> searched = new HashSet<>(image.checked().absent());
        objects.forEach(object -> searched.add(object.categoryId()));
        boolean[] selected = best(candidates);
        for (int i = 0; i < candidates.count(); i++) {
            if (!selected[i] || !searched.contains(candidates.categoryId(i))) {
                candidates.drop(i);
            }
        }
    }

    private boolean[] best(Candidates candidates) {
        boolean[] best = new boolean[candidates.count()];
        if (best.length <= limit) {
            Arrays.fill(best, true);
            return best;
        }
        IntStream.range(0, best.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> Scores.rankKey(candidates.score(i))))
                .limit(limit)
                .forEach(i -> best[i] = true);
        return best;
    }
}
