package dev.mnc.evaluation;

import dev.mnc.evaluation.ImageMatcher.Shape;
import java.util.Arrays;

/**
 * The greedy matching of one category in one image: detections choose by falling score; each takes the free object it
 * overlaps most, of equals the last, and a countable one before an ignored one. Crowds can be taken any number of times.
 */
final class CellMatching {

    /** Two masks of one overlap this much at least when the threshold is 1 or more. */
    private static final double ALMOST_ONE = 1 - 1e-10;

    private final double[] overlaps;
    private final Shape[] found;
    private final Shape[] wanted;
    private final long[] matched;
    private final long[] ignored;

    /** @param overlaps {@code [found * wanted]}, wanted varying fastest; found by falling score */
    CellMatching(double[] overlaps, Shape[] found, Shape[] wanted) {
        this.overlaps = overlaps;
        this.found = found;
        this.wanted = wanted;
        this.matched = new long[found.length];
        this.ignored = new long[found.length];
        for (AreaRange area : AreaRange.values()) {
            matchWithin(area);
        }
    }

    /** {@link Cell}'s first set of bits, by detection. */
    long[] matched() {
        return matched;
    }

    /** {@link Cell}'s second set of bits, by detection. */
    long[] ignored() {
        return ignored;
    }

    private void matchWithin(AreaRange area) {
        boolean[] aside = new boolean[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            aside[i] = wanted[i].crowd() || !area.holds(wanted[i].area());
        }
        int[] order = countableFirst(aside);
        boolean[] taken = new boolean[wanted.length];
        for (int t = 0; t < CocoProtocol.IOU_THRESHOLDS; t++) {
            Arrays.fill(taken, false);
            long bit = Cell.bit(area, t);
            double threshold = Math.min(CocoProtocol.iouThreshold(t), ALMOST_ONE);
            for (int d = 0; d < found.length; d++) {
                int match = wanted.length == 0 ? -1 : bestMatch(d, threshold, order, aside, taken);
                if (match >= 0) {
                    taken[match] = true;
                    matched[d] |= bit;
                }
                if (match >= 0 ? aside[match] : !area.holds(found[d].area())) {
                    ignored[d] |= bit;
                }
            }
        }
    }

    private int bestMatch(int detection, double threshold, int[] order, boolean[] aside, boolean[] taken) {
        double best = threshold;
        int match = -1;
        for (int truth : order) {
            if (taken[truth] && !wanted[truth].crowd()) {
                continue;
            }
            if (match >= 0 && !aside[match] && aside[truth]) {
                break;
            }
            double overlap = overlaps[detection * wanted.length + truth];
            if (overlap >= best) {
                best = overlap;
                match = truth;
            }
        }
        return match;
    }

    private static int[] countableFirst(boolean[] aside) {
        int[] order = new int[aside.length];
        int next = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < aside.length; i++) {
                if (aside[i] == (pass == 1)) {
                    order[next++] = i;
                }
            }
        }
        return order;
    }
}
