package dev.mnc.model.voting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.geometry.BilinearAxis;
import dev.mnc.geometry.SoftMask;
import dev.mnc.model.voting.MaskVoting.Candidates;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinarisedVotesTest {

    /** More rows than a long has bits. */
    private static final int HEIGHT = 150;

    private static final int WIDTH = 80;
    private static final float THRESHOLD = 0.4f;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void boxAndMaskAreThoseOfTheWholeCanvasToTheBit(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 50; trial++) {
            int size = 2 + random.nextInt(trial % 7 == 0 ? 90 : 12);
            Candidates candidates =
                    candidates(random, size, 1 + random.nextInt(9), trial % 3, trial % 7 == 0 ? 160 : 60);
            int[] voters = IntStream.range(0, candidates.count()).toArray();
            double[] weights = random.doubles(voters.length).toArray();
            double sum = Arrays.stream(weights).sum();
            Arrays.setAll(weights, k -> trialWeight(weights[k] / sum, voters.length, random));
            double[][] canvas = canvas(candidates, weights);

            Votes votes = new BinarisedVotes(new BinarisedMasks(candidates, THRESHOLD), voters, weights);

            int[] box = tightBox(canvas);
            assertThat(votes.tightBox()).as("trial %s", trial).isEqualTo(box);
            assertThat(votes.resized(box)).as("trial %s", trial).isEqualTo(resized(canvas, box, size));
        }
    }

    /** Shares, or equal ones whose sums hit the threshold. */
    private static double trialWeight(double share, int voters, Random random) {
        return random.nextBoolean() ? share : voters >= 5 ? 0.2f : 1.0 / voters;
    }

    private static Candidates candidates(Random random, int size, int count, int kind, int longest) {
        float[] boxes = new float[4 * count];
        float[] masks = new float[count * size * size];
        int x = random.nextInt(WIDTH - 10);
        int y = random.nextInt(HEIGHT - Math.min(longest, HEIGHT - 10));
        int side = 5 + random.nextInt(longest);
        for (int i = 0; i < count; i++) {
            boxes[4 * i] = x + random.nextFloat() * 6;
            boxes[4 * i + 1] = y + random.nextFloat() * 6;
            boxes[4 * i + 2] = boxes[4 * i] + side * random.nextFloat();
            boxes[4 * i + 3] = boxes[4 * i + 1] + side * random.nextFloat();
        }
        BoxCoding.clip(boxes, HEIGHT, WIDTH);
        for (int i = 0; i < masks.length; i++) {
            int row = i / size % size;
            double u = 2.0 * (i % size) / size - 1;
            double v = 2.0 * row / size - 1;
            double noise = random.nextFloat();
            masks[i] = (float) (kind == 0 ? noise : kind == 1 ? 1 - u * u - v * v + 0.2 * noise : 0.4 * noise);
        }
        return new Candidates(2, size, boxes, new float[2 * count], masks, HEIGHT, WIDTH);
    }

    /** The votes of every pixel, {@code [x][y]}. */
    private static double[][] canvas(Candidates candidates, double[] weights) {
        double[][] canvas = new double[WIDTH][HEIGHT];
        int size = candidates.maskSize();
        for (int voter = 0; voter < weights.length; voter++) {
            int[] box = new int[4];
            for (int edge = 0; edge < 4; edge++) {
                box[edge] = (int) Math.rint(candidates.boxes()[4 * voter + edge]);
            }
            BilinearAxis across = BilinearAxis.resize(size, box[2] - box[0] + 1);
            BilinearAxis down = BilinearAxis.resize(size, box[3] - box[1] + 1);
            SoftMask mask = new SoftMask(candidates.masks(), voter * size * size, size);
            float[] column = new float[down.count()];
            for (int x = 0; x < across.count(); x++) {
                mask.computeColumn(across, down, x, column);
                for (int y = 0; y < column.length; y++) {
                    canvas[box[0] + x][box[1] + y] += column[y] >= THRESHOLD ? weights[voter] : 0;
                }
            }
        }
        return canvas;
    }

    private static int[] tightBox(double[][] canvas) {
        int[] box = {WIDTH, HEIGHT, -1, -1};
        for (int x = 0; x < WIDTH; x++) {
            for (int y = 0; y < HEIGHT; y++) {
                if ((float) canvas[x][y] >= THRESHOLD) {
                    box[0] = Math.min(box[0], x);
                    box[1] = Math.min(box[1], y);
                    box[2] = x;
                    box[3] = Math.max(box[3], y);
                }
            }
        }
        return box[2] < 0 ? new int[] {WIDTH / 2, HEIGHT / 2, WIDTH / 2, HEIGHT / 2} : box;
    }

    private static float[] resized(double[][] canvas, int[] box, int size) {
        BilinearAxis across = BilinearAxis.resize(box[2] - box[0] + 1, size);
        BilinearAxis down = BilinearAxis.resize(box[3] - box[1] + 1, size);
        float[] mask = new float[size * size];
        for (int i = 0; i < mask.length; i++) {
            double[] left = canvas[box[0] + across.low(i % size)];
            double[] right = canvas[box[0] + across.high(i % size)];
            int upper = box[1] + down.low(i / size);
            int lower = box[1] + down.high(i / size);
            double above = across.between(i % size, left[upper], right[upper]);
            double below = across.between(i % size, left[lower], right[lower]);
            mask[i] = (float) down.between(i / size, above, below);
        }
        return mask;
    }
}
