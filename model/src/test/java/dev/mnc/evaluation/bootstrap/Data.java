package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.DirectExecutor;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.coco.Rankings;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.plan.EvaluationPlan;
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
import java.util.TreeMap;
import java.util.stream.Stream;

/** Ground truth and detections, and what both give. */
record Data(GroundTruth truth, List<Detection> detections) {

    /** As a table gives them: replicate by replicate the weight of each image. */
    record Given(List<Map<Long, Integer>> table) implements ImageWeights {

        @Override
        public int replicates() {
            return table.size();
        }

        @Override
        public void fill(long image, int first, double[] into) {
            Arrays.setAll(into, i -> requireNonNull(table.get(first + i).get(image & Long.MAX_VALUE)));
        }
    }

    /** Every image once. */
    record Ones(int replicates) implements ImageWeights {

        @Override
        public void fill(long image, int first, double[] into) {
            Arrays.fill(into, 1);
        }
    }

    /** An outcome and the replicates of its lanes, by number. */
    record Both(Outcome outcome, Map<Integer, Replicates> replicates) {

        Resampled ranking(int number) {
            return Resampled.of(outcome, number, requireNonNull(replicates.get(number)));
        }
    }

    static Path golden(String name) {
        try {
            return Path.of(
                    requireNonNull(Data.class.getResource("/coco/" + name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

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

    LongIndex categories() {
        return new LongIndex(truth.categories().stream().map(Category::id).toList());
    }

    EvaluationPlan plan(IouType type) {
        return EvaluationPlan.coco(List.of(type), DetectionArea.COMPARED, Compat.NONE, categories());
    }

    EvaluationResult result(IouType type) {
        return CocoEvaluation.evaluate(truth, detections.iterator(), type, DetectionArea.COMPARED);
    }

    Outcome outcome(EvaluationPlan plan) {
        return new CocoEvaluation(plan)
                .evaluate(truth, List.of(DetectionColumns.of(detections)), DirectExecutor.INSTANCE);
    }

    Rankings rankings(IouType type, ImageWeights weights) {
        List<Rankings> rankings = new ArrayList<>();
        new CocoEvaluation(plan(type).withWeights(weights), (specIndex, ofSpec) -> rankings.add(ofSpec))
                .evaluate(truth, List.of(DetectionColumns.of(detections)), DirectExecutor.INSTANCE);
        return rankings.get(0);
    }

    /** The replicates and the outcome of a plan with weights. */
    Both both(EvaluationPlan plan) {
        Map<Integer, Replicates> replicates = new TreeMap<>();
        Outcome outcome = new CocoEvaluation(
                        plan,
                        (specIndex, ofSpec) -> replicates.put(
                                specIndex, Resampling.of(plan, specIndex, ofSpec, DirectExecutor.INSTANCE)))
                .evaluate(truth, List.of(DetectionColumns.of(detections)), DirectExecutor.INSTANCE);
        assertThat(outcome.faults().first()).isNull();
        return new Both(outcome, replicates);
    }

    Resampled replicates(IouType type, ImageWeights weights) {
        return both(plan(type).withWeights(weights)).ranking(0);
    }

    /** Replicate by replicate how often each image counts. */
    List<Map<Long, Integer>> poisson(int replicates) {
        ImageWeights weights = new PoissonWeights(replicates, 5);
        List<Map<Long, Integer>> tables = Stream.<Map<Long, Integer>>generate(HashMap::new)
                .limit(replicates)
                .toList();
        double[] drawn = new double[replicates];
        for (Image image : truth.images()) {
            weights.fill(image.id(), 0, drawn);
            for (int i = 0; i < replicates; i++) {
                tables.get(i).put(image.id(), (int) drawn[i]);
            }
        }
        return tables;
    }

    /** Every image as often as it counts, under new ids in the order of the old ones. */
    Data repeated(Map<Long, Integer> weights) {
        List<Image> images = new ArrayList<>();
        List<Annotation> annotations = new ArrayList<>();
        List<Detection> repeated = new ArrayList<>();
        for (Image image : truth.images()) {
            for (int time = 0; time < weights.getOrDefault(image.id(), 0); time++) {
                long id = image.id() * 100 + time;
                images.add(new Image(id, image.fileName(), image.height(), image.width(), image.checked()));
                for (Annotation annotation : truth.annotationsOf(image.id())) {
                    annotations.add(new Annotation(
                            annotations.size() + 1,
                            id,
                            annotation.categoryId(),
                            annotation.bbox(),
                            annotation.area(),
                            annotation.crowd(),
                            annotation.segmentation()));
                }
                for (Detection detection : detections) {
                    if (detection.imageId() == image.id()) {
                        repeated.add(new Detection(
                                detection.ordinal(),
                                id,
                                detection.categoryId(),
                                detection.score(),
                                detection.bbox(),
                                detection.segmentation()));
                    }
                }
            }
        }
        return new Data(new GroundTruth(images, truth.categories(), annotations), repeated);
    }
}
