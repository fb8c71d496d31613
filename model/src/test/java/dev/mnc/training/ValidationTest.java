package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.SavedModelPredictor;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.voting.VotingSettings;
import dev.mnc.scenes.SceneGenerator;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Measuring a network while it is trained gives what exporting, labelling and evaluating would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("tensorflow")
class ValidationTest {

    private static final int STEPS = 130;

    /** Scores may differ in their last bits with the number of threads, and two of them then change places. */
    private static final double ROUNDING = 0.005;

    private final Map<Integer, Validation.Outcome> outcomes = new LinkedHashMap<>();
    private final List<Trainer.Progress> reports = new ArrayList<>();
    private GroundTruth truth = new GroundTruth(List.of(), List.of(), List.of());
    private Path scenes = Path.of("");
    private Path folder = Path.of("");

    @BeforeAll
    void train(@TempDir Path temporary) throws IOException {
        folder = temporary;
        new SceneGenerator(5).write(folder, 2);
        scenes = folder.resolve("images");
        truth = CocoJson.read(folder.resolve("ground-truth.json"));
        new Trainer(config(2), TrainerTest.settings(STEPS))
                .validating(new Validation(truth, scenes, 0.05), 65)
                .train(truth, scenes, folder.resolve("checkpoint"), new Trainer.Start.Scratch(), new Listener());
    }

    private final class Listener implements Trainer.Listener {

        @Override
        public void progressed(Trainer.Progress progress) {
            reports.add(progress);
        }

        @Override
        public void validated(int step, Validation.Outcome outcome) {
            outcomes.put(step, outcome);
        }
    }

    private MncConfig config(int rounds) {
        return MncConfig.compact(truth.categories().size(), rounds);
    }

    private Validation.Outcome last() {
        return Objects.requireNonNull(outcomes.get(STEPS));
    }

    @Test
    void everySoManyStepsAndTheEndAreMeasuredOnce() {
        assertThat(outcomes.keySet()).containsExactly(65, STEPS);
        assertThat(last().figures())
                .containsOnlyKeys("mask AP50", "mask AP", "mask AP75", "box AP50", "box AP", "box AP75");
        assertThat(last().figures().get("mask AP50")).isGreaterThan(0.3);
    }

    @Test
    void theFiguresAreThoseOfTheExportedModelsLabels(@TempDir Path temporary)
            throws IOException, UnreadableImageException {
        Path model = temporary.resolve("model");
        SavedModelExport.export(folder.resolve("checkpoint"), model, "validated", VotingSettings.PAPER, null);
        List<Detection> detections = new ArrayList<>();
        try (SavedModelPredictor predictor = SavedModelPredictor.load(model, 2)) {
            for (GroundTruth.Image image : truth.images()) {
                byte[] encoded = Files.readAllBytes(scenes.resolve(image.fileName()));
                for (Instance instance : predictor
                        .detect(List.of(predictor.preprocess(encoded)), 0.05)
                        .get(0)) {
                    detections.add(new Detection(
                            detections.size(),
                            image.id(),
                            instance.category().id(),
                            instance.score(),
                            null,
                            Segmentation.ofMask(instance.mask())));
                }
            }
        }
        EvaluationResult labelled =
                CocoEvaluation.evaluate(truth, detections.iterator(), IouType.SEGM, DetectionArea.COMPARED);
        labelled.metrics()
                .forEach((metric, value) -> assertThat(last().masks().metric(metric))
                        .as(metric.name())
                        .isCloseTo(value, within(ROUNDING)));
    }

    @Test
    void theWeightsOfOneNetworkCanBeMeasuredWithFewerRounds() {
        Validation validation = new Validation(truth, scenes, 0.05);
        Path checkpoint = folder.resolve("checkpoint");
        validation
                .ofCheckpoint(checkpoint, config(2))
                .figures()
                .forEach((name, value) ->
                        assertThat(last().figures().get(name)).as(name).isCloseTo(value, within(ROUNDING)));
        assertThat(validation.ofCheckpoint(checkpoint, config(1)).figures())
                .isNotEqualTo(last().figures())
                .hasEntrySatisfying("mask AP50", value -> assertThat(value).isBetween(0.1, 1.0));
    }

