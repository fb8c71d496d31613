package dev.mnc.evaluation.sds;

import dev.mnc.evaluation.bootstrap.CategoryReplicates;
import dev.mnc.evaluation.bootstrap.ReplicateBlock;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.matching.Scores;
import dev.mnc.evaluation.sds.SdsCategory.Precision;
import dev.mnc.evaluation.sds.SdsEvaluation.Form;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An accumulator of the cells of one category, which reduces them to its precision. The cells may come in any order:
 * detections are ranked by score, then image id, then rank in the image. Holds 28 bytes a detection.
 */
public final class SdsAccumulator {

    private final long categoryId;
    private final @Nullable ImageWeights weights;
    private final SdsObjects objects;
    private int count;
    private double[] scores = new double[256];
    private long[] images = new long[256];
    private int[] ranks = new int[256];
    private long[] matched = new long[256];

    /**
     * Creates an empty accumulator.
     *
     * @param categoryId id of the category
     * @param weights of a bootstrap, or null
     */
    public SdsAccumulator(long categoryId, @Nullable ImageWeights weights) {
        this.categoryId = categoryId;
        this.weights = weights;
        this.objects = new SdsObjects(weights);
    }

    /** Returns the category id. */
    public long categoryId() {
        return categoryId;
    }

    /**
     * Adds the detections of one image; each image once.
     *
     * @throws IllegalArgumentException if the cell is of another category
     */
    public void add(SdsCell cell) {
        if (cell.categoryId() != categoryId) {
            throw new IllegalArgumentException(
                    "a cell of category " + cell.categoryId() + " does not belong to category " + categoryId);
        }
        grow(Math.addExact(count, cell.size()));
        for (int rank = 0; rank < cell.size(); rank++) {
            scores[count] = cell.score(rank);
            images[count] = cell.imageId();
            ranks[count] = rank;
            matched[count] = cell.matched(rank);
            count++;
        }
    }

