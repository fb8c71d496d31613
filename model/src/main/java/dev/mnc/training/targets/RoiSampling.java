package dev.mnc.training.targets;

/**
 * The settings by which the regions that the later stages learn from are drawn.
 *
 * @param batch most regions of one image, at least 1
 * @param foregroundShare most of the batch that may be foreground, in [0, 1]; rounded half to even
 * @param foregroundIou least IoU with a truth of a foreground region, in (0, 1]
 * @param hardBackgroundIou IoU from which on a background region counts as hard, in [0, foregroundIou]
 * @param hardBackgroundShare share of hard regions among the background, in [0, 1]
 */
public record RoiSampling(
        int batch, double foregroundShare, double foregroundIou, double hardBackgroundIou, double hardBackgroundShare) {

    /** The paper's and the released code's settings. */
    public static final RoiSampling PAPER = new RoiSampling(64, 0.3, 0.5, 0.1, 0.85);

    public RoiSampling {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch must hold at least 1 region, got " + batch);
        }
        requireShare("foreground share", foregroundShare);
        requireShare("hard background share", hardBackgroundShare);
        if (!(foregroundIou > 0 && foregroundIou <= 1)) {
            throw new IllegalArgumentException("foreground IoU must lie in (0, 1], got " + foregroundIou);
        }
        if (!(hardBackgroundIou >= 0 && hardBackgroundIou <= foregroundIou)) {
            throw new IllegalArgumentException(
                    "hard background IoU must lie in [0, " + foregroundIou + "], got " + hardBackgroundIou);
        }
    }

    /** Returns these settings with another batch. */
    public RoiSampling withBatch(int regions) {
        return new RoiSampling(regions, foregroundShare, foregroundIou, hardBackgroundIou, hardBackgroundShare);
    }

    private static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " must lie in [0, 1], got " + share);
        }
    }
}