    @Test
    void whatIsTrainedDoesNotDependOnBeingMeasured(@TempDir Path temporary) throws IOException {
        List<Trainer.Progress> plain = new ArrayList<>();
        List<Trainer.Progress> measured = new ArrayList<>();
        new Trainer(config(1), TrainerTest.settings(3))
                .train(truth, scenes, temporary.resolve("a"), new Trainer.Start.Scratch(), plain::add);
        new Trainer(config(1), TrainerTest.settings(3))
                .validating(new Validation(truth, scenes, 0.05), 1)
                .train(truth, scenes, temporary.resolve("b"), new Trainer.Start.Scratch(), measured::add);
        assertThat(TrainerTest.total(0, measured)).isCloseTo(TrainerTest.total(0, plain), within(1e-4));
    }

    @Test
    void theLineShowsMasksThenBoxes() {
        assertThat(last().line())
                .matches("mask AP50 0\\.\\d{3}  AP 0\\.\\d{3}  AP75 [01]\\.\\d{3}  box AP50 [01]\\.\\d{3}"
                        + "  AP [01]\\.\\d{3}  AP75 [01]\\.\\d{3}");
    }

    @Test
    void groundTruthWithoutBoxesIsComparedByMaskAlone() {
        List<GroundTruth.Annotation> unboxed = truth.annotations().stream()
                .map(a -> new GroundTruth.Annotation(
                        a.id(), a.imageId(), a.categoryId(), null, a.area(), a.crowd(), a.segmentation()))
                .toList();
        GroundTruth without = new GroundTruth(truth.images(), truth.categories(), unboxed);
        Validation.Outcome outcome =
                new Validation(without, scenes, 0.05).ofCheckpoint(folder.resolve("checkpoint"), config(2));
        assertThat(outcome.boxes()).isEmpty();
        assertThat(outcome.figures().get("mask AP"))
                .isCloseTo(Objects.requireNonNull(last().figures().get("mask AP")), within(ROUNDING));
    }

    @Test
    void anImageThatIsNotThereIsNamedBeforeTheTrainingStarts(@TempDir Path empty) {
        assertThatThrownBy(() -> new Validation(truth, empty, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no validation image "
                        + empty.resolve(truth.images().get(0).fileName())
                        + "; name the folder of the images with --validation-images");
    }

    @Test
    void anAnnotationThatCannotBeUsedIsNamedBeforeTheTrainingStarts() {
        GroundTruth stray = new GroundTruth(
                truth.images().subList(1, truth.images().size()), truth.categories(), truth.annotations());
        GroundTruth.Image left = truth.images().get(0);
        long first = truth.annotationsOf(left.id()).stream()
                .mapToLong(GroundTruth.Annotation::id)
                .min()
                .orElseThrow();
        assertThatThrownBy(() -> new Validation(stray, scenes, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "annotation " + first + " (image " + left.id() + "): the ground truth does not list its image");
    }

    @Test
    void categoriesTheTrainingDoesNotKnowAreRefusedBeforeItStarts() {
        Category first = truth.categories().get(0);
        List<Category> others = List.of(new Category(first.id(), "zebra"));
        Trainer trainer = new Trainer(MncConfig.compact(1, 1), TrainerTest.settings(1))
                .validating(new Validation(truth, scenes, 0.05), 10);
        GroundTruth renamed = new GroundTruth(truth.images(), others, truth.annotations());
        assertThatThrownBy(() -> trainer.train(
                        renamed, scenes, folder.resolve("refused"), new Trainer.Start.Scratch(), progress -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("category " + first.id() + " is '" + first.name()
                        + "' in the validation ground truth, but 'zebra' to the network; validate on the categories of "
                        + "the training, with the same ids");
    }

    @Test
    void stepsBetweenValidationsMustBePositive() {
        Validation validation = new Validation(truth, scenes, 0.05);
        assertThatThrownBy(() -> new Trainer(config(1), TrainerTest.settings(1)).validating(validation, 0))
                .hasMessage("steps between validations must be >= 1, got 0");
        assertThatThrownBy(() -> new Validation(truth, scenes, 1.5))
                .hasMessage("minimum score must lie in [0, 1], got 1.5");
    }
}