    private void grow(int needed) {
        if (needed > scores.length) {
            int capacity = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * scores.length));
            scores = Arrays.copyOf(scores, capacity);
            images = Arrays.copyOf(images, capacity);
            ranks = Arrays.copyOf(ranks, capacity);
            matched = Arrays.copyOf(matched, capacity);
        }
    }

    /** Counts objects of an image that are to be found. */
    public void addObjects(long imageId, long positives) {
        objects.add(imageId, positives);
    }

    /** Counts objects that {@link SdsObjects#toBytes} serialized. */
    public void addObjects(byte[] bytes) {
        objects.addBytes(bytes);
    }

    /** Returns the precision of what has been added, by the rules of {@link SdsEvaluation}. */
    public ReplicatedSdsCategory reduce() {
        int[] order = ranked();
        double[] positives = {objects.count()};
        SdsCategory category = new SdsCategory(
                categoryId,
                count,
                objects.count(),
                new Curves(order, Once.EACH, 0, positives)
                        .precision(Threshold.HALF)
                        .get(0),
                new Curves(order, Once.EACH, 0, positives)
                        .precision(Threshold.SEVEN_TENTHS)
                        .get(0));
        return new ReplicatedSdsCategory(category, weights == null ? null : replicates(order, weights));
    }

    private CategoryReplicates replicates(int[] order, ImageWeights drawn) {
        double[][] values = new double[SdsCategory.NUMBERS][drawn.replicates()];
        for (ReplicateBlock block : ReplicateBlock.all(drawn.replicates())) {
            double[] positives = objects.inReplicates(block.first(), block.count());
            for (Threshold threshold : Threshold.values()) {
                List<Precision> precision = new Curves(order, drawn, block.first(), positives).precision(threshold);
                for (int i = 0; i < block.count(); i++) {
                    for (Form form : Form.values()) {
                        double value = precision.get(i).of(form);
                        values[SdsCategory.number(threshold, form)][block.first() + i] = value < 0 ? Double.NaN : value;
                    }
                }
            }
        }
        return CategoryReplicates.of(categoryId, values);
    }

    /** The weights of no bootstrap: every image counts once. */
    private enum Once implements ImageWeights {
        EACH;

        @Override
        public int replicates() {
            return 1;
        }

        @Override
        public void fill(long image, int first, double[] into) {
            Arrays.fill(into, 1);
        }
    }

    /**
     * The curves of one threshold in some replicates. Precision is highest at a true positive and any recall above 0 is
     * reached at one, so no other position of the ranking matters; of an image that counts several times the last does.
     */
    private final class Curves {

        private final int[] order;
        private final ImageWeights drawnBy;
        private final int first;
        private final double[] positives;
        /** By true positive, {@code [replicate]}: the number found up to it, and the best precision from it on. */
        private final List<double[]> found = new ArrayList<>();

        private final List<double[]> best = new ArrayList<>();

        Curves(int[] order, ImageWeights drawnBy, int first, double[] positives) {
            this.order = order;
            this.drawnBy = drawnBy;
            this.first = first;
            this.positives = positives;
        }

        List<Precision> precision(Threshold threshold) {
            find(threshold.bit());
            List<Precision> precision = new ArrayList<>();
            for (int i = 0; i < positives.length; i++) {
                precision.add(precision(i));
            }
            return precision;
        }

        private void find(long bit) {
            double[] drawn = new double[positives.length];
            double[] right = new double[positives.length];
            double[] wrong = new double[positives.length];
            for (int detection : order) {
                drawnBy.fill(images[detection], first, drawn);
                boolean hit = (matched[detection] & bit) != 0;
                double[] counted = hit ? right : wrong;
                Arrays.setAll(counted, i -> counted[i] + drawn[i]);
                if (hit) {
                    double[] precisions = new double[positives.length];
                    Arrays.setAll(precisions, i -> right[i] == 0 ? 0 : right[i] / (wrong[i] + right[i]));
                    found.add(right.clone());
                    best.add(precisions);
                }
            }
            for (int hit = best.size() - 1; hit > 0; hit--) {
                double[] after = best.get(hit);
                double[] before = best.get(hit - 1);
                Arrays.setAll(before, i -> Math.max(before[i], after[i]));
            }
        }

        private Precision precision(int replicate) {
            double total = positives[replicate];
            if (total == 0) {
                return new Precision(Collections.nCopies(SdsEvaluation.RECALLS, -1.0), -1);
            }
            double area = 0;
            double before = 0;
            for (int hit = 0; hit < best.size(); hit++) {
                double after = found.get(hit)[replicate];
                area += (after / total - before / total) * best.get(hit)[replicate];
                before = after;
            }
            List<Double> atRecalls = new ArrayList<>();
            int hit = 0;
            for (int r = 0; r < SdsEvaluation.RECALLS; r++) {
                while (hit < best.size() && found.get(hit)[replicate] / total < SdsEvaluation.recall(r)) {
                    hit++;
                }
                atRecalls.add(hit < best.size() ? best.get(hit)[replicate] : 0);
            }
            return new Precision(atRecalls, area);
        }
    }

    /** Returns the detections by falling score, then image id, then rank; a merge sort that moves indices only. */
    private int[] ranked() {
        long[] keys = new long[count];
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            keys[i] = Scores.rankKey(scores[i]);
            order[i] = i;
        }
        int[] other = new int[count];
        for (long width = 1; width < count; width *= 2) {
            for (long from = 0; from < count; from += 2 * width) {
                int middle = (int) Math.min(from + width, count);
                int end = (int) Math.min(from + 2 * width, count);
                merge(keys, order, other, new int[] {(int) from, middle, end});
            }
            int[] swap = order;
            order = other;
            other = swap;
        }
        return order;
    }

    private void merge(long[] keys, int[] from, int[] to, int[] bounds) {
        int left = bounds[0];
        int right = bounds[1];
        for (int i = bounds[0]; i < bounds[2]; i++) {
            boolean takeLeft = left < bounds[1] && (right >= bounds[2] || !before(keys, from[right], from[left]));
            to[i] = takeLeft ? from[left++] : from[right++];
        }
    }

    private boolean before(long[] keys, int a, int b) {
        if (keys[a] != keys[b]) {
            return keys[a] < keys[b];
        }
        return images[a] != images[b] ? images[a] < images[b] : ranks[a] < ranks[b];
    }
}
