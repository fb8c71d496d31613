package dev.mnc.mnc.voting;

import dev.mnc.mnc.voting.MaskVoting.Candidates;

/** The votes on one mask, summed over the window of the image that the voters' boxes cover. */
sealed interface Votes permits AveragedVotes, BinarisedVotes {

    /** The tight box (x1, y1, x2, y2), inclusive, of the pixels whose votes suffice; the image's centre if none does. */
    int[] tightBox();

    /** The votes inside a box of the image, resized to the square of a mask, row-major. */
    float[] resized(int[] box);

    /** The box of the image's central pixel. */
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

        /** What corners (x1, y1, x2, y2), inclusive, enclose of an image. */
        static Window of(int x1, int y1, int x2, int y2, Candidates image) {
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
}
