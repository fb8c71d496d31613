package dev.mnc.model.voting;

import java.util.Locale;

/**
 * The settings of mask voting.
 *
 * @param nmsIou candidates of a class that overlap a better one by more than this are suppressed, in [0, 1]
 * @param voterIou least IoU with a survivor at which a candidate votes on its mask, in [0, 1]
 * @param binarise least probability of a foreground pixel, in (0, 1)
 * @param perImage most instances of one image, at least 1; more only where scores are equal
 * @param minScore survivors with a lower score are left out before any mask is touched, in [0, 1]
 * @param flavour the way in which votes are counted
 */
public record VotingSettings(
        float nmsIou, float voterIou, float binarise, int perImage, float minScore, Flavour flavour) {

    /** The two programs that were released; they give slightly different masks. */
    public enum Flavour {
        /** Each vote is cut to 0 or 1 on the rounded box before it counts: the released CPU code. */
        BINARISED,
        /** Votes count as probabilities on the box as it is: the released GPU code. */
        AVERAGED
    }

    /** The paper's settings, with the CPU code's way of counting. */
    public static final VotingSettings PAPER = new VotingSettings(0.3f, 0.5f, 0.4f, 100, 0, Flavour.BINARISED);

    public VotingSettings {
        requireShare("suppression IoU", nmsIou);
        requireShare("voter IoU", voterIou);
        requireShare("minimum score", minScore);
        if (!(binarise > 0 && binarise < 1)) {
            throw new IllegalArgumentException("mask threshold must lie in (0, 1), got " + binarise);
        }
        if (perImage < 1) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "instances per image must be >= 1, got %d", perImage));
        }
    }

    private static void requireShare(String name, float share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " must lie in [0, 1], got " + share);
        }
    }

    /** Returns these settings with another way to count votes. */
    public VotingSettings withFlavour(Flavour other) {
        return new VotingSettings(nmsIou, voterIou, binarise, perImage, minScore, other);
    }

    /** Returns these settings with another minimum score. */
    public VotingSettings withMinScore(float score) {
        return new VotingSettings(nmsIou, voterIou, binarise, perImage, score, flavour);
    }
}
