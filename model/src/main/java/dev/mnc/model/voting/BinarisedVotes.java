package dev.mnc.model.voting;

import dev.mnc.geometry.BilinearAxis;
import dev.mnc.geometry.ThresholdedMask;
import dev.mnc.model.voting.BinarisedMasks.Ballot;
import dev.mnc.model.voting.MaskVoting.Candidates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The votes that are cut to 0 or 1 on the rounded box before they count: the released CPU code.
 *
 * <p>The votes of a pixel are summed only where they are needed: on the lines around the tight box, voter after voter,
 * and at the pixels that the resized square blends, eight voters at a time.
 */
final class BinarisedVotes implements Votes {

    private final Candidates candidates;
    private final float threshold;
    private final Window window;
    private final List<Vote> votes = new ArrayList<>();
    private final int[] edges;

    /**
     * Creates the votes on one mask.
     *
     * @param ballots of all candidates
     * @param voters indices of the candidates that vote
     * @param weights of the voters
     */
    BinarisedVotes(BinarisedMasks ballots, int[] voters, double[] weights) {
        this.candidates = ballots.candidates();
        this.threshold = ballots.threshold();
        this.window = Window.around(candidates, voters, ballots::edge, ballots::edge);
        this.edges = new int[Math.max(window.columns(), window.rows()) + 1];
        for (int k = 0; k < voters.length; k++) {
            Ballot ballot = ballots.of(voters[k]);
            if (ballot != null) {
                votes.add(new Vote(ballot, weights[k]));
            }
        }
    }

    private record Vote(Ballot ballot, double weight) {}

    @Override
    public int[] tightBox() {
        int x1 = window.left();
        while (x1 <= window.right() && !columnSuffices(x1)) {
            x1++;
        }
        if (x1 > window.right()) {
            return Votes.centre(candidates);
        }
        int x2 = window.right();
        while (!columnSuffices(x2)) {
            x2--;
        }
        int y1 = window.top();
        while (!rowSuffices(y1)) {
            y1++;
        }
        int y2 = window.bottom();
        while (!rowSuffices(y2)) {
            y2--;
        }
        return new int[] {x1, y1, x2, y2};
    }

    private boolean columnSuffices(int x) {
        double upperBound = 0;
        for (Vote vote : votes) {
            upperBound += vote.ballot.reachesColumn(x) ? vote.weight : 0;
        }
        // Rounding does not let a sum of fewer numbers, in the same order, exceed that of more.
        if (!suffices(upperBound)) {
            return false;
        }
        double[] line = new double[window.rows()];
        for (Vote vote : votes) {
            if (vote.ballot.reachesColumn(x)) {
                int count = vote.ballot
                        .mask()
                        .column(
                                vote.ballot.across(),
                                vote.ballot.down(),
                                x - vote.ballot.box().left(),
                                edges);
                add(vote.weight, count, line, vote.ballot.box().top() - window.top());
            }
        }
        return anySuffices(line);
    }

    private boolean rowSuffices(int y) {
        double upperBound = 0;
        for (Vote vote : votes) {
            upperBound += vote.ballot.reachesRow(y) ? vote.weight : 0;
        }
        if (!suffices(upperBound)) {
            return false;
        }
        double[] line = new double[window.columns()];
        for (Vote vote : votes) {
            if (vote.ballot.reachesRow(y)) {
                int count = vote.ballot
                        .mask()
                        .row(
                                vote.ballot.across(),
                                vote.ballot.down(),
                                y - vote.ballot.box().top(),
                                edges);
                add(vote.weight, count, line, vote.ballot.box().left() - window.left());
            }
        }
        return anySuffices(line);
    }

    /** Adds a weight between each pair of the first {@code count} edges, which are counted from {@code start}. */
    private void add(double weight, int count, double[] line, int start) {
        for (int i = 0; i < count; i += 2) {
            for (int at = start + edges[i]; at < start + edges[i + 1]; at++) {
                line[at] += weight;
            }
        }
    }

    private boolean anySuffices(double[] line) {
        for (double sum : line) {
            if (suffices(sum)) {
                return true;
            }
        }
        return false;
    }

    private boolean suffices(double sum) {
        return (float) sum >= threshold;
    }

    @Override
    public float[] resized(int[] box) {
        int size = candidates.maskSize();
        BilinearAxis across = BilinearAxis.resize(box[2] - box[0] + 1, size);
        BilinearAxis down = BilinearAxis.resize(box[3] - box[1] + 1, size);
        int[] xs = pixels(across);
        int[] ys = pixels(down);
        double[] sums = sums(xs, box[0], ys, box[1]);
        int[] rows = neighbours(down, ys);
        int[] columns = neighbours(across, xs);
        float[] mask = new float[size * size];
        for (int j = 0; j < size; j++) {
            int left = columns[2 * j] * stride(ys);
            int right = columns[2 * j + 1] * stride(ys);
            for (int i = 0; i < size; i++) {
                int upper = rows[2 * i];
                int lower = rows[2 * i + 1];
                double above = across.between(j, sums[left + upper], sums[right + upper]);
                double below = across.between(j, sums[left + lower], sums[right + lower]);
                mask[i * size + j] = (float) down.between(i, above, below);
            }
        }
        return mask;
    }

