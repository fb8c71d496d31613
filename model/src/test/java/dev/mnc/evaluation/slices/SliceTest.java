package dev.mnc.evaluation.slices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.GoldenCase;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SliceTest {

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(2);

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    @Test
    void numbersAreThoseOfAnEvaluationOfTheseImagesAlone() throws IOException {
        GoldenCase golden = GoldenCase.all()
                .filter(g -> g.name().equals("fuzz_cont/segm_nobbox"))
                .findFirst()
                .orElseThrow();
        GroundTruth truth = golden.truth();
        List<Detection> detections = golden.detections(truth);
        Map<Long, List<@Nullable String>> rows = new HashMap<>();
        for (Image image : truth.images()) {
            if (image.id() % 7 != 0) {
                rows.put(image.id(), Arrays.asList(shade(image.id()), "s" + image.id() % 2));
            }
        }
        ImageGroups groups = new ImageGroups(List.of("shade", "site"), rows);

        List<Slice> slices = slices(truth, detections, groups);

        assertThat(slices).extracting(Slice::value).containsExactly("dark", "light", null, "s0", "s1", null);
        assertThat(slices).extracting(Slice::column).containsExactly("shade", "shade", "shade", "site", "site", "site");
        for (Slice slice : slices) {
            int column = groups.columns().indexOf(slice.column());
            List<Image> images = truth.images().stream()
                    .filter(image -> Objects.equals(
                            rows.containsKey(image.id()) ? rows.get(image.id()).get(column) : null, slice.value()))
                    .toList();
            EvaluationResult alone = alone(truth, images, detections);
            assertThat(slice.images()).isEqualTo(images.size());
            assertThat(slice.results().get(0).metrics()).isEqualTo(alone.metrics());
            for (int k = 0; k < alone.categories().size(); k++) {
                assertThat(slice.results().get(0).categories().get(k).metrics())
                        .isEqualTo(alone.categories().get(k).metrics());
            }
        }
    }

    private static @Nullable String shade(long image) {
        return image % 5 == 0 ? null : image % 5 < 3 ? "dark" : "light";
    }

    private static List<Slice> slices(GroundTruth truth, List<Detection> detections, ImageGroups groups) {
        LongIndex categories =
                new LongIndex(truth.categories().stream().map(Category::id).toList());
        List<RankingSpec> all = EvaluationPlan.coco(
                        List.of(IouType.SEGM), DetectionArea.COMPARED, Compat.NONE, categories)
                .rankingSpecs();
        List<RankingSpec> rankingSpecs = new ArrayList<>(all);
        rankingSpecs.addAll(Slice.rankingSpecs(all, groups));
        EvaluationPlan plan = new EvaluationPlan(rankingSpecs, Slice.counterSpecs(all, groups), categories);
        Outcome outcome = new CocoEvaluation(plan).evaluate(truth, List.of(DetectionColumns.of(detections)), THREADS);
        return Slice.of(all, groups, outcome);
    }

    private static EvaluationResult alone(GroundTruth truth, List<Image> images, List<Detection> detections) {
        List<Long> ids = images.stream().map(Image::id).toList();
        return CocoEvaluation.evaluate(
                new GroundTruth(
                        images,
                        truth.categories(),
                        truth.annotations().stream()
                                .filter(annotation -> ids.contains(annotation.imageId()))
                                .toList()),
                detections.stream()
                        .filter(detection -> ids.contains(detection.imageId()))
                        .iterator(),
                IouType.SEGM,
                DetectionArea.COMPARED);
    }

    @Test
    void columnOfTooManyValuesIsRefused() {
        Map<Long, List<@Nullable String>> rows = new HashMap<>();
        for (long image = 100; image < 400; image++) {
            rows.put(image, List.of("v" + image));
        }

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageGroups(List.of("name"), rows))
                .withMessageMatching(
                        "column name has more than 200 different values, among them \\[v\\d+, v\\d+, v\\d+]");
    }
}
