package dev.mnc.benchmark;

import dev.mnc.model.voting.MaskVoting;
import dev.mnc.model.voting.MaskVoting.Candidates;
import dev.mnc.model.voting.MaskVoting.VotedInstance;
import dev.mnc.model.voting.VotingSettings;
import dev.mnc.model.voting.VotingSettings.Flavour;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Mask voting; an operation is one image of 640 x 480 px: 20 objects of six categories, each found by 15 candidates
 * that differ a little, as a cascade's two rounds leave them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 2)
public class MaskVotingTime {

    private static final int OBJECTS = 20;
    private static final int FINDS = 15;
    private static final int CLASSES = 7;
    private static final int SIZE = 28;
    private static final int HEIGHT = 480;
    private static final int WIDTH = 640;

    /** The rule by which votes count. */
    @Param
    public Flavour flavour;

    private final float[] boxes = new float[OBJECTS * FINDS * 4];
    private final float[] scores = new float[OBJECTS * FINDS * CLASSES];
    private final float[] masks = new float[OBJECTS * FINDS * SIZE * SIZE];

    /** Makes the image. */
    @Setup
    public void make() {
        Random random = new Random(1);
        for (int object = 0; object < OBJECTS; object++) {
            int width = 60 + random.nextInt(260);
            int height = 60 + random.nextInt(200);
            int x = random.nextInt(WIDTH - width);
            int y = random.nextInt(HEIGHT - height);
            for (int find = 0; find < FINDS; find++) {
                int i = object * FINDS + find;
                boxes[4 * i] = clip(x + jitter(random, width), WIDTH);
                boxes[4 * i + 1] = clip(y + jitter(random, height), HEIGHT);
                boxes[4 * i + 2] = clip(x + width + jitter(random, width), WIDTH);
                boxes[4 * i + 3] = clip(y + height + jitter(random, height), HEIGHT);
                float score = 0.2f + 0.79f * random.nextFloat();
                for (int c = 0; c < CLASSES; c++) {
                    scores[CLASSES * i + c] = c == 1 + object % 6 ? score : (1 - score) / (CLASSES - 1);
                }
                disc(random, i);
            }
        }
    }

    private static float jitter(Random random, int side) {
        return (random.nextFloat() - 0.5f) * 0.2f * side;
    }

    private static float clip(float edge, int side) {
        return Math.max(0, Math.min(edge, side - 1));
    }

    private void disc(Random random, int candidate) {
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                double u = 2.0 * i / (SIZE - 1) - 1;
                double v = 2.0 * j / (SIZE - 1) - 1;
                double logit = 8 * (1 - u * u - v * v) + (random.nextDouble() - 0.5) * 2;
                masks[(candidate * SIZE + i) * SIZE + j] = (float) (1 / (1 + Math.exp(-logit)));
            }
        }
    }

    /** Votes. */
    @Benchmark
    public List<VotedInstance> vote() {
        Candidates candidates = new Candidates(CLASSES, SIZE, boxes, scores, masks, HEIGHT, WIDTH);
        return MaskVoting.vote(
                candidates, VotingSettings.PAPER.withFlavour(flavour).withMinScore(0.2f));
    }
}
