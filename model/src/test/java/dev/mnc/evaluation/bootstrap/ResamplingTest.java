package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.evaluation.bootstrap.ReplicateRequest.Cut;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Rankings;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.shapes.IouType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplingTest {

    @ParameterizedTest
    @ValueSource(strings = {"fuzz_cont", "fuzz_ellipse_ties", "syn_single_perfect", "syn_only_crowd_cat", "syn_no_gt"})
    void weightsOfOneGiveThePointEstimateInEveryBit(String name) throws IOException {
        Data data = Data.of(Data.golden(name));
        for (IouType type : List.of(IouType.BBOX, IouType.SEGM)) {
            EvaluationResult point = data.result(type);
            Resampled replicates = data.replicates(type, new Data.Ones(ReplicateBlock.SIZE + 2));
            for (Metric metric : Metric.values()) {
                assertThat(replicates.values(metric))
                        .as("%s %s", type, metric)
                        .hasSize(ReplicateBlock.SIZE + 2)
                        .containsOnly(orNan(point.metric(metric)));
                for (int i = 0; i < point.categories().size(); i++) {
                    CategoryResult category = point.categories().get(i);
                    assertThat(replicates.replicates().categories().get(i).categoryId())
                            .isEqualTo(category.categoryId());
                    assertThat(replicates.values(i, metric))
                            .as("%s %s of category %d", type, metric, category.categoryId())
                            .containsOnly(orNan(metric.of(category)));
                }
            }
        }
    }

    private static double orNan(double value) {
        return value < 0 ? Double.NaN : value;
    }

    @ParameterizedTest
    @EnumSource(names = {"BBOX", "SEGM"})
    void weightsGiveWhatTheImagesGiveWhenRepeatedAsOften(IouType type) throws IOException {
        Data data = Data.of(Data.golden("fuzz_cont"));
        List<Map<Long, Integer>> weights = data.poisson(30);
        Resampled replicates = data.replicates(type, new Data.Given(weights));

        for (int i = 0; i < weights.size(); i++) {
            EvaluationResult repeated = data.repeated(weights.get(i)).result(type);
            for (Metric metric : Metric.values()) {
                assertThat(replicates.values(metric)[i])
                        .as("replicate %d, %s", i, metric)
                        .isCloseTo(orNan(repeated.metric(metric)), within(1e-15));
            }
        }
    }

    @Test
    void weightedImagesGiveTheNumbersOfPycocotoolsOnRepeatedImages() throws IOException {
        assertReferences(Data.golden("fuzz_cont"), IouType.BBOX);
    }

    /** {@code ./mvnw test -pl model -am -Dtest=ResamplingTest -Dmnc.golden.coco=FOLDER}: a folder a case. */
    @Test
    @EnabledIfSystemProperty(named = "mnc.golden.coco", matches = ".+")
    void weightedImagesGiveTheReferencesOfEveryGivenCase() throws IOException {
        int cases = 0;
        try (Stream<Path> folders = Files.list(Path.of(System.getProperty("mnc.golden.coco")))) {
            for (Path folder : folders.sorted().toList()) {
                for (IouType type : List.of(IouType.BBOX, IouType.SEGM)) {
                    if (Files.exists(folder.resolve("expected_bootstrap_" + type.label() + ".json"))) {
                        assertReferences(folder, type);
                        cases++;
                    }
                }
            }
        }
        assertThat(cases).isPositive();
    }

    private static void assertReferences(Path folder, IouType type) throws IOException {
        JsonNode expected = new ObjectMapper()
                .readTree(folder.resolve("expected_bootstrap_" + type.label() + ".json")
                        .toFile());
        List<Map<Long, Integer>> tables = new ArrayList<>();
        for (JsonNode check : expected.get("checks")) {
            Map<Long, Integer> table = new HashMap<>();
            for (Map.Entry<String, JsonNode> image : check.get("weights").properties()) {
                table.put(Long.parseLong(image.getKey()), image.getValue().asInt());
            }
            tables.add(table);
        }
        Data data = Data.of(folder);
        double[] average = data.replicates(type, new Data.Given(tables)).values(Metric.AP);
        for (int i = 0; i < tables.size(); i++) {
            assertThat(average[i])
                    .as("%s, replicate %d", folder.getFileName(), i)
                    .isCloseTo(expected.get("checks").get(i).get("AP_weighted").asDouble(), within(1e-12));
        }

        Interval interval = requireNonNull(Interval.of(
                data.result(type).metric(Metric.AP),
                data.replicates(type, new PoissonWeights(300, 1)).values(Metric.AP)));
        // Two draws of 200 to 300 replicates: a standard error is known to 6 %.
        assertThat(interval.standardError())
                .isCloseTo(expected.get("poisson").get("se").asDouble(), Percentage.withPercentage(20));
        assertThat(interval.mean())
                .isCloseTo(expected.get("poisson").get("mean").asDouble(), within(0.3 * interval.standardError()));
    }

    @Test
    void anyNumberOfThreadsGivesTheSame() throws IOException {
        Data data = Data.of(Data.golden("fuzz_cont"));
        ImageWeights weights = new PoissonWeights(60, 9);
        Resampled alone = data.replicates(IouType.BBOX, weights);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Replicates together = Resampling.of(
                    data.plan(IouType.BBOX).withWeights(weights), 0, data.rankings(IouType.BBOX, weights), threads);
            for (int i = 0; i < together.categories().size(); i++) {
                assertSame(
                        together.categories().get(i),
                        alone.replicates().categories().get(i));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void partsOfARankingAddUpToTheWhole() throws IOException {
        Data data = Data.of(Data.golden("fuzz_ellipse_ties"));
        int count = 11;
        ImageWeights weights = new PoissonWeights(count + 3, 9);
        Rankings rankings = data.rankings(IouType.BBOX, weights);
        ReplicateRequest request = ReplicateRequest.of(data.plan(IouType.BBOX), 0);
        int areas = rankings.rules().areas();
        double[][] positives = rankings.positives().weighted(rankings.rankings().size(), areas, weights, 3, count);
        for (int category = 0; category < positives.length; category++) {
            Ranking whole = rankings.rankings().get(category);
            double[] cuts = ReplicateRequest.cuts(rankings.results().get(category));
            ReplicateCurves expected = new ReplicateCurves(request, weights, 3, positives[category], cuts);
            expected.add(whole);
            ReplicateCurves sum = new ReplicateCurves(request, weights, 3, positives[category], cuts);
            ReplicateCurves.Counts before = new ReplicateCurves.Counts(rankings.rules(), count);
            int step = Math.max(1, whole.count() / 4);
            for (int from = 0; from < whole.count(); from += step) {
                Ranking part = new Ranking(step);
                part.addBytes(
                        whole.toBytes(from, Math.min(from + step, whole.count()), rankings.rules()), rankings.rules());
                part.sort();
                ReplicateCurves curves = new ReplicateCurves(request, weights, 3, positives[category], cuts);
                curves.add(part, before);
                sum.addBytes(curves.toBytes());
                before.add(ReplicateCurves.Counts.of(part, rankings.rules(), weights, 3, count));
            }
            assertSame(sum.result(category), expected.result(category));
        }
    }

    private static void assertSame(CategoryReplicates one, CategoryReplicates other) {
        for (Metric metric : Metric.values()) {
            assertThat(one.values(metric.index())).as("%s", metric).containsExactly(other.values(metric.index()));
        }
        for (int i = 0; i < one.replicates(); i++) {
            assertThat(one.calibration(i).bins()).isEqualTo(other.calibration(i).bins());
            for (Cut cut : Cut.values()) {
                assertThat(one.threshold(cut, 0.5, i)).isEqualTo(other.threshold(cut, 0.5, i));
            }
        }
    }
}
