package dev.mnc.model.voting;

import dev.mnc.model.voting.MaskVoting.Candidates;

/** The votes on one mask, summed over the window of the image that the voters' boxes cover. */
sealed interface Votes permits AveragedVotes, BinarisedVotes {

    /**
     * Returns the tight box (x1, y1, x2, y2), inclusive, of the pixels whose votes suffice; the image's centre if none
     * does.
     */
    int[] tightBox();

    /** Returns the votes inside a box of the image, resized to the square of a mask, row-major. */
    float[] resized(int[] box);

    /** Returns the box of the image's central pixel. */
    static int[] centre(Candidates candidates) {
        int x = candidates.width() / 2;
        int y = candidates.height() / 2;
        return new int[] {x, y, x, y};
    }

    /**
     * Part of an image, px; empty where a side is 0.
     *
     * @param left first column
     * @param top first row
     */
    record Window(int left, int top, int columns, int rows) {

        /**
         * Returns the window that the boxes of some voters enclose together.
         *
         * @param first first pixel of a voter's box, by its corner 0 (x1) or 1 (y1)
         * @param last last pixel, inclusive, by its corner 2 (x2) or 3 (y2)
         */
        static Window around(Candidates image, int[] voters, Edge first, Edge last) {
            int x1 = image.width();
            int y1 = image.height();
            int x2 = -1;
            int y2 = -1;
            for (int voter : voters) {
                x1 = Math.min(x1, first.pixel(voter, 0));
                y1 = Math.min(y1, first.pixel(voter, 1));
                x2 = Math.max(x2, last.pixel(voter, 2));
                y2 = Math.max(y2, last.pixel(voter, 3));
            }
            int left = Math.max(x1, 0);
            int top = Math.max(y1, 0);
            return new Window(
                    left,
                    top,
                    Math.max(Math.min(x2, image.width() - 1) - left + 1, 0),
                    Math.max(Math.min(y2, image.height() - 1) - top + 1, 0));
        }

        int right() {
            return left + columns - 1;
        }

        int bottom() {
            return top + rows - 1;
        }
    }

    /** The rounding of a corner of a voter's box to a pixel, which differs between the two released programs. */
    interface Edge {
        int pixel(int voter, int corner);
    }
}
