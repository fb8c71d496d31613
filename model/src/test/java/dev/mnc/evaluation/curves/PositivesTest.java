package dev.mnc.evaluation.curves;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PositivesTest {

    private static final int CATEGORIES = 3;
    private static final MatchRules RULES = new MatchRules(
            new double[] {0.5}, new double[] {0, 0, 10}, new double[] {1e10, 10, 1e10}, new int[] {1}, Compat.NONE);

    private record Seen(long image, int category, double area, boolean crowd) {

        private boolean counts(int wanted, int range) {
            return category == wanted && !crowd && RULES.holds(range, area);
        }
    }

    /** Weights that tell images and replicates apart. */
    private record Weights(int replicates) implements ImageWeights {

        @Override
        public void fill(long image, int first, double[] into) {
            for (int r = 0; r < into.length; r++) {
                into[r] = weight(image, first + r);
            }
        }

        static double weight(long image, int replicate) {
            return 1 + image % 3 + 4.0 * replicate;
        }
    }

    private static void add(Positives positives, List<Seen> seen) {
        ImageMatch match = new ImageMatch(new Matching(IouType.BBOX, DetectionArea.COMPARED, RULES), CATEGORIES);
        int id = 1;
        for (long image : seen.stream().mapToLong(Seen::image).distinct().toArray()) {
            match.start(new Image(image, "", 9, 9), new FaultLog());
            for (Seen object : seen) {
                if (object.image == image) {
                    Box box = new Box(0, 0, 3, 3);
                    match.addTruth(
                            new Annotation(id++, image, object.category, box, object.area, object.crowd, null),
                            object.category);
                }
            }
            match.match();
            positives.start(image);
            positives.add(match);
        }
    }

    private static List<Seen> objects(Random random, int images, int count) {
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double area = 8 + random.nextInt(5);
            seen.add(new Seen(5 + random.nextInt(images), random.nextInt(CATEGORIES), area, random.nextInt(5) == 0));
        }
        return seen;
    }

    private static long[] counts(List<Seen> seen, int category) {
        return IntStream.range(0, 3)
                .mapToLong(range -> seen.stream()
                        .filter(object -> object.counts(category, range))
                        .count())
                .toArray();
    }

    @Test
    void objectsThatAreNoCrowdsAreCountedOnceForEachSizeRangeTheyBelongTo() {
        List<Seen> seen = objects(new Random(1), 20, 200);
        Positives positives = new Positives(RULES, CATEGORIES);
        add(positives, seen);

        for (int category = 0; category < CATEGORIES; category++) {
            assertThat(positives.of(category)).isEqualTo(counts(seen, category));
        }
        assertThat(positives.images()).isNull();
    }

    @Test
    void countsOfTwoPartsAreAddedAndNothingCountedIsNothing() {
        List<Seen> some = objects(new Random(2), 20, 50);
        List<Seen> others = objects(new Random(3), 20, 60);
        Positives first = new Positives(RULES, CATEGORIES);
        Positives second = new Positives(RULES, CATEGORIES);
        assertThat(first.of(2)).containsExactly(0, 0, 0);
        first.add(second);
        assertThat(first.of(2)).containsExactly(0, 0, 0);
        add(second, others);
        first.add(second);
        assertThat(first.of(1)).isEqualTo(counts(others, 1));
        add(first, some);
        List<Seen> all = new ArrayList<>(some);
        all.addAll(others);

        for (int category = 0; category < CATEGORIES; category++) {
            assertThat(first.of(category)).isEqualTo(counts(all, category));
        }
        assertThat(second.of(1)).isEqualTo(counts(others, 1));
    }

    @Test
    void objectIsCountedInOneRangeAlone() {
        Positives positives = new Positives(RULES, CATEGORIES);
        positives.add(1, 2);
        positives.add(1, 2);
        positives.add(2, 0);

        assertThat(positives.of(0)).containsExactly(0, 0, 0);
        assertThat(positives.of(1)).containsExactly(0, 0, 2);
        assertThat(positives.of(2)).containsExactly(1, 0, 0);
    }

    @Test
    void objectsCountAsOftenAsTheirImageWhereImagesCountSeveralTimes() {
        for (int count : new int[] {0, 1, 20, 64, 65, 300}) {
            List<Seen> seen = objects(new Random(count), 12, count);
            List<Seen> more = objects(new Random(count + 1L), 12, count / 2);
            Positives positives = Positives.byImage(RULES, CATEGORIES);
            Positives others = Positives.byImage(RULES, CATEGORIES);
            add(positives, seen);
            add(others, more);
            PositiveImages images = new PositiveImages();
            images.add(requireNonNull(positives.images()));
            images.add(requireNonNull(others.images()));
            List<Seen> all = new ArrayList<>(seen);
            all.addAll(more);

            double[][] wanted = images.weighted(CATEGORIES, 3, new Weights(9), 2, 4);

            assertThat(wanted).hasDimensions(CATEGORIES, 12);
            for (int category = 0; category < CATEGORIES; category++) {
                double[] expected = new double[12];
                for (Seen object : all) {
                    for (int at = 0; at < 12; at++) {
                        expected[at] += object.counts(category, at / 4) ? Weights.weight(object.image, 2 + at % 4) : 0;
                    }
                }
                assertThat(wanted[category]).isEqualTo(expected);
            }
            assertThat(Arrays.stream(positives.of(0)).sum())
                    .isEqualTo(Arrays.stream(counts(seen, 0)).sum());
        }
    }
}
