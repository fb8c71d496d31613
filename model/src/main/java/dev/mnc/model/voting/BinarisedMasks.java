package dev.mnc.model.voting;

import dev.mnc.geometry.BilinearAxis;
import dev.mnc.geometry.ThresholdedMask;
import dev.mnc.model.voting.MaskVoting.Candidates;
import dev.mnc.model.voting.Votes.Window;
import org.jspecify.annotations.Nullable;

/**
 * The masks of an image's candidates, cut to 0 or 1 on their rounded boxes. A mask does not depend on the survivor it
 * votes for, so it is computed once although most vote for many.
 */
final class BinarisedMasks {

    private final Candidates candidates;
    private final float threshold;
    private final @Nullable Ballot[] computed;

    BinarisedMasks(Candidates candidates, float threshold) {
        this.candidates = candidates;
        this.threshold = threshold;
        this.computed = new @Nullable Ballot[candidates.count()];
    }

    /**
     * A mask, its box in the image, and the samples of the mask at the box's pixels.
     *
     * @param reach bounds of the foreground in the box: {@link ThresholdedMask#reach}
     */
    record Ballot(ThresholdedMask mask, Window box, BilinearAxis across, BilinearAxis down, int[] reach) {

        boolean reachesColumn(int x) {
            return x >= box.left() + reach[0] && x <= box.left() + reach[2];
        }

        boolean reachesRow(int y) {
            return y >= box.top() + reach[1] && y <= box.top() + reach[3];
        }
    }

    Candidates candidates() {
        return candidates;
    }

    float threshold() {
        return threshold;
    }

    /** Returns the pixel that a corner of a candidate's box is rounded to. */
    int edge(int voter, int corner) {
        return (int) Math.rint(candidates.corner(voter, corner));
    }

    /** Returns the vote of a candidate; null if its box lies outside the image. */
    @Nullable
    Ballot of(int voter) {
        Ballot ballot = computed[voter];
        if (ballot == null) {
            ballot = ballot(voter);
            computed[voter] = ballot;
        }
        return ballot;
    }

    private @Nullable Ballot ballot(int voter) {
        int size = candidates.maskSize();
        int x1 = edge(voter, 0);
        int y1 = edge(voter, 1);
        int width = Math.max(edge(voter, 2) - x1 + 1, 1);
        int height = Math.max(edge(voter, 3) - y1 + 1, 1);
        int left = Math.max(x1, 0);
        int top = Math.max(y1, 0);
        int columns = Math.min(x1 + width, candidates.width()) - left;
        int rows = Math.min(y1 + height, candidates.height()) - top;
        if (columns <= 0 || rows <= 0) {
            return null;
        }
        ThresholdedMask mask = new ThresholdedMask(candidates.masks(), voter * size * size, size, threshold);
        BilinearAxis across = BilinearAxis.window(size, width, left - x1, columns);
        BilinearAxis down = BilinearAxis.window(size, height, top - y1, rows);
        return new Ballot(mask, new Window(left, top, columns, rows), across, down, mask.reach(across, down));
    }
}
