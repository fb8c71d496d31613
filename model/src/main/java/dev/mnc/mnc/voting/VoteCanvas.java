package dev.mnc.mnc.voting;

import dev.mnc.geometry.BilinearAxis;
import dev.mnc.geometry.SoftMask;
import dev.mnc.mnc.voting.VotingSettings.Flavour;

/** The votes on one mask, summed over the window of the image that the voters' boxes cover. */
final class VoteCanvas {

    private final MaskVoting.Candidates candidates;
    private final VotingSettings settings;
    private final int left;
    private final int top;
    private final int columns;
    private final int rows;
    /** {@code [columns, rows]}: column by column. */
    private final double[] votes;

    VoteCanvas(MaskVoting.Candidates candidates, int[] voters, VotingSettings settings) {
        this.candidates = candidates;
        this.settings = settings;
        int x1 = candidates.width();
        int y1 = candidates.height();
        int x2 = -1;
        int y2 = -1;
        for (int voter : voters) {
            x1 = Math.min(x1, first(corner(voter, 0)));
            y1 = Math.min(y1, first(corner(voter, 1)));
            x2 = Math.max(x2, last(corner(voter, 2)));
            y2 = Math.max(y2, last(corner(voter, 3)));
        }
        this.left = Math.max(x1, 0);
        this.top = Math.max(y1, 0);
        this.columns = Math.max(Math.min(x2, candidates.width() - 1) - left + 1, 0);
        this.rows = Math.max(Math.min(y2, candidates.height() - 1) - top + 1, 0);
        this.votes = new double[Math.multiplyExact(columns, rows)];
    }

    private float corner(int voter, int k) {
        return candidates.boxes()[4 * voter + k];
    }

    /** The first pixel of a box that starts at {@code edge}. */
    private int first(float edge) {
        return (int) (settings.flavour() == Flavour.BINARISED ? Math.rint(edge) : Math.ceil(edge));
    }

    /** The last pixel of a box that ends at {@code edge}. */
    private int last(float edge) {
        return (int) (settings.flavour() == Flavour.BINARISED ? Math.rint(edge) : Math.floor(edge));
    }

    /** Adds one candidate's mask, stretched over its box, to the votes. */
    void add(int voter, double weight) {
        if (settings.flavour() == Flavour.BINARISED) {
            addBinarised(voter, weight);
        } else {
            addAveraged(voter, weight);
        }
    }

    private void addBinarised(int voter, double weight) {
        int size = candidates.maskSize();
        int x1 = first(corner(voter, 0));
        int y1 = first(corner(voter, 1));
        int width = Math.max(last(corner(voter, 2)) - x1 + 1, 1);
        int height = Math.max(last(corner(voter, 3)) - y1 + 1, 1);
        int startX = Math.max(x1, left);
        int startY = Math.max(y1, top);
        int countX = Math.min(x1 + width, left + columns) - startX;
        int countY = Math.min(y1 + height, top + rows) - startY;
        if (countX <= 0 || countY <= 0) {
            return;
        }
        BilinearAxis across = BilinearAxis.window(size, width, startX - x1, countX);
        BilinearAxis down = BilinearAxis.window(size, height, startY - y1, countY);
        SoftMask mask = new SoftMask(candidates.masks(), voter * size * size, size);
        float[] column = new float[countY];
        for (int x = 0; x < countX; x++) {
            mask.column(across, down, x, column);
            int at = (startX - left + x) * rows + startY - top;
            for (int y = 0; y < countY; y++) {
                if (column[y] >= settings.binarise()) {
                    votes[at + y] += weight;
                }
            }
        }
    }

    /** Samples at the cells' top left corners, without blending in the last row and column: the GPU code's grid. */
    private void addAveraged(int voter, double weight) {
        int size = candidates.maskSize();
        double x1 = corner(voter, 0);
        double y1 = corner(voter, 1);
        double width = corner(voter, 2) - x1 + 1;
        double height = corner(voter, 3) - y1 + 1;
        int endX = Math.min(last(corner(voter, 2)), left + columns - 1);
        int endY = Math.min(last(corner(voter, 3)), top + rows - 1);
        float[] masks = candidates.masks();
        int offset = voter * size * size;
        for (int x = Math.max(first(corner(voter, 0)), left); x <= endX; x++) {
            double u = (x - x1) * size / width;
            int sx = (int) u;
            for (int y = Math.max(first(corner(voter, 1)), top); y <= endY; y++) {
                double v = (y - y1) * size / height;
                int sy = (int) v;
                int at = offset + sy * size + sx;
                double value = masks[at];
                if (sx < size - 1 && sy < size - 1) {
                    double above = masks[at] * (1 - u + sx) + masks[at + 1] * (u - sx);
                    double below = masks[at + size] * (1 - u + sx) + masks[at + size + 1] * (u - sx);
                    value = above * (1 - v + sy) + below * (v - sy);
                }
                votes[(x - left) * rows + y - top] += value * weight;
            }
        }
    }

    /** The tight box (x1, y1, x2, y2), inclusive, of the pixels whose votes suffice; the image's centre if none does. */
    int[] tightBox() {
        int x1 = Integer.MAX_VALUE;
        int y1 = Integer.MAX_VALUE;
        int x2 = -1;
        int y2 = -1;
        for (int x = left; x < left + columns; x++) {
            for (int y = top; y < top + rows; y++) {
                if (suffices((float) votesAt(x, y))) {
                    x1 = Math.min(x1, x);
                    y1 = Math.min(y1, y);
                    x2 = x;
                    y2 = Math.max(y2, y);
                }
            }
        }
        int middleX = candidates.width() / 2;
        int middleY = candidates.height() / 2;
        return x2 < 0 ? new int[] {middleX, middleY, middleX, middleY} : new int[] {x1, y1, x2, y2};
    }

    private boolean suffices(float sum) {
        return settings.flavour() == Flavour.BINARISED ? sum >= settings.binarise() : sum > settings.binarise();
    }

    private double votesAt(int x, int y) {
        int column = x - left;
        int row = y - top;
        return column >= 0 && column < columns && row >= 0 && row < rows ? votes[column * rows + row] : 0;
    }

    /** The votes inside a box, resized to the square of a mask, row-major. */
    float[] resized(int[] box) {
        int size = candidates.maskSize();
        int width = box[2] - box[0] + 1;
        int height = box[3] - box[1] + 1;
        float[] mask = new float[size * size];
        if (settings.flavour() == Flavour.BINARISED) {
            BilinearAxis across = BilinearAxis.resize(width, size);
            BilinearAxis down = BilinearAxis.resize(height, size);
            for (int i = 0; i < mask.length; i++) {
                mask[i] = (float) resizedAt(across, down, i % size, i / size, box);
            }
        } else {
            for (int i = 0; i < mask.length; i++) {
                int column = i % size;
                int row = i / size;
                mask[i] = (float)
                        cornerAligned(box[0] + column * (double) width / size, box[1] + row * (double) height / size);
            }
        }
        return mask;
    }

    private double resizedAt(BilinearAxis across, BilinearAxis down, int j, int i, int[] box) {
        int x1 = box[0] + across.low(j);
        int x2 = box[0] + across.high(j);
        int y1 = box[1] + down.low(i);
        int y2 = box[1] + down.high(i);
        double above = across.between(j, votesAt(x1, y1), votesAt(x2, y1));
        double below = across.between(j, votesAt(x1, y2), votesAt(x2, y2));
        return down.between(i, above, below);
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