    /** Returns the indices, among the pixels, of the two neighbours of each sample of an axis. */
    private static int[] neighbours(BilinearAxis axis, int[] pixels) {
        int[] neighbours = new int[2 * axis.count()];
        int low = 0;
        for (int i = 0; i < axis.count(); i++) {
            while (pixels[low] < axis.low(i)) {
                low++;
            }
            neighbours[2 * i] = low;
            neighbours[2 * i + 1] = axis.high(i) > axis.low(i) ? low + 1 : low;
        }
        return neighbours;
    }

    /** Returns the pixels that the samples of an axis blend, ascending. */
    private static int[] pixels(BilinearAxis axis) {
        int[] pixels = new int[2 * axis.count()];
        int count = 0;
        for (int i = 0; i < axis.count(); i++) {
            for (int pixel = axis.low(i); pixel <= axis.high(i); pixel++) {
                if (count == 0 || pixel > pixels[count - 1]) {
                    pixels[count++] = pixel;
                }
            }
        }
        return Arrays.copyOf(pixels, count);
    }

    /**
     * Returns the votes of the pixels in given columns and rows, {@code [xs, stride]}; columns and rows are counted
     * from (left, top).
     */
    private double[] sums(int[] xs, int left, int[] ys, int top) {
        int longs = (ys.length + 63) >>> 6;
        double[] sums = new double[xs.length * stride(ys)];
        for (int first = 0; first < votes.size(); first += 8) {
            List<Vote> eight = votes.subList(first, Math.min(first + 8, votes.size()));
            long[] bits = new long[8 * xs.length * longs];
            for (int k = 0; k < eight.size(); k++) {
                Ballot ballot = eight.get(k).ballot;
                Window box = ballot.box();
                int x = firstFrom(xs, box.left() - left);
                int y = firstFrom(ys, box.top() - top);
                int[] columns = within(xs, x, box.left() - left, box.columns());
                BilinearAxis down = ballot.down().pick(within(ys, y, box.top() - top, box.rows()));
                ballot.mask()
                        .mark(
                                ballot.across(),
                                columns,
                                down,
                                new ThresholdedMask.Bits(bits, 8 * x * longs + k, 8, longs, y));
            }
            double[] subsets = subsets(eight);
            for (int x = 0; x < xs.length; x++) {
                for (int i = 0; i < longs; i++) {
                    add(bits, 8 * (x * longs + i), eight.size(), subsets, sums, x * stride(ys) + (i << 6));
                }
            }
        }
        return sums;
    }

    /**
     * Adds the votes of up to eight voters on up to 64 pixels.
     *
     * @param bits hold the pixels of the first voter from {@code from} on, then those of the next
     * @param subsets the votes of each subset of the voters
     * @param start index of the first pixel in {@code sums}
     */
    private static void add(long[] bits, int from, int voters, double[] subsets, double[] sums, int start) {
        long all = -1;
        long some = 0;
        for (int k = from; k < from + voters; k++) {
            all &= bits[k];
            some |= bits[k];
        }
        double total = subsets[(1 << voters) - 1];
        for (int y = 0; y < 64 && some >>> y != 0; y += 8) {
            int at = start + y;
            if (((some ^ all) >>> y & 255) != 0) {
                for (long rest = transposed(bits, from, y); rest != 0; rest >>>= 8) {
                    sums[at++] += subsets[(int) rest & 255];
                }
            } else {
                // Where the voters agree, as they do on most pixels, no lookup is needed.
                for (long rest = some >>> y & 255; rest != 0; rest >>>= 1) {
                    sums[at++] += (rest & 1) == 1 ? total : 0;
                }
            }
        }
    }

    /** Returns the number of rows in a column of sums: whole bytes of bits. */
    private static int stride(int[] ys) {
        return (ys.length + 7) & ~7;
    }

    /**
     * Returns the sums, in the order of the weights, of each subset of up to eight weights; a bit of the index for each
     * weight.
     */
    private static double[] subsets(List<Vote> votes) {
        double[] sums = new double[256];
        for (int k = 0; k < votes.size(); k++) {
            for (int others = 0; others < 1 << k; others++) {
                sums[(1 << k) + others] = sums[others] + votes.get(k).weight;
            }
        }
        return sums;
    }

    /**
     * Returns a byte for each of eight pixels, the first one lowest, with a bit for each of eight voters.
     *
     * <p>Source: the transposition of 8 x 8 bits in H. S. Warren, Hacker's Delight, section 7-3.
     *
     * @param y bit of the first pixel in each voter's long
     */
    private static long transposed(long[] bits, int from, int y) {
        long square = 0;
        for (int k = 0; k < 8; k++) {
            square |= ((bits[from + k] >>> y) & 255) << (8 * k);
        }
        square = swapped(square, 7, 0x00AA00AA00AA00AAL);
        square = swapped(square, 14, 0x0000CCCC0000CCCCL);
        return swapped(square, 28, 0x00000000F0F0F0F0L);
    }

    /** Swaps the bits under a mask with those a distance above them. */
    private static long swapped(long bits, int distance, long mask) {
        long changed = (bits ^ (bits >>> distance)) & mask;
        return bits ^ changed ^ (changed << distance);
    }

    /** Returns the index of the first pixel that does not lie before a border. */
    private static int firstFrom(int[] pixels, int border) {
        int at = Arrays.binarySearch(pixels, border);
        return at < 0 ? -1 - at : at;
    }

    /** Returns the pixels from an index on that lie within {@code length} px from {@code start}, counted from there. */
    private static int[] within(int[] pixels, int index, int start, int length) {
        int end = firstFrom(pixels, start + length);
        int[] inside = new int[end - index];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = pixels[index + i] - start;
        }
        return inside;
    }
}
