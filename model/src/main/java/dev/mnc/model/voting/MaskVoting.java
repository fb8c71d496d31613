package dev.mnc.model.voting;

import dev.mnc.model.voting.VotingSettings.Flavour;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The mask voting, which turns the cascade's candidates into instances: per class the best boxes survive, and every
 * candidate that overlaps a survivor votes on its mask.
 *
 * <p>Source: section 4.1 of the paper, {@code mask_transform.py} (CPU) and {@code mv_kernel.cu} (GPU) of the released
 * code. Only the window that the voters of one survivor cover is ever drawn.
 */
public final class MaskVoting {

    private MaskVoting() {}

    /**
     * The candidates of one image, from all rounds together. Arrays are shared, not copied.
     *
     * @param classes number of classes C with background, which is class 0
     * @param maskSize side m of a mask
     * @param boxes {@code [N, 4]} inclusive corners, px of the original image, clipped to it
     * @param scores {@code [N, C]} class probabilities
     * @param masks {@code [N, m * m]} probabilities, each row-major
     * @param height rows of the original image, px
     * @param width columns of the original image, px
     */
    public record Candidates(
            int classes, int maskSize, float[] boxes, float[] scores, float[] masks, int height, int width) {

        public Candidates {
            int count = boxes.length / 4;
            if (boxes.length != 4 * count
                    || scores.length != (long) classes * count
                    || masks.length != (long) maskSize * maskSize * count) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "boxes [N, 4], scores [N, %d] and masks [N, %d] must agree in N, got %d, %d and %d numbers",
                        classes,
                        maskSize * maskSize,
                        boxes.length,
                        scores.length,
                        masks.length));
            }
        }

        int count() {
            return boxes.length / 4;
        }

        /** Returns a coordinate of a box: {@code edge} 0 is x1, 1 y1, 2 x2, 3 y2. */
        float corner(int candidate, int edge) {
            return boxes[4 * candidate + edge];
        }

        float score(int candidate, int classIndex) {
            return scores[candidate * classes + classIndex];
        }
    }

    /**
     * One instance.
     *
     * @param classIndex class, at least 1
     * @param score probability of the class, of the candidate that survived
     * @param x1 first column of the mask's tight box, px of the original image
     * @param y1 first row
     * @param x2 last column, inclusive
     * @param y2 last row, inclusive
     * @param mask {@code [m, m]} row-major: the votes resized to a square, to be stretched over the box again
     */
    public record VotedInstance(int classIndex, float score, int x1, int y1, int x2, int y2, float[] mask) {}

    /** A candidate that survived suppression in one class. */
    private record Survivor(int classIndex, int candidate, float score) {}

    /**
     * Returns the instances of an image.
     *
     * <p>Where the votes reach the mask threshold nowhere, the instance is that of the released code: the single pixel
     * at the image's centre, with a mask below the threshold.
     *
     * @return the instances, the highest score first; of equal scores the lower class first
     */
    public static List<VotedInstance> vote(Candidates candidates, VotingSettings settings) {
        List<VotedInstance> voted = new ArrayList<>();
        BinarisedMasks ballots = new BinarisedMasks(candidates, settings.binarise());
        for (Survivor survivor : survivors(candidates, settings)) {
            voted.add(merge(candidates, ballots, survivor, settings));
        }
        return voted;
    }

    private static List<Survivor> survivors(Candidates candidates, VotingSettings settings) {
        List<Survivor> survivors = new ArrayList<>();
        for (int c = 1; c < candidates.classes(); c++) {
            int classIndex = c;
            // Suppression goes from high to low scores, so whatever is below the minimum has no effect on the rest.
            int[] eligible = IntStream.range(0, candidates.count())
                    .filter(i -> !(candidates.score(i, classIndex) < settings.minScore()))
                    .toArray();
            float[] boxes = new float[4 * eligible.length];
            float[] scores = new float[eligible.length];
            for (int k = 0; k < eligible.length; k++) {
                System.arraycopy(candidates.boxes(), 4 * eligible[k], boxes, 4 * k, 4);
                scores[k] = candidates.score(eligible[k], classIndex);
            }
            for (int k : NonMaximumSuppression.select(boxes, scores, settings.nmsIou(), settings.perImage())) {
                survivors.add(new Survivor(classIndex, eligible[k], scores[k]));
            }
        }
        survivors.sort(Comparator.comparingDouble(survivor -> -survivor.score()));
        int end = Math.min(settings.perImage(), survivors.size());
        while (end < survivors.size()
                && survivors.get(end).score() == survivors.get(end - 1).score()) {
            end++;
        }
        return survivors.subList(0, end);
    }

    private static VotedInstance merge(
            Candidates candidates, BinarisedMasks ballots, Survivor survivor, VotingSettings settings) {
        int[] voters = voters(candidates, survivor.candidate(), settings.voterIou());
        double[] weights = weights(candidates, voters, survivor.classIndex());
        Votes votes = settings.flavour() == Flavour.BINARISED
                ? new BinarisedVotes(ballots, voters, weights)
                : new AveragedVotes(candidates, voters, weights, settings.binarise());
        int[] box = votes.tightBox();
        return new VotedInstance(
                survivor.classIndex(), survivor.score(), box[0], box[1], box[2], box[3], votes.resized(box));
    }

    private static int[] voters(Candidates candidates, int survivor, float least) {
        int[] voters = new int[candidates.count()];
        int count = 0;
        for (int i = 0; i < voters.length; i++) {
            if (BoxCoding.iou(candidates.boxes(), i, candidates.boxes(), survivor) >= least) {
                voters[count++] = i;
            }
        }
        return Arrays.copyOf(voters, count);
    }

    private static double[] weights(Candidates candidates, int[] voters, int classIndex) {
        double[] weights = new double[voters.length];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = candidates.score(voters[k], classIndex);
        }
        double sum = Arrays.stream(weights).sum();
        // Scores that underflowed to 0 weigh the same.
        Arrays.setAll(weights, k -> sum > 0 ? weights[k] / sum : 1.0 / weights.length);
        return weights;
    }
}
