package dev.mnc.evaluation.sds;

import dev.mnc.evaluation.coco.Scores;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Gathers the cells of one category and reduces them to its precision. The cells may come in
 * any order: detections are ranked by score, then image id, then rank in the image. Holds 28 bytes a detection.
 */
public final class SdsAccumulator {

    private final long categoryId;
    private int count;
    private double[] scores = new double[256];
    private long[] images = new long[256];
    private int[] ranks = new int[256];
    private long[] matched = new long[256];

    public SdsAccumulator(long categoryId) {
        this.categoryId = categoryId;
    }

    /** The category. */
    public long categoryId() {
        return categoryId;
    }

    /**
     * Takes the detections of one image; each image once.
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

    /**
     * The precision of what has been added, by the rules of {@link SdsEvaluation}.
     *
     * @param wanted the objects there were to be found
     */
    public SdsCategory reduce(long wanted) {
        Hits hits = new Hits(ranked());
        return new SdsCategory(
                categoryId,
                count,
                wanted,
                hits.precision(Threshold.HALF, wanted),
                hits.precision(Threshold.SEVEN_TENTHS, wanted));
    }

    /**
     * The true positives of one threshold and size, in ranking order. Precision is highest at one of them and any
     * recall above 0 is reached at one of them, so no other place of the ranking matters.
     */
    private final class Hits {

        private final int[] order;
        private final double[] precisions;
        private int found;

        Hits(int[] order) {
            this.order = order;
            this.precisions = new double[order.length];
        }

        void find(long bit) {
            found = 0;
            int misses = 0;
            for (int detection : order) {
                if ((matched[detection] & bit) == 0) {
                    misses++;
                    continue;
                }
                found++;
                precisions[found - 1] = (double) found / (misses + found);
            }
            for (int i = found - 1; i > 0; i--) {
                precisions[i - 1] = Math.max(precisions[i - 1], precisions[i]);
            }
        }

        SdsCategory.Precision precision(Threshold threshold, long wanted) {
            if (wanted == 0) {
                return new SdsCategory.Precision(Collections.nCopies(SdsEvaluation.RECALLS, -1.0), -1);
            }
            double positives = wanted;
            find(threshold.bit());
            double area = 0;
            for (int hit = 0; hit < found; hit++) {
                area += ((hit + 1) / positives - hit / positives) * precisions[hit];
            }
            List<Double> atRecalls = new ArrayList<>();
            int hit = 0;
            for (int r = 0; r < SdsEvaluation.RECALLS; r++) {
                while (hit < found && (hit + 1) / positives < SdsEvaluation.recall(r)) {
                    hit++;
                }
                atRecalls.add(hit < found ? precisions[hit] : 0);
            }
            return new SdsCategory.Precision(atRecalls, area);
        }
    }

    /** The detections by falling score, then image id, then rank; a merge sort that moves indices only. */
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
