package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.DetectionArea;
import dev.mnc.evaluation.coco.DirectThreads;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.ImageWeights;
import dev.mnc.evaluation.coco.LaneRankings;
import dev.mnc.evaluation.coco.LongIndex;
import dev.mnc.evaluation.coco.Metric;
import dev.mnc.evaluation.coco.Pass;
import dev.mnc.evaluation.coco.Ranking;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** As a table gives them: replicate by replicate the weight of each image. */
    private record Given(List<Map<Long, Integer>> table) implements ImageWeights {

        @Override
        public int replicates() {
            return table.size();
        }

        @Override
        public void of(long image, int first, double[] into) {
            Arrays.setAll(into, i -> table.get(first + i).get(image));
        }
    }

    private record Ones(int replicates) implements ImageWeights {

        @Override
        public void of(long image, int first, double[] into) {
            Arrays.fill(into, 1);
        }
    }

    /** Ground truth, detections, and what both give. */
    private record Data(GroundTruth truth, List<Detection> detections) {

        static Data of(Path folder) throws IOException {
            GroundTruth truth = CocoJson.read(file(folder, "gt.json"));
            List<Detection> detections = new ArrayList<>();
            try (CocoResults.Reader reader = CocoResults.open(file(folder, "dt.json"), truth.namedImages())) {
                reader.forEachRemaining(detections::add);
            }
            return new Data(truth, detections);
        }

        private static Path file(Path folder, String name) {
            Path compressed = folder.resolve(name + ".gz");
            return Files.exists(compressed) ? compressed : folder.resolve(name);
        }

        Pass pass(IouType type) {
            LongIndex categories =
                    new LongIndex(truth.categories().stream().map(Category::id).toList());
            return Pass.coco(List.of(type), DetectionArea.COMPARED, Compat.NONE, categories);
        }

        EvaluationResult result(IouType type) {
            return CocoEvaluation.evaluate(truth, detections.iterator(), type, DetectionArea.COMPARED);
        }

        LaneRankings rankings(IouType type, ImageWeights weights) {
            List<LaneRankings> rankings = new ArrayList<>();
            new CocoEvaluation(pass(type).withWeights(weights), (lane, its) -> rankings.add(its))
                    .evaluate(truth, List.of(DetectionColumns.of(detections)), DirectThreads.INSTANCE);
            return rankings.get(0);
        }

        Replicates replicates(IouType type, ImageWeights weights) {
            return Resampling.of(rankings(type, weights), pass(type).categories(), weights, DirectThreads.INSTANCE);
        }

        /** Every image as often as it counts, under new ids in the order of the old ones. */
        Data repeated(Map<Long, Integer> weights) {
            List<Image> images = new ArrayList<>();
            List<Annotation> annotations = new ArrayList<>();
            List<Detection> repeated = new ArrayList<>();
            for (Image image : truth.images()) {
                for (int time = 0; time < weights.getOrDefault(image.id(), 0); time++) {
                    long id = image.id() * 100 + time;
                    images.add(new Image(id, image.fileName(), image.height(), image.width()));
                    for (Annotation its : truth.annotationsOf(image.id())) {
                        annotations.add(new Annotation(
                                annotations.size() + 1,
                                id,
                                its.categoryId(),
                                its.bbox(),
                                its.area(),
                                its.crowd(),
                                its.segmentation()));
                    }
                    for (Detection its : detections) {
                        if (its.imageId() == image.id()) {
                            repeated.add(new Detection(
                                    its.ordinal(), id, its.categoryId(), its.score(), its.bbox(), its.segmentation()));
                        }
                    }
                }
            }
            return new Data(new GroundTruth(images, truth.categories(), annotations), repeated);
        }
    }

    private static Path golden(String name) {
        try {
            return Path.of(requireNonNull(ResamplingTest.class.getResource("/coco/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Map<Long, Integer>> poisson(GroundTruth truth, int replicates) {
        ImageWeights weights = new PoissonWeights(replicates, 5);
        List<Map<Long, Integer>> tables = Stream.<Map<Long, Integer>>generate(HashMap::new)
                .limit(replicates)
                .toList();
        double[] drawn = new double[replicates];
        for (Image image : truth.images()) {
            weights.of(image.id(), 0, drawn);
            for (int i = 0; i < replicates; i++) {
                tables.get(i).put(image.id(), (int) drawn[i]);
            }
        }
        return tables;
    }

    @ParameterizedTest
    @ValueSource(strings = {"fuzz_cont", "fuzz_ellipse_ties", "syn_single_perfect", "syn_only_crowd_cat", "syn_no_gt"})
    void weightsOfOneGiveThePointEstimateInEveryBit(String name) throws IOException {
        Data data = Data.of(golden(name));
        for (IouType type : List.of(IouType.BBOX, IouType.SEGM)) {
            EvaluationResult point = data.result(type);
            Replicates replicates = data.replicates(type, new Ones(Block.SIZE + 2));
            for (Metric metric : Metric.values()) {
                assertThat(replicates.values(metric))
                        .as("%s %s", type, metric)
                        .hasSize(Block.SIZE + 2)
                        .containsOnly(orNan(point.metric(metric)));
                for (int i = 0; i < point.categories().size(); i++) {
                    CategoryResult category = point.categories().get(i);
                    assertThat(replicates.categories().get(i).categoryId()).isEqualTo(category.categoryId());
                    assertThat(replicates.categories().get(i).values(metric))
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
        Data data = Data.of(golden("fuzz_cont"));
        List<Map<Long, Integer>> weights = poisson(data.truth(), 30);
        Replicates replicates = data.replicates(type, new Given(weights));

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
        assertReferences(golden("fuzz_cont"), IouType.BBOX);
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
        double[] average = data.replicates(type, new Given(tables)).values(Metric.AP);
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
        Data data = Data.of(golden("fuzz_cont"));
        ImageWeights weights = new PoissonWeights(60, 9);
        Replicates alone = data.replicates(IouType.BBOX, weights);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Replicates together = Resampling.of(
                    data.rankings(IouType.BBOX, weights),
                    data.pass(IouType.BBOX).categories(),
                    weights,
                    threads);
            for (Metric metric : Metric.values()) {
                assertThat(together.values(metric)).containsExactly(alone.values(metric));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void partsOfARankingAddUpToTheWhole() throws IOException {
        Data data = Data.of(golden("fuzz_ellipse_ties"));
        int count = 11;
        ImageWeights weights = new PoissonWeights(count + 3, 9);
        LaneRankings lane = data.rankings(IouType.BBOX, weights);
        int areas = lane.rules().areas();
        double[][] wanted = lane.positives().wanted(lane.rankings().size(), areas, weights, 3, count);
        for (int category = 0; category < wanted.length; category++) {
            Ranking whole = lane.rankings().get(category);
            ReplicateCurves expected = new ReplicateCurves(lane.rules(), weights, 3, wanted[category]);
            expected.add(whole);
            ReplicateCurves sum = new ReplicateCurves(lane.rules(), weights, 3, wanted[category]);
            ReplicateCurves.Counts before = new ReplicateCurves.Counts(lane.rules(), count);
            int step = Math.max(1, whole.count() / 4);
            for (int from = 0; from < whole.count(); from += step) {
                Ranking part = new Ranking(step);
                part.addBytes(whole.toBytes(from, Math.min(from + step, whole.count()), lane.rules()), lane.rules());
                part.sort();
                ReplicateCurves curves = new ReplicateCurves(lane.rules(), weights, 3, wanted[category]);
                curves.add(part, before);
                sum.addBytes(curves.toBytes());
                before.add(ReplicateCurves.Counts.of(part, lane.rules(), weights, 3, count));
            }
            CategoryReplicates one = expected.result(category);
            CategoryReplicates other = sum.result(category);
            for (Metric metric : Metric.values()) {
                assertThat(other.values(metric)).as("%s", metric).containsExactly(one.values(metric));
            }
        }
    }
}
