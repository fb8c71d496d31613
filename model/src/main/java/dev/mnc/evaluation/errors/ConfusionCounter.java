package dev.mnc.evaluation.errors;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.matching.Scores;
import dev.mnc.evaluation.plan.Counter;
import dev.mnc.evaluation.plan.CounterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A counter of the categories that are taken for others, in keeping with COCO's matching. For one thread.
 *
 * <p>Of each image the detections with at least the cut's score are considered that count, that is, which COCO does not
 * ignore at the cut's IoU threshold in the first area range (COCO's holds all sizes), and the objects of it, which are
 * no crowds:
 *
 * <ol>
 *   <li>A detection that COCO's matching gave an object is counted under the category of both.
 *   <li>Left-over detections and left-over objects of different categories that overlap enough are paired, those that
 *       overlap most first; of equal IoUs the pair with the better ranked detection goes first (higher score, then
 * earlier in the file), then that with the object that is earlier in the file. A pair is counted under the object's
 * category and the detection's.
 *   <li>Detections left without an object are counted as taken from the background, objects left without a detection as
 *       taken for the background.
 * </ol>
 *
 * So the diagonal holds the true positives of the category's curve at that score, the column of a category its false
 * positives besides, and its row its false negatives: see {@link ConfusionMatrix}.
 */
public final class ConfusionCounter implements Counter<ConfusionCounter> {

    /**
     * The specification of the counter.
     *
     * @param at the least score of detections that are considered, and the IoU threshold
     */
    public record Kind(ScoreCut at) implements CounterSpec<ConfusionCounter> {

        public Kind {
            requireNonNull(at, "at");
        }

        @Override
        public Matching matching() {
            return at.matching();
        }

        @Override
        public ConfusionCounter start(LongIndex categories) {
            return new ConfusionCounter(at, categories.size());
        }

        @Override
        public Class<ConfusionCounter> counterClass() {
            return ConfusionCounter.class;
        }
    }

    private final ScoreCut at;
    private final int background;
    private final Map<Long, Long> counts = new HashMap<>();

    private ConfusionCounter(ScoreCut at, int categories) {
        this.at = at;
        this.background = categories;
    }

    /** A left-over detection and a left-over object that overlap enough. */
    private record Pair(double overlap, int position, int truthPosition) {

        static Comparator<Pair> order(ImageMatch image) {
            return Comparator.comparingDouble(Pair::overlap)
                    .reversed()
                    .thenComparingLong(pair -> Scores.rankKey(image.score(pair.position)))
                    .thenComparingLong(pair -> image.ordinal(pair.position))
                    .thenComparingInt(pair -> image.truthNumber(pair.truthPosition));
        }
    }

    @Override
    public void add(ImageMatch image) {
        boolean[] taken = new boolean[image.truths()];
        List<Integer> left = new ArrayList<>();
        for (int cell = 0; cell < image.cells(); cell++) {
            int end = image.end(cell);
            for (int position = image.first(cell); position < end && image.score(position) >= at.score(); position++) {
                if (at.isRight(image, position)) {
                    taken[image.found(position, at.threshold())] = true;
                    count(image.category(cell), image.category(cell));
                } else if (at.isWrong(image, position)) {
                    left.add(position);
                }
            }
        }
        for (int truthPosition = 0; truthPosition < taken.length; truthPosition++) {
            taken[truthPosition] |=
                    image.crowd(truthPosition) || !image.rules().holds(0, image.truthArea(truthPosition));
        }
        pair(image, left, taken);
    }

    private void pair(ImageMatch image, List<Integer> left, boolean[] taken) {
        List<Pair> pairs = pairs(image, left, taken);
        pairs.sort(Pair.order(image));
        boolean[] used = new boolean[left.isEmpty() ? 0 : left.get(left.size() - 1) + 1];
        for (Pair pair : pairs) {
            if (!used[pair.position] && !taken[pair.truthPosition]) {
                used[pair.position] = true;
                taken[pair.truthPosition] = true;
                count(image.truthCategory(pair.truthPosition), image.categoryOf(pair.position));
            }
        }
        for (int position : left) {
            if (!used[position]) {
                count(background, image.categoryOf(position));
            }
        }
        for (int truthPosition = 0; truthPosition < taken.length; truthPosition++) {
            if (!taken[truthPosition]) {
                count(image.truthCategory(truthPosition), background);
            }
        }
    }

    private List<Pair> pairs(ImageMatch image, List<Integer> left, boolean[] taken) {
        double enough = image.rules().threshold(at.threshold());
        List<Pair> pairs = new ArrayList<>();
        for (int truthPosition = 0; truthPosition < taken.length; truthPosition++) {
            for (int i = 0; i < left.size() && !taken[truthPosition]; i++) {
                int position = left.get(i);
                if (image.categoryOf(position) != image.truthCategory(truthPosition)
                        && image.iouAtMost(position, truthPosition) >= enough) {
                    double overlap = image.iou(position, truthPosition);
                    if (overlap >= enough) {
                        pairs.add(new Pair(overlap, position, truthPosition));
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
    public void add(ConfusionCounter other) {
        other.counts.forEach((entry, count) -> counts.merge(entry, count, Long::sum));
    }

    /** A consumer of the entries that are not 0. */
    interface EntryConsumer {

        /**
         * Takes an entry.
         *
         * @param truth index of the objects' category; the number of categories for the background
         * @param detection index of the detections' category, likewise
         */
        void accept(int truth, int detection, long count);
    }

    /** Hands over the entries by object and then detection. */
    void forEach(EntryConsumer consumer) {
        int width = background + 1;
        new TreeMap<>(counts)
                .forEach((entry, count) -> consumer.accept((int) (entry / width), (int) (entry % width), count));
    }
}
