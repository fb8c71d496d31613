package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.GoldenImage;
import dev.mnc.model.ModelCard;
import dev.mnc.model.SavedModelPredictor;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.model.voting.VotingSettings;
import dev.mnc.scenes.SceneGenerator;
import dev.mnc.schemas.Instance;
import dev.mnc.training.targets.RoiSampling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** The whole way of a network, on two scenes it may learn by heart: training, checkpoint, SavedModel, prediction. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("tensorflow")
class TrainerTest {

    private static final int STEPS = 240;

    private final List<Trainer.Progress> reports = new ArrayList<>();
    private GroundTruth truth = new GroundTruth(List.of(), List.of(), List.of());
    private Path scenes = Path.of("");
    private Path checkpoint = Path.of("");
    private Path model = Path.of("");

    @BeforeAll
    void train(@TempDir Path folder) throws IOException {
        new SceneGenerator(5).write(folder, 2);
        scenes = folder.resolve("images");
        truth = CocoJson.read(folder.resolve("ground-truth.json"));
        checkpoint = folder.resolve("checkpoint");
        model = folder.resolve("model");
        new Trainer(MncConfig.compact(truth.categories().size(), 2), settings(STEPS))
                .train(truth, scenes, checkpoint, new Trainer.Start.Scratch(), reports::add);
        Path golden = scenes.resolve(truth.images().get(0).fileName());
        SavedModelExport.export(checkpoint, model, "two-scenes", VotingSettings.PAPER, golden);
    }

    static TrainingConfig settings(int steps) {
        return settings(steps, 20, 1);
    }

    private static TrainingConfig settings(int steps, int warmUpSteps, int imagesPerUpdate) {
        return settings(OptimizerSettings.Optimiser.ADAM, steps, warmUpSteps, imagesPerUpdate);
    }

    private static TrainingConfig settings(
            OptimizerSettings.Optimiser optimiser, int steps, int warmUpSteps, int imagesPerUpdate) {
        return new TrainingConfig(
                TrainingConfig.Length.ofSteps(steps),
                1,
                new OptimizerSettings(optimiser, 1e-3, warmUpSteps, List.of(0.7, 0.9), 0.2, 1, 0, 5, imagesPerUpdate),
                TrainingConfig.GradientFlow.END_TO_END,
                2,
                List.of(),
                List.of(1.0),
                256,
                TrainingConfig.AnchorLabels.MIXED,
                RoiSampling.PAPER);
    }

    @Test
    void everyLossOfEveryStageIsReportedAndFinite() {
        Trainer.Progress last = reports.get(reports.size() - 1);
        assertThat(last.step()).isEqualTo(STEPS);
        assertThat(last.progress()).isEqualTo(1);
        assertThat(last.losses())
                .containsOnlyKeys(
                        "rpn_cls",
                        "rpn_bbox",
                        "mask",
                        "cls",
                        "seg_cls",
                        "bbox",
                        "mask_ext",
                        "cls_ext",
                        "seg_cls_ext",
                        "bbox_ext",
                        "total",
                        "gradient_norm");
        assertThat(last.losses().values()).allMatch(Double::isFinite);
    }

