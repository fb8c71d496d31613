package dev.mnc.evaluation.errors;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.ImageMatch;
import dev.mnc.evaluation.coco.LongIndex;
import dev.mnc.evaluation.coco.Matching;
import dev.mnc.evaluation.coco.Scores;
import dev.mnc.evaluation.coco.Tally;
import dev.mnc.evaluation.coco.TallyKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts which categories are taken for which, in keeping with COCO's matching. For one thread.
 *
 * <p>Of each image the detections with at least the asked score are looked at that count, that is, which COCO does not
 * ignore at the asked overlap among objects of all sizes, and the objects that are to be found, which are no crowds:
 *
 * <ol>
 *   <li>A detection that COCO's matching gave an object is counted under the category of both.
 *   <li>Left-over detections and left-over objects of different categories that overlap enough are paired, those that
 *       overlap most first; of equal overlaps the pair with the better ranked detection goes first (higher score, then
 *       earlier in the file), then that with the object that is earlier in the file. A pair is counted under the object's
 *       category and the detection's.
 *   <li>Detections left without an object are counted as taken from the background, objects left without a detection as
 *       taken for the background.
 * </ol>
 *
 * So the diagonal holds the true positives of the category's curve at that score, the column of a category its false
 * positives besides, and its row its false negatives: see {@link ConfusionMatrix}.
 */
public final class ConfusionTally implements Tally<ConfusionTally> {

    /**
     * Asks for the counts.
     *
     * @param matching how detections find objects of their category
     * @param threshold index of the overlap that is enough, among those of the matching
     * @param score detections with less are not looked at
     */
    public record Kind(Matching matching, int threshold, double score) implements TallyKind<ConfusionTally> {

        public Kind {
            requireNonNull(matching, "matching");
            if (threshold < 0 || threshold >= matching.rules().thresholds()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "the matching has the overlaps 0 to %d, got %d",
                        matching.rules().thresholds() - 1,
                        threshold));
            }
            if (Double.isNaN(score)) {
                throw new IllegalArgumentException("the score must be a number, got NaN");
            }
        }

        @Override
        public ConfusionTally start(LongIndex categories) {
            return new ConfusionTally(threshold, score, categories.size());
        }

        @Override
        public Class<ConfusionTally> tally() {
            return ConfusionTally.class;
        }
    }

    private final int threshold;
    private final double score;
    private final int background;
    private final Map<Long, Long> counts = new HashMap<>();

    /** @param categories how many there are */
    ConfusionTally(int threshold, double score, int categories) {
        this.threshold = threshold;
        this.score = score;
        this.background = categories;
    }

    /** A left-over detection and a left-over object that overlap enough. */
    private record Pair(double overlap, int position, int place) {

        static Comparator<Pair> order(ImageMatch image) {
            return Comparator.comparingDouble(Pair::overlap)
                    .reversed()
                    .thenComparingLong(pair -> Scores.rankKey(image.score(pair.position)))
                    .thenComparingLong(pair -> image.ordinal(pair.position))
                    .thenComparingInt(pair -> image.truthNumber(pair.place));
        }
    }

    @Override
    public void add(ImageMatch image) {
        boolean[] taken = new boolean[image.truths()];
        List<Integer> left = new ArrayList<>();
        for (int cell = 0; cell < image.cells(); cell++) {
            for (int position = image.first(cell); position < image.end(cell); position++) {
                if (image.score(position) >= score && (image.ignored(position) >>> threshold & 1) == 0) {
                    if ((image.matched(position) >>> threshold & 1) == 1) {
                        taken[image.found(position, threshold)] = true;
                        count(image.category(cell), image.category(cell));
                    } else {
                        left.add(position);
                    }
                }
            }
        }
        for (int place = 0; place < taken.length; place++) {
            taken[place] |= image.crowd(place) || !image.rules().holds(0, image.truthArea(place));
        }
        pair(image, left, taken);
    }

    private void pair(ImageMatch image, List<Integer> left, boolean[] taken) {
        List<Pair> pairs = pairs(image, left, taken);
        pairs.sort(Pair.order(image));
        boolean[] used = new boolean[left.isEmpty() ? 0 : left.get(left.size() - 1) + 1];
        for (Pair pair : pairs) {
            if (!used[pair.position] && !taken[pair.place]) {
                used[pair.position] = true;
                taken[pair.place] = true;
                count(image.truthCategory(pair.place), image.categoryOf(pair.position));
            }
        }
        for (int position : left) {
            if (!used[position]) {
                count(background, image.categoryOf(position));
            }
        }
        for (int place = 0; place < taken.length; place++) {
            if (!taken[place]) {
                count(image.truthCategory(place), background);
            }
        }
    }

    private List<Pair> pairs(ImageMatch image, List<Integer> left, boolean[] taken) {
        double enough = image.rules().threshold(threshold);
        List<Pair> pairs = new ArrayList<>();
        for (int place = 0; place < taken.length; place++) {
            for (int i = 0; i < left.size() && !taken[place]; i++) {
                int position = left.get(i);
                if (image.categoryOf(position) != image.truthCategory(place)
                        && image.iouAtMost(position, place) >= enough) {
                    double overlap = image.iou(position, place);
                    if (overlap >= enough) {
                        pairs.add(new Pair(overlap, position, place));
                    }
                }
            }
        }
        return pairs;
    }

    private void count(int truth, int detection) {
        counts.merge((long) truth * (background + 1) + detection, 1L, Long::sum);
    }

    @Override
    public void add(ConfusionTally other) {
        other.counts.forEach((entry, count) -> counts.merge(entry, count, Long::sum));
    }

    /** Is given the entries that are not 0. */
    interface Taker {

        /**
         * @param truth index of the objects' category; the number of categories for the background
         * @param detection index of the detections' category, likewise
         */
        void take(int truth, int detection, long count);
    }

    /** Hands over the entries by object and then detection. */
    void forEach(Taker taker) {
        int width = background + 1;
        new TreeMap<>(counts)
                .forEach((entry, count) -> taker.take((int) (entry / width), (int) (entry % width), count));
    }
}
