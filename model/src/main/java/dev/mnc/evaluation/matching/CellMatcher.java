package dev.mnc.evaluation.matching;

import dev.mnc.evaluation.shapes.Compat;
import java.util.Arrays;

/**
 * The greedy matching of one category in one image, for all IoU thresholds and area ranges in one go: detections choose
 * by falling score; each takes the free object it overlaps most, of equals the last, and a countable one before an
 * ignored one. Crowds can be taken any number of times.
 *
 * <p>Only pairs that overlap enough for the lowest threshold are considered, which is one for most detections or none.
 */
final class CellMatcher {

    private final MatchRules rules;
    private final int pairs;
    private final double[] thresholds;
    private int truths;
    private long[] ignoredFor = new long[16];
    private long[] taken = new long[16];
    private boolean[] crowd = new boolean[16];
    private boolean[] idIsZero = new boolean[16];
    private int candidates;
    private int[] candidate = new int[16];
    private double[] overlap = new double[16];
    private double highest;
    private long matched;
    private long ignored;
    private final int[] found;

    CellMatcher(MatchRules rules) {
        this.rules = rules;
        this.pairs = rules.areas() * rules.thresholds();
        this.thresholds = new double[rules.thresholds()];
        Arrays.setAll(thresholds, rules::threshold);
        this.found = new int[rules.thresholds()];
    }

    void clear() {
        truths = 0;
    }

    /** Adds an object; they must come in the order of the file. */
    void addTruth(double area, boolean isCrowd, long id) {
        if (truths == ignoredFor.length) {
            ignoredFor = Arrays.copyOf(ignoredFor, 2 * truths);
            taken = Arrays.copyOf(taken, 2 * truths);
            crowd = Arrays.copyOf(crowd, 2 * truths);
            idIsZero = Arrays.copyOf(idIsZero, 2 * truths);
            candidate = Arrays.copyOf(candidate, 2 * truths);
            overlap = Arrays.copyOf(overlap, 2 * truths);
        }
        ignoredFor[truths] = isCrowd ? rules.everything() : rules.outside(area);
        taken[truths] = 0;
        crowd[truths] = isCrowd;
        idIsZero[truths] = id == 0 && rules.compat() == Compat.PYCOCOTOOLS;
        truths++;
    }

    /** Starts a detection. */
    void startDetection() {
        candidates = 0;
        highest = 0;
    }

    /** Adds the IoU of the detection with an object; in the order of the objects. */
    void addOverlap(int truth, double iou) {
        if (iou >= thresholds[0]) {
            candidate[candidates] = truth;
            overlap[candidates++] = iou;
            highest = Math.max(highest, iou);
        }
    }

    /** Matches the detection with an object for every pair. */
    void choose(double area) {
        long outside = rules.outside(area);
        matched = 0;
        ignored = outside;
        Arrays.fill(found, -1);
        if (candidates == 0) {
            return;
        }
        int threshold = 0;
        for (int pair = 0; pair < pairs; pair++) {
            long bit = 1L << pair;
            int best = thresholds[threshold] <= highest ? best(bit, thresholds[threshold]) : -1;
            if (best >= 0) {
                take(best, bit, pair, outside);
            }
            threshold = threshold + 1 == thresholds.length ? 0 : threshold + 1;
        }
    }

    private void take(int truth, long bit, int pair, long outside) {
        taken[truth] |= bit;
        if (pair < found.length) {
            found[pair] = truth;
        }
        if (!idIsZero[truth]) {
            matched |= bit;
            ignored = (ignored & ~bit) | (ignoredFor[truth] & bit);
        } else {
            ignored = (ignored & ~bit) | ((ignoredFor[truth] | outside) & bit);
        }
    }

    private int best(long bit, double threshold) {
        double most = threshold;
        int best = -1;
        for (int i = 0; i < candidates; i++) {
            int truth = candidate[i];
            if (overlap[i] >= most && (ignoredFor[truth] & bit) == 0 && (taken[truth] & bit) == 0) {
                most = overlap[i];
                best = truth;
            }
        }
        if (best >= 0) {
            return best;
        }
        // Every object that counts and overlaps enough is taken, so what is free now is ignored, as crowds are.
        for (int i = 0; i < candidates; i++) {
            int truth = candidate[i];
            if (overlap[i] >= most && (crowd[truth] || (taken[truth] & bit) == 0)) {
                most = overlap[i];
                best = truth;
            }
        }
        return best;
    }

    /** Returns the pairs, as bits, for which the detection found an object. */
    long matched() {
        return matched;
    }

    /** Returns the pairs, as bits, for which the detection does not count. */
    long ignored() {
        return ignored;
    }

    /** Returns the object the detection found at an IoU threshold in the first area range, or -1. */
    int found(int threshold) {
        return found[threshold];
    }
}
