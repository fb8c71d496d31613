package dev.mnc.training.targets;

import dev.mnc.model.voting.BoxCoding;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A sampler of the regions that the later stages learn from, which also matches regions with ground truth.
 *
 * <p>Source: {@code proposal_target_layer.py} and {@code stage_bridge_layer.py} of the released MNC code. There an IoU
 * that is exactly a limit falls on both sides of it; here it belongs to the upper side alone, so no region can be drawn
 * twice.
 */
public final class RoiSampler {

    private RoiSampler() {}

    /**
     * Draws a batch: foreground up to its share, then from the rest of the batch the shares of hard and of easy
     * background. Where there are too few of one kind, no other kind replaces them.
     *
     * @param rois {@code [R, 4]} proposals, inclusive corners, px
     * @param truthBoxes {@code [G, 4]} in the same frame; they are candidates too, numbered from R on
     * @param settings sizes and limits
     * @param random draws
     */
    public static RoiSample sample(float[] rois, float[] truthBoxes, RoiSampling settings, Random random) {
        float[] candidates = Arrays.copyOf(rois, rois.length + truthBoxes.length);
        System.arraycopy(truthBoxes, 0, candidates, rois.length, truthBoxes.length);
        int truths = truthBoxes.length / 4;
        int count = candidates.length / 4;
        float[] overlaps = BoxCoding.iou(candidates, truthBoxes);
        int[] matched = new int[count];
        float[] best = new float[count];
        for (int i = 0; i < count; i++) {
            matched[i] = BestOverlap.of(overlaps, i, truths);
            best[i] = matched[i] < 0 ? 0 : overlaps[i * truths + matched[i]];
        }
        float foregroundIou = (float) settings.foregroundIou();
        float hardIou = (float) settings.hardBackgroundIou();
        int most = round(settings.batch() * settings.foregroundShare());
        int[] foreground = draw(count, i -> best[i] >= foregroundIou, most, random);
        int rest = settings.batch() - foreground.length;
        int mostHard = round(rest * settings.hardBackgroundShare());
        int mostEasy = round(rest * (1 - settings.hardBackgroundShare()));
        int[] hard = draw(count, i -> best[i] >= hardIou && best[i] < foregroundIou, mostHard, random);
        int[] easy = draw(count, i -> best[i] < hardIou, Math.min(mostEasy, rest - mostHard), random);
        int[] drawn = Arrays.copyOf(foreground, foreground.length + hard.length + easy.length);
        System.arraycopy(hard, 0, drawn, foreground.length, hard.length);
        System.arraycopy(easy, 0, drawn, foreground.length + hard.length, easy.length);
        int[] truth = new int[drawn.length];
        Arrays.setAll(truth, k -> k < foreground.length ? matched[drawn[k]] : -1);
        return new RoiSample(drawn, truth);
    }

    private static int round(double share) {
        return (int) Math.rint(share);
    }

    private static int[] draw(int count, IntPredicate kind, int limit, Random random) {
        return RandomChoice.of(IntStream.range(0, count).filter(kind).toArray(), limit, random);
    }

    /**
     * Matches every region, without drawing, as the stage bridge does with its boxes.
     *
     * @param rois {@code [R, 4]} inclusive corners, px
     * @param truthBoxes {@code [G, 4]} in the same frame
     * @param threshold least IoU of a foreground region
     * @return {@code [R]} index of the truth each region overlaps most (of equals the first), or -1 below the threshold
     */
    public static int[] match(float[] rois, float[] truthBoxes, double threshold) {
        int truths = truthBoxes.length / 4;
        float[] overlaps = BoxCoding.iou(rois, truthBoxes);
        int[] matched = new int[rois.length / 4];
        for (int i = 0; i < matched.length; i++) {
            int best = BestOverlap.of(overlaps, i, truths);
            matched[i] = best >= 0 && overlaps[i * truths + best] >= (float) threshold ? best : -1;
        }
        return matched;
    }
}
