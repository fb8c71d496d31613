package dev.mnc.evaluation.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.evaluation.scores.ScoreThresholds.Found;
import dev.mnc.evaluation.scores.ScoreThresholds.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreThresholdsTest {

    private record Detection(double score, Verdict verdict) {}

    /** Few different scores, so most detections share theirs with others. */
    private static List<Detection> detections(Random random) {
        List<Detection> detections = new ArrayList<>();
        int count = random.nextInt(40);
        int different = 1 + random.nextInt(30);
        for (int i = 0; i < count; i++) {
            double score = random.nextInt(different) / (double) different;
            double dice = random.nextDouble();
            detections.add(new Detection(
                    score, dice < 0.15 ? Verdict.IGNORED : dice < 0.3 + score / 2 ? Verdict.RIGHT : Verdict.WRONG));
        }
        detections.sort(Comparator.comparingDouble(Detection::score).reversed());
        return detections;
    }

    private static ScoreThreshold cut(List<Detection> detections, double score, long positives) {
        List<Verdict> kept = detections.stream()
                .filter(detection -> detection.score() >= score)
                .map(Detection::verdict)
                .toList();
        return new ScoreThreshold(
                score,
                Collections.frequency(kept, Verdict.RIGHT),
                Collections.frequency(kept, Verdict.WRONG),
                positives);
    }

    /** Tries every score there is. */
    private static Found tried(List<Detection> detections, long positives, double precision) {
        ScoreThreshold best = null;
        ScoreThreshold least = null;
        for (Detection detection : detections) {
            ScoreThreshold cut = cut(detections, detection.score(), positives);
            double harmonic = 2 / (1 / cut.precision() + 1 / cut.recall());
            if (cut.truePositives() > 0) {
                best = best == null || harmonic > 2 / (1 / best.precision() + 1 / best.recall()) + 1e-12 ? cut : best;
                least = cut.truePositives() >= precision * (cut.truePositives() + cut.falsePositives()) ? cut : least;
            }
        }
        return new Found(best, least);
    }

    /** Looks at the detections in parts cut anywhere, added up in any order. */
    private static Found inParts(List<Detection> detections, long positives, ScoreTarget target, Random random) {
        List<ScoreThresholds> parts = new ArrayList<>();
        int from = 0;
        while (from < detections.size() || parts.isEmpty()) {
            int to = Math.min(detections.size(), from + random.nextInt(9));
            ScoreThresholds part = new ScoreThresholds(positives, target);
            List<Verdict> before =
                    detections.subList(0, from).stream().map(Detection::verdict).toList();
            part.start(
                    from, Collections.frequency(before, Verdict.RIGHT), Collections.frequency(before, Verdict.WRONG));
            detections.subList(from, to).forEach(detection -> part.add(detection.score(), detection.verdict()));
            part.end();
            parts.add(part);
            from = to;
        }
        Collections.shuffle(parts, random);
        ScoreThresholds sum = new ScoreThresholds(positives, target);
        parts.forEach(sum::add);
        return sum.found();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.25, 0.5, 0.75, 1})
    void thresholdsAreTheBestOfAllScoresHoweverTheDetectionsAreCut(double precision) {
        int reached = 0;
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<Detection> detections = detections(random);
            long positives = 1L + random.nextInt(30);
            Found expected = tried(detections, positives, precision);

            Found found = inParts(detections, positives, new ScoreTarget(0.5, precision), random);

            assertThat(found).as("seed %d", seed).isEqualTo(expected);
            reached += expected.atPrecision() != null ? 1 : 0;
        }
        assertThat(reached).isBetween(100, 499);
    }

    private static Found of(long positives, Detection... detections) {
        return inParts(List.of(detections), positives, ScoreTarget.DEFAULT, new Random(1));
    }

    private static @Nullable ScoreThreshold none() {
        return null;
    }

    @Test
    void figuresAreThoseComputedByHand() {
        Found found = of(
                4,
                new Detection(0.9, Verdict.RIGHT),
                new Detection(0.8, Verdict.RIGHT),
                new Detection(0.8, Verdict.WRONG),
                new Detection(0.7, Verdict.IGNORED),
                new Detection(0.6, Verdict.RIGHT),
                new Detection(0.5, Verdict.WRONG));

        assertThat(found.highestF1()).isEqualTo(new ScoreThreshold(0.6, 3, 1, 4));
        assertThat(found.atPrecision()).isEqualTo(new ScoreThreshold(0.9, 1, 0, 4));
        ScoreThreshold best = new ScoreThreshold(0.6, 3, 1, 4);
        assertThat(best.precision()).isEqualTo(0.75);
        assertThat(best.recall()).isEqualTo(0.75);
        assertThat(best.f1()).isEqualTo(0.75);
    }

    @Test
    void nothingIsFoundWhereNothingIsRightOrNothingIsThere() {
        assertThat(of(3, new Detection(0.9, Verdict.WRONG))).isEqualTo(new Found(none(), none()));
        assertThat(of(0, new Detection(0.9, Verdict.WRONG))).isEqualTo(Found.NOTHING);
        assertThat(of(3)).isEqualTo(Found.NOTHING);
        assertThat(of(3, new Detection(Double.NaN, Verdict.RIGHT))).isEqualTo(Found.NOTHING);
    }

    @Test
    void targetsThatCannotBeReachedAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScoreTarget(0.5, 1.5))
                .withMessage("the precision of a score target must be in (0, 1], got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScoreTarget(0, 0.5))
                .withMessage("the overlap of a score target must be in (0, 1], got 0.0");
    }
}
