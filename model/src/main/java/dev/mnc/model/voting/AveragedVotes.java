package dev.mnc.model.voting;

import dev.mnc.model.voting.MaskVoting.Candidates;

/** The votes that count as probabilities on the box as it is: the released GPU code. */
final class AveragedVotes implements Votes {

    private final Candidates candidates;
    private final float threshold;
    private final Window window;
    /** {@code [columns, rows]} of the window: column by column. */
    private final double[] votes;

    AveragedVotes(Candidates candidates, int[] voters, double[] weights, float threshold) {
        this.candidates = candidates;
        this.threshold = threshold;
        this.window = Window.around(candidates, voters, this::first, this::last);
        this.votes = new double[Math.multiplyExact(window.columns(), window.rows())];
        for (int k = 0; k < voters.length; k++) {
            add(voters[k], weights[k]);
        }
    }

    private int first(int voter, int edge) {
        return (int) Math.ceil(candidates.corner(voter, edge));
    }

    private int last(int voter, int edge) {
        return (int) Math.floor(candidates.corner(voter, edge));
    }

    /**
     * Adds the votes of a voter, sampled at the cells' top left corners, without blending in the last row and column:
     * the GPU code's grid.
     */
    private void add(int voter, double weight) {
        int size = candidates.maskSize();
        double x1 = candidates.corner(voter, 0);
        double y1 = candidates.corner(voter, 1);
        double width = candidates.corner(voter, 2) - x1 + 1;
        double height = candidates.corner(voter, 3) - y1 + 1;
        int endX = Math.min(last(voter, 2), window.right());
        int startY = Math.max(first(voter, 1), window.top());
        double[] down = new double[Math.max(Math.min(last(voter, 3), window.bottom()) - startY + 1, 0)];
        for (int i = 0; i < down.length; i++) {
            down[i] = (startY + i - y1) * size / height;
        }
        float[] masks = candidates.masks();
        int offset = voter * size * size;
        for (int x = Math.max(first(voter, 0), window.left()); x <= endX; x++) {
            double u = (x - x1) * size / width;
            int sx = (int) u;
            int to = (x - window.left()) * window.rows() + startY - window.top();
            for (int i = 0; i < down.length; i++) {
                double v = down[i];
                int sy = (int) v;
                int at = offset + sy * size + sx;
                double value = masks[at];
                if (sx < size - 1 && sy < size - 1) {
                    double above = masks[at] * (1 - u + sx) + masks[at + 1] * (u - sx);
                    double below = masks[at + size] * (1 - u + sx) + masks[at + size + 1] * (u - sx);
                    value = above * (1 - v + sy) + below * (v - sy);
                }
                votes[to + i] += value * weight;
            }
        }
    }

    @Override
    public int[] tightBox() {
        int x1 = Integer.MAX_VALUE;
        int y1 = Integer.MAX_VALUE;
        int x2 = -1;
        int y2 = -1;
        for (int x = window.left(); x <= window.right(); x++) {
            for (int y = window.top(); y <= window.bottom(); y++) {
                if ((float) votesAt(x, y) > threshold) {
                    x1 = Math.min(x1, x);
                    y1 = Math.min(y1, y);
                    x2 = x;
                    y2 = Math.max(y2, y);
                }
            }
        }
        return x2 < 0 ? Votes.centre(candidates) : new int[] {x1, y1, x2, y2};
    }

    private double votesAt(int x, int y) {
        int column = x - window.left();
        int row = y - window.top();
        boolean inside = column >= 0 && column < window.columns() && row >= 0 && row < window.rows();
        return inside ? votes[column * window.rows() + row] : 0;
    }

    @Override
    public float[] resized(int[] box) {
        int size = candidates.maskSize();
        double width = box[2] - box[0] + 1;
        double height = box[3] - box[1] + 1;
        float[] mask = new float[size * size];
        for (int i = 0; i < mask.length; i++) {
            int column = i % size;
            int row = i / size;
            mask[i] = (float) cornerAligned(box[0] + column * width / size, box[1] + row * height / size);
        }
        return mask;
    }

    private double cornerAligned(double x, double y) {
        int column = (int) x;
        int row = (int) y;
        if (column == candidates.width() - 1 || row == candidates.height() - 1) {
            return votesAt(column, row);
        }
        double above = votesAt(column, row) * (1 - x + column) + votesAt(column + 1, row) * (x - column);
        double below = votesAt(column, row + 1) * (1 - x + column) + votesAt(column + 1, row + 1) * (x - column);
        return above * (1 - y + row) + below * (y - row);
    }
}