    @Test
    void theModelFindsAgainWhatItLearntByHeart() throws IOException, UnreadableImageException {
        int found = 0;
        try (SavedModelPredictor predictor = SavedModelPredictor.load(model, 2)) {
            for (GroundTruth.Image image : truth.images()) {
                List<Instance> instances =
                        predictor.detect(List.of(input(predictor, image)), 0.3).get(0);
                for (GroundTruth.Annotation annotation : truth.annotationsOf(image.id())) {
                    Mask mask = annotation.mask(image);
                    found += instances.stream()
                                    .anyMatch(instance -> instance.category().id() == annotation.categoryId()
                                            && instance.mask().iou(mask, Overlap.OBJECT) > 0.6)
                            ? 1
                            : 0;
                }
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(truth.annotations().size() * 3 / 4);
    }

    @Test
    void aModelKnowsWhatItFoundOnItsGoldenImage() throws IOException, UnreadableImageException {
        try (SavedModelPredictor predictor = SavedModelPredictor.load(model, 2)) {
            GoldenImage golden = predictor.golden().orElseThrow();
            List<Instance> found = predictor
                    .detect(List.of(predictor.preprocess(golden.picture())), 0)
                    .get(0);

            golden.requireSame(found);
            assertThatThrownBy(() -> golden.requireSame(found.stream()
                            .filter(instance -> instance.score() < 0.5)
                            .toList()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the model does not find on its golden image what it found when it was"
                            + " exported: instance 0 of ");
        }
        assertThat(ModelCard.read(model).files())
                .containsKeys("assets.extra/golden-image", "assets.extra/golden-instances.json");
    }

    @Test
    void anImageIsLabelledTheSameWhateverIsInItsBatch() throws IOException, UnreadableImageException {
        try (SavedModelPredictor predictor = SavedModelPredictor.load(model, 2)) {
            NetworkInput first = input(predictor, truth.images().get(0));
            NetworkInput inverted = inverted(first);
            List<List<Instance>> together = predictor.detect(List.of(inverted, first, inverted), 0.05);
            List<Instance> alone = predictor.detect(List.of(first), 0.05).get(0);
            assertThat(alone).isNotEmpty();
            assertSame(together.get(1), alone);
            assertSame(together.get(2), together.get(0));
        }
    }

    /** The same but for the last bits, which depend on how the rows of a batch are spread over threads. */
    private static void assertSame(List<Instance> found, List<Instance> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Instance one = expected.get(i);
            Instance other = found.get(i);
            assertThat(other.category()).isEqualTo(one.category());
            assertThat(other.mask().iou(one.mask(), Overlap.OBJECT)).isGreaterThan(0.99);
            assertThat(Math.abs(other.score() - one.score())).isLessThan(1e-5);
        }
    }

    /** Not even beside what the signatures reach: the file holds what is needed to label, and the saver. */
    @Test
    void theExportedGraphHoldsNothingOfTraining() throws IOException {
        List<String> operations = SavedModel.parseFrom(Files.readAllBytes(model.resolve("saved_model.pb")))
                .getMetaGraphs(0)
                .getGraphDef()
                .getNodeList()
                .stream()
                .map(NodeDef::getOp)
                .distinct()
                .toList();
        assertThat(operations)
                .contains("Conv2D", "MatMul", "VariableV2", "RestoreV2")
                .noneMatch(operation -> operation.matches(".*(Grad|Backprop|Random|Normal|Apply|Momentum|Adam).*"));
    }

    @Test
    void anImageThatCannotBeDecodedIsRefusedWithItsReason() {
        try (SavedModelPredictor predictor = SavedModelPredictor.load(model, 1)) {
            assertThatThrownBy(() -> predictor.preprocess("<html>".getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(UnreadableImageException.class)
                    .hasMessageStartingWith("cannot be decoded: ");
        }
    }

    @Test
    void theCardTellsWhereTheModelComesFromAndPinsItsFiles() throws IOException {
        ModelCard card = ModelCard.read(model);
        assertThat(card.categories()).isEqualTo(truth.categories());
        assertThat(card.training())
                .containsEntry("steps", Integer.toString(STEPS))
                .containsEntry("seed", "1");
        assertThat(card.files()).containsKeys("saved_model.pb", "variables/variables.index");

        Path changed = model.resolve("variables/variables.index");
        byte[] original = Files.readAllBytes(changed);
        Files.write(changed, new byte[] {1});
        try {
            assertThatThrownBy(() -> ModelCard.read(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("model file " + changed
                            + " differs from the sha256 in assets.extra/mnc.json; export or copy the model again");
        } finally {
            Files.write(changed, original);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedTrainsTheSameNetwork(OptimizerSettings.Optimiser optimiser, @TempDir Path folder)
            throws IOException {
        List<Trainer.Progress> first = new ArrayList<>();
        List<Trainer.Progress> second = new ArrayList<>();
        Trainer trainer = new Trainer(MncConfig.compact(truth.categories().size(), 1), settings(optimiser, 3, 20, 1));
        trainer.train(truth, scenes, folder.resolve("a"), new Trainer.Start.Scratch(), first::add);
        trainer.train(truth, scenes, folder.resolve("b"), new Trainer.Start.Scratch(), second::add);
        assertThat(total(0, second)).isEqualTo(total(0, first));
    }

    @Test
    void aResumedTrainingGoesOnAsIfItHadNeverStopped(@TempDir Path folder) throws IOException {
        Path whole = folder.resolve("whole");
        Path stopped = folder.resolve("stopped");
        trainSlowly(4, whole, new Trainer.Start.Scratch());
        trainSlowly(3, stopped, new Trainer.Start.Scratch());
        trainSlowly(4, stopped, new Trainer.Start.Resumed());
        assertThat(Checkpoint.read(stopped).step()).isEqualTo(4);
        double fifth = trainSlowly(5, whole, new Trainer.Start.Resumed());
        assertThat(trainSlowly(5, stopped, new Trainer.Start.Resumed())).isEqualTo(fifth);
    }

    /**
     * Trains up to a step and returns the mean loss; the warm-up is so long that the rate does not depend on the end.
     */
    private double trainSlowly(int steps, Path directory, Trainer.Start start) throws IOException {
        List<Trainer.Progress> progress = new ArrayList<>();
        int first = start instanceof Trainer.Start.Resumed
                ? Checkpoint.read(directory).step()
                : 0;
        TrainingConfig slow = settings(steps, 1000, 2);
        new Trainer(MncConfig.compact(truth.categories().size(), 1), slow)
                .train(truth, scenes, directory, start, progress::add);
        return total(first, progress);
    }

    @Test
    void theTimeLeftOfAResumedTrainingGoesByItsOwnPace() {
        assertThat(Trainer.timeLeft(Duration.ofSeconds(10), 0, 0.25)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Trainer.timeLeft(Duration.ofSeconds(10), 0.5, 0.75)).isEqualTo(Duration.ofSeconds(10));
        assertThat(Trainer.timeLeft(Duration.ofSeconds(10), 0.5, 1)).isZero();
    }

    /** The losses of the first step, before anything is learnt, with other weights. */
    private Map<String, Double> firstLosses(TrainingConfig.GradientFlow flow, double maskWeight, Path folder)
            throws IOException {
        TrainingConfig usual = settings(1);
        TrainingConfig other = new TrainingConfig(
                usual.length(),
                usual.seed(),
                usual.optimizer(),
                flow,
                maskWeight,
                usual.frozenLayers(),
                usual.scales(),
                usual.anchorBatch(),
                usual.anchorLabels(),
                usual.sampling());
        List<Trainer.Progress> progress = new ArrayList<>();
        new Trainer(MncConfig.compact(truth.categories().size(), 2), other)
                .train(truth, scenes, folder, new Trainer.Start.Scratch(), progress::add);
        return progress.get(0).losses();
    }

    @Test
    void everyLossHasTheWeightOfItsStageAndMasksTheirOwn(@TempDir Path folder) throws IOException {
        Map<String, Double> ones = firstLosses(TrainingConfig.GradientFlow.END_TO_END, 1, folder.resolve("ones"));
        Map<String, Double> masks = firstLosses(TrainingConfig.GradientFlow.END_TO_END, 3, folder.resolve("masks"));
        Map<String, Double> alone = firstLosses(TrainingConfig.GradientFlow.STAGE_WISE, 1, folder.resolve("alone"));
        double total = 0;
        for (Map.Entry<String, Double> loss : ones.entrySet()) {
            String name = loss.getKey();
            if (name.equals("total") || name.equals("gradient_norm")) {
                continue;
            }
            double value = loss.getValue();
            total += value;
            double weight = name.startsWith("mask") ? 3 : 1;
            assertThat(masks.get(name)).as(name).isCloseTo(weight * value, Offset.offset(1e-4 * weight * value));
            double stageOne = name.startsWith("rpn") ? value : 0;
            assertThat(alone.get(name)).as(name).isCloseTo(stageOne, Offset.offset(1e-4 * value));
        }
        assertThat(ones.get("total")).isCloseTo(total, Offset.offset(1e-4 * total));
    }

    @Test
    void aLossThatIsNoNumberStopsTheTrainingAndIsNamed(@TempDir Path folder) {
        TrainingConfig usual = settings(10);
        TrainingConfig wild = new TrainingConfig(
                usual.length(),
                usual.seed(),
                new OptimizerSettings(OptimizerSettings.Optimiser.MOMENTUM, 1e30, 0, List.of(), 1, 1, 0, 1e30, 1),
                usual.flow(),
                usual.maskWeight(),
                usual.frozenLayers(),
                usual.scales(),
                usual.anchorBatch(),
                usual.anchorLabels(),
                usual.sampling());
        assertThatThrownBy(
                        () -> new Trainer(MncConfig.compact(truth.categories().size(), 1), wild)
                                .train(truth, scenes, folder, new Trainer.Start.Scratch(), progress -> {}))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageMatching("training diverged at step 1: rpn_cls is (NaN|-?Infinity) on image"
                        + " scene-000[01]\\.jpg; lower train.learning-rate");
        assertThat(Checkpoint.read(folder).step())
                .as("what was good is still there")
                .isZero();
    }

    @Test
    void weightsOfAnotherCheckpointAreTakenOver(@TempDir Path folder) throws IOException {
        List<Trainer.Progress> first = new ArrayList<>();
        new Trainer(MncConfig.compact(truth.categories().size(), 2), settings(1))
                .train(truth, scenes, folder, new Trainer.Start.Weights(checkpoint), first::add);
        assertThat(total(0, first)).isLessThan(0.5 * total(0, reports.subList(0, 1)));
    }

    @Test
    void aMissingImageIsNamed(@TempDir Path empty) {
        assertThatThrownBy(() -> new Trainer(MncConfig.compact(6, 1), settings(1))
                        .train(truth, empty, empty.resolve("out"), new Trainer.Start.Scratch(), progress -> {}))
                .hasMessageMatching(
                        "cannot read the training image \\Q" + empty + "\\E.scene-000[01]\\.jpg; is --images right\\?");
    }

    /** The mean loss of all steps: how many reports they are spread over is a matter of time. */
    static double total(int first, List<Trainer.Progress> reports) {
        double sum = 0;
        int before = first;
        for (Trainer.Progress report : reports) {
            sum += report.losses().getOrDefault("total", Double.NaN) * (report.step() - before);
            before = report.step();
        }
        return sum / (before - first);
    }

    private NetworkInput input(SavedModelPredictor predictor, GroundTruth.Image image)
            throws IOException, UnreadableImageException {
        return predictor.preprocess(Files.readAllBytes(scenes.resolve(image.fileName())));
    }

    private static NetworkInput inverted(NetworkInput input) {
        float[] pixels = input.pixels().values().clone();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = -pixels[i];
        }
        return new NetworkInput(
                Pixels.of(pixels),
                input.height(),
                input.width(),
                input.scale(),
                input.originalHeight(),
                input.originalWidth(),
                input.bucket());
    }
}
