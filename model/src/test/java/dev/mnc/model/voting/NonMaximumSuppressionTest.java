package dev.mnc.model.voting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.model.Golden;
import dev.mnc.model.cascade.Anchors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonMaximumSuppressionTest {

    @Test
    void theProposalStepKeepsTheAnchorsOfTheReleasedCode() throws IOException {
        Golden golden = Golden.read("proposal.json");
        int rows = golden.integer("fh");
        int columns = golden.integer("fw");
        float[] info = golden.floats("im_info");
        Anchors anchors = new Anchors(16, 16, List.of(0.5f, 1f, 2f), List.of(8f, 16f, 32f));
        int n = rows * columns * 9;
        float[] boxes = BoxCoding.decode(Golden.countedFromOne(anchors.grid(rows, columns)), deltas(4 * n));
        BoxCoding.clip(boxes, info[0], info[1]);
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            scores[i] = (float) ((7919.0 * i % n + 1) / (n + 1));
        }
        float least = golden.integer("min_size") * info[2];
        int[] order = IntStream.of(NonMaximumSuppression.byScore(scores))
                .filter(i -> boxes[4 * i + 2] - boxes[4 * i] + 1 >= least)
                .filter(i -> boxes[4 * i + 3] - boxes[4 * i + 1] + 1 >= least)
                .limit(golden.integer("pre_nms"))
                .toArray();
        float[] candidates = gather(boxes, order, 4);
        int[] kept = NonMaximumSuppression.select(
                candidates, gather(scores, order, 1), golden.number("nms_thr"), golden.integer("post_nms"));

        assertThat(IntStream.of(kept).map(k -> order[k]).toArray()).containsExactly(golden.integers("flat_index"));
        assertThat(gather(candidates, kept, 4)).containsExactly(golden.floats("rois"), within(1e-3f));
        assertThat(gather(gather(scores, order, 1), kept, 1)).containsExactly(golden.floats("scores"), within(1e-6f));
    }

    @Test
    void equalScoresKeepTheirOrderAndNegativeOnesComeLast() {
        assertThat(NonMaximumSuppression.byScore(new float[] {0.5f, -0.0f, 0.5f, -2, 0, 1, -1}))
                .containsExactly(5, 0, 2, 1, 4, 6, 3);
    }

    @Test
    void anOverlapAtTheThresholdDoesNotSuppress() {
        // Two boxes of 10 x 10 px that share 5 columns: IoU 50 / 150.
        float[] boxes = {0, 0, 9, 9, 5, 0, 14, 9};
        float[] scores = {0.9f, 0.8f};
        assertThat(NonMaximumSuppression.select(boxes, scores, 50f / 150f, 10)).containsExactly(0, 1);
        assertThat(NonMaximumSuppression.select(boxes, scores, 0.33f, 10)).containsExactly(0);
    }

    @Test
    void aScoreThatIsNotANumberIsRefused() {
        assertThatThrownBy(() -> NonMaximumSuppression.select(new float[8], new float[] {1, Float.NaN}, 0.5f, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score 1 is NaN; the model's output cannot be used");
        assertThatThrownBy(() -> NonMaximumSuppression.select(new float[8], new float[3], 0.5f, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("boxes must be [n, 4] and scores [n], got 8 and 3 numbers");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomBoxesAreSelectedAsByCountingPixels(long seed) {
        Random random = new Random(seed);
        int n = 60;
        float[] boxes = new float[4 * n];
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            boxes[4 * i] = random.nextInt(20);
            boxes[4 * i + 1] = random.nextInt(20);
            boxes[4 * i + 2] = boxes[4 * i] + random.nextInt(15);
            boxes[4 * i + 3] = boxes[4 * i + 1] + random.nextInt(15);
            scores[i] = random.nextInt(20) / 20f;
        }
        List<Integer> alive = new ArrayList<>(IntStream.range(0, n).boxed().toList());
        alive.sort(Comparator.comparingDouble(i -> -scores[i]));
        List<Integer> expected = new ArrayList<>();
        while (!alive.isEmpty() && expected.size() < 25) {
            int best = alive.get(0);
            expected.add(best);
            alive.removeIf(i -> i == best || countedIou(boxes, best, i) > 0.4);
        }
        assertThat(NonMaximumSuppression.select(boxes, scores, 0.4f, 25))
                .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    }

    private static double countedIou(float[] boxes, int i, int j) {
        int both = 0;
        int either = 0;
        for (int y = 0; y < 40; y++) {
            for (int x = 0; x < 40; x++) {
                boolean inA = holds(boxes, i, x, y);
                boolean inB = holds(boxes, j, x, y);
                both += inA && inB ? 1 : 0;
                either += inA || inB ? 1 : 0;
            }
        }
        return (double) both / either;
    }

    private static boolean holds(float[] boxes, int i, int x, int y) {
        return x >= boxes[4 * i] && x <= boxes[4 * i + 2] && y >= boxes[4 * i + 1] && y <= boxes[4 * i + 3];
    }

    private static float[] deltas(int count) {
        float[] deltas = new float[count];
        for (int i = 0; i < count; i++) {
            deltas[i] = (float) (0.1 * Math.sin(0.017 * i * i + 1.1 * i + 0.7));
        }
        return deltas;
    }

    private static float[] gather(float[] values, int[] indices, int width) {
        float[] gathered = new float[indices.length * width];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(values, indices[i] * width, gathered, i * width, width);
        }
        return gathered;
    }
}
