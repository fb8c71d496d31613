package dev.mnc.evaluation.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.errors.ConfusionMatrix.Entry;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfusionMatrixTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private interface Check {
        void check(String name, GroundTruth truth, List<Detection> detections) throws IOException;
    }

    private static void everyFuzzCase(int step, Check check) throws IOException {
        int number = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(
                        requireNonNull(ConfusionMatrixTest.class.getResourceAsStream("/coco-fuzz/cases.jsonl.gz"))),
                UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (number % step == 0) {
                    JsonNode example = JSON.readTree(line);
                    check.check(
                            "case " + number,
                            Analysis.truth(example.get("truth").toString()),
                            Analysis.detections(example.get("detections").toString()));
                }
                number++;
            }
        }
        assertThat(number).isEqualTo(2000);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4})
    void matrixOfBoxesIsTheOneCountedByTryingEveryPair(double score) throws IOException {
        everyFuzzCase(1, (name, truth, detections) -> {
            ConfusionMatrix matrix =
                    Analysis.of(truth, detections, IouType.BBOX, score).confusion(score);

            Map<String, Long> counted = new TreeMap<>();
            matrix.entries().forEach(entry -> counted.put(entry.truth() + ">" + entry.detection(), entry.count()));
            assertThat(counted).as(name).isEqualTo(byTryingEveryPair(truth, detections, score));
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4})
    void diagonalAndSumsOfMasksAreTheCountsOfTheCurvesAtTheScore(double score) throws IOException {
        everyFuzzCase(4, (name, truth, detections) -> {
            ConfusionMatrix matrix =
                    Analysis.of(truth, detections, IouType.SEGM, score).confusion(score);

            List<Detection> enough =
                    detections.stream().filter(d -> d.score() >= score).toList();
            Analysis atScore = Analysis.of(truth, enough, IouType.SEGM, score);
            for (CategoryResult category : atScore.outcome().results().get(0).categories()) {
                OptionalLong id = OptionalLong.of(category.categoryId());
                long objects = category.positives(0);
                long found = objects == 0 ? 0 : Math.round(category.recall(0, 2, 0) * objects);
                assertThat(sum(matrix, id, id)).as(name).isEqualTo(found);
                assertThat(sum(matrix, id, null)).as(name).isEqualTo(objects);
                assertThat(sum(matrix, null, id)).as(name).isLessThanOrEqualTo(category.detections());
            }
            assertThat(atScore.confusion(score).entries()).as(name).isEqualTo(matrix.entries());
        });
    }

    private static long sum(ConfusionMatrix matrix, @Nullable OptionalLong truth, @Nullable OptionalLong detection) {
        return matrix.entries().stream()
                .filter(entry -> truth == null || entry.truth().equals(truth))
                .filter(entry -> detection == null || entry.detection().equals(detection))
                .mapToLong(Entry::count)
                .sum();
    }

    /** COCO's greedy matching within each category, then the pairs left over, in their plainest form. */
    private static Map<String, Long> byTryingEveryPair(GroundTruth truth, List<Detection> detections, double score) {
        Map<String, Long> counts = new TreeMap<>();
        for (Image image : truth.images()) {
            List<Annotation> objects = truth.annotationsOf(image.id());
            List<Detection> ranked = detections.stream()
                    .filter(d -> d.imageId() == image.id() && d.score() >= score)
                    .sorted(Comparator.comparingDouble(Detection::score).reversed())
                    .toList();
            Set<Integer> taken = new HashSet<>();
            List<Integer> left = new ArrayList<>();
            for (int i = 0; i < ranked.size(); i++) {
                Detection detection = ranked.get(i);
                int best = best(detection, objects, taken);
                if (best < 0) {
                    left.add(i);
                } else if (!objects.get(best).crowd()) {
                    taken.add(best);
                    long category = detection.categoryId();
                    count(counts, OptionalLong.of(category), OptionalLong.of(category));
                }
            }
            List<double[]> pairs = new ArrayList<>();
            for (int i : left) {
                for (int j = 0; j < objects.size(); j++) {
                    double overlap = overlap(ranked.get(i), objects.get(j));
                    if (!taken.contains(j)
                            && !objects.get(j).crowd()
                            && objects.get(j).categoryId() != ranked.get(i).categoryId()
                            && overlap >= 0.5) {
                        pairs.add(new double[] {-overlap, i, j});
                    }
                }
            }
            pairs.sort(Comparator.<double[]>comparingDouble(pair -> pair[0])
                    .thenComparingDouble(pair -> pair[1])
                    .thenComparingDouble(pair -> pair[2]));
            for (double[] pair : pairs) {
                if (left.contains((int) pair[1]) && taken.add((int) pair[2])) {
                    left.remove((Integer) (int) pair[1]);
                    count(
                            counts,
                            OptionalLong.of(objects.get((int) pair[2]).categoryId()),
                            OptionalLong.of(ranked.get((int) pair[1]).categoryId()));
                }
            }
            left.forEach(i -> count(
                    counts, OptionalLong.empty(), OptionalLong.of(ranked.get(i).categoryId())));
            for (int j = 0; j < objects.size(); j++) {
                if (!objects.get(j).crowd() && !taken.contains(j)) {
                    count(counts, OptionalLong.of(objects.get(j).categoryId()), OptionalLong.empty());
                }
            }
        }
        return counts;
    }

    private static void count(Map<String, Long> counts, OptionalLong truth, OptionalLong detection) {
        counts.merge(truth + ">" + detection, 1L, Long::sum);
    }

    private static int best(Detection detection, List<Annotation> objects, Set<Integer> taken) {
        for (boolean crowd : new boolean[] {false, true}) {
            int best = -1;
            double most = 0.5;
            for (int j = 0; j < objects.size(); j++) {
                Annotation object = objects.get(j);
                if (object.crowd() == crowd
                        && object.categoryId() == detection.categoryId()
                        && !taken.contains(j)
                        && overlap(detection, object) >= most) {
                    most = overlap(detection, object);
                    best = j;
                }
            }
            if (best >= 0) {
                return best;
            }
        }
        return -1;
    }

    private static double overlap(Detection detection, Annotation object) {
        Box d = requireNonNull(detection.bbox());
        Box g = requireNonNull(object.bbox());
        double w = Math.min(d.width() + d.x(), g.width() + g.x()) - Math.max(d.x(), g.x());
        double h = Math.min(d.height() + d.y(), g.height() + g.y()) - Math.max(d.y(), g.y());
        if (w <= 0 || h <= 0) {
            return 0;
        }
        double area = d.width() * d.height();
        return w * h / (object.crowd() ? area : area + g.width() * g.height() - w * h);
    }

    @Test
    void tableNamesTheMostFrequentConfusions() {
        ConfusionMatrix matrix = new ConfusionMatrix(
                IouType.SEGM,
                0.5,
                0.25,
                List.of(
                        new Entry(OptionalLong.of(1), OptionalLong.of(1), 40),
                        new Entry(OptionalLong.of(1), OptionalLong.of(2), 2),
                        new Entry(OptionalLong.of(1), OptionalLong.empty(), 7),
                        new Entry(OptionalLong.of(2), OptionalLong.of(1), 3),
                        new Entry(OptionalLong.empty(), OptionalLong.of(2), 9)));

        assertThat(matrix.table(Map.of(1L, "cat", 2L, "dog")).lines())
                .containsExactly(
                        "confusion of segm at score 0.25 and IoU 0.50: 40 right, 5 of another category, 9 of nothing, 7 missed",
                        "         3 dog taken for cat",
                        "         2 cat taken for dog");
    }
}
