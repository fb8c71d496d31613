package dev.mnc.training.targets;

import dev.mnc.model.voting.BoxCoding;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * The targets of the region proposal network for one image: for each anchor whether it holds an object, and the deltas
 * to the object's box.
 *
 * <p>Source: {@code anchor_target_layer.py} of the released MNC code (section 3.1 of Faster R-CNN).
 */
public final class RpnTargets {

    private static final float POSITIVE_IOU = 0.7f;
    private static final float NEGATIVE_IOU = 0.3f;
    private static final int IGNORED = -1;
    private static final int BACKGROUND = 0;
    private static final int FOREGROUND = 1;

    private final float[] anchors;
    private final float[] truthBoxes;
    private final int[] labels;
    private final int[] matched;

    private RpnTargets(float[] anchors, float[] truthBoxes, int[] labels, int[] matched) {
        this.anchors = anchors;
        this.truthBoxes = truthBoxes;
        this.labels = labels;
        this.matched = matched;
    }

    /**
     * Labels the anchors of one image and draws a batch of them.
     *
     * <p>Only anchors that lie wholly inside the image take part. Foreground is every anchor with an IoU of at least
     * 0.7 with some truth and, for each truth that any anchor touches, the anchors that overlap it most, ties included.
     * Background is every other anchor whose IoU with all truths is below 0.3. Where there are more foreground anchors
     * than their share of the batch, or more background anchors than fill the rest, the surplus is drawn at random and
     * ignored.
     *
     * <p>Two cases the released code fails on: without any truth all anchors inside are background; in an image too
     * small to hold any anchor, those whose centre lies inside stand in.
     *
     * @param anchors {@code [n, 4]} inclusive corners, px of the network's input; shared, not copied
     * @param height rows of the input, px
     * @param width columns of the input, px
     * @param truthBoxes {@code [G, 4]} ground truth in the same frame, G may be 0; shared, not copied
     * @param batch most anchors to label, 256 in the paper
     * @param foregroundShare most of the batch that may be foreground, in [0, 1], 0.5 in the paper
     * @param random draws the batch
     */
    public static RpnTargets assign(
            float[] anchors,
            float height,
            float width,
            float[] truthBoxes,
            int batch,
            double foregroundShare,
            Random random) {
        int n = anchors.length / 4;
        boolean[] inside = inside(anchors, height, width);
        int[] labels = new int[n];
        Arrays.fill(labels, IGNORED);
        int[] matched = new int[n];
        label(labels, matched, inside, BoxCoding.iou(anchors, truthBoxes), truthBoxes.length / 4);
        RandomChoice.thin(labels, FOREGROUND, (int) (batch * foregroundShare), IGNORED, random);
        int foreground = RandomChoice.count(labels, FOREGROUND);
        RandomChoice.thin(labels, BACKGROUND, batch - foreground, IGNORED, random);
        return new RpnTargets(anchors, truthBoxes, labels, matched);
    }

    private static boolean[] inside(float[] anchors, float height, float width) {
        boolean[] whole = new boolean[anchors.length / 4];
        boolean[] centre = new boolean[whole.length];
        boolean any = false;
        for (int i = 0; i < whole.length; i++) {
            float x1 = anchors[4 * i];
            float y1 = anchors[4 * i + 1];
            float x2 = anchors[4 * i + 2];
            float y2 = anchors[4 * i + 3];
            whole[i] = x1 >= 0 && y1 >= 0 && x2 < width && y2 < height;
            float x = (x1 + x2) / 2;
            float y = (y1 + y2) / 2;
            centre[i] = x >= 0 && y >= 0 && x < width && y < height;
            any |= whole[i];
        }
        return any ? whole : centre;
    }

    private static void label(int[] labels, int[] matched, boolean[] inside, float[] overlaps, int truths) {
        float[] bestOfTruth = new float[truths];
        for (int i = 0; i < labels.length; i++) {
            matched[i] = BestOverlap.of(overlaps, i, truths);
            if (inside[i]) {
                for (int g = 0; g < truths; g++) {
                    bestOfTruth[g] = Math.max(bestOfTruth[g], overlaps[i * truths + g]);
                }
            }
        }
        for (int i = 0; i < labels.length; i++) {
            if (!inside[i]) {
                continue;
            }
            float best = matched[i] < 0 ? 0 : overlaps[i * truths + matched[i]];
            boolean positive = best >= POSITIVE_IOU;
            for (int g = 0; !positive && g < truths; g++) {
                positive = bestOfTruth[g] > 0 && overlaps[i * truths + g] == bestOfTruth[g];
            }
            labels[i] = positive ? FOREGROUND : best < NEGATIVE_IOU ? BACKGROUND : IGNORED;
        }
    }

    /**
     * Returns these targets with the labels of some anchors replaced. The released code does so ({@code MIX_INDEX}) for
     * the anchors whose proposals the second stage was trained on, after the batch is drawn.
     *
     * @param anchorIndices the anchors, inside the image or not
     * @param forcedLabels for each of them 1 (foreground) or 0 (background)
     * @throws IllegalArgumentException if the arrays differ in length, a label is neither, or an anchor is to be
     *     foreground where there is no ground truth
     */
    public RpnTargets withForced(int[] anchorIndices, int[] forcedLabels) {
        if (anchorIndices.length != forcedLabels.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "%d anchors cannot take %d labels", anchorIndices.length, forcedLabels.length));
        }
        int[] forced = labels.clone();
        for (int k = 0; k < forcedLabels.length; k++) {
            int label = forcedLabels[k];
            if (label != BACKGROUND && label != FOREGROUND) {
                throw new IllegalArgumentException("a forced label must be 0 or 1, got " + label);
            }
            if (label == FOREGROUND && truthBoxes.length == 0) {
                throw new IllegalArgumentException(
                        "anchor " + anchorIndices[k] + " cannot be foreground in an image without ground truth");
            }
            forced[anchorIndices[k]] = label;
        }
        return new RpnTargets(anchors, truthBoxes, forced, matched);
    }

    /** Returns the labels {@code [n]}: 1 foreground, 0 background, -1 ignored. */
    public int[] labels() {
        return labels.clone();
    }

    /**
     * Returns {@code [n]}: the truth each anchor overlaps most (of equals the first), or -1 where there is no truth.
     */
    public int[] matched() {
        return matched.clone();
    }

    /**
     * Returns {@code [n, 4]}: (dx, dy, dw, dh) from each foreground anchor to its truth, not normalised; 0 elsewhere.
     */
    public float[] deltas() {
        float[] targets = anchors.clone();
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == FOREGROUND) {
                System.arraycopy(truthBoxes, 4 * matched[i], targets, 4 * i, 4);
            }
        }
        // The deltas from an anchor to itself are 0.
        return BoxCoding.encode(anchors, targets);
    }
}
