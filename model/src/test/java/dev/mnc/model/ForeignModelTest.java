package dev.mnc.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.model.InstancesSignature.Boxes;
import dev.mnc.model.InstancesSignature.Classes;
import dev.mnc.model.InstancesSignature.Input;
import dev.mnc.model.InstancesSignature.Masks;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

/** The meaning of a description beside a SavedModel, and its faults. */
@Tag("tensorflow")
class ForeignModelTest {

    private static final String OUTPUTS =
            "\"detection_boxes\", \"detection_classes\", \"detection_masks\", \"detection_scores\", \"num_detections\"";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private Path model;
    private Path description;

    @BeforeEach
    void writesAModel() throws IOException {
        model = ForeignModels.write(temporary.resolve("mine"), (tf, signature) -> {
            var unused = ForeignModels.image(tf, signature);
            ForeignModels.detections(tf, signature);
        });
        description = temporary.resolve("mine.json");
    }

    private InstancesCard card() {
        return (InstancesCard) ModelDirectory.read(model).card();
    }

    @Test
    void withItsCategoriesAloneAModelIsOneOfTheObjectDetectionApi() throws IOException {
        ForeignModels.describe(model, ForeignModels.CATEGORIES + "}");

        InstancesCard card = card();
        assertThat(card.name()).isEqualTo("mine");
        assertThat(card.categories()).containsExactly(new Category(7, "seven"), new Category(9, "nine"));
        assertThat(card.tensors())
                .isEqualTo(new InstancesSignature(
                        "serving_default",
                        new Input("input_tensor", Input.Kind.UINT8_BATCH, 1),
                        new Boxes("detection_boxes", Boxes.Order.Y1X1Y2X2, Boxes.Unit.NORMALISED, null),
                        "detection_scores",
                        new Classes("detection_classes", Classes.Numbers.CATEGORY_ID),
                        new Masks("detection_masks", Masks.Frame.BOX, 0.5f),
                        "num_detections"));
        assertThat(card.training()).isEmpty();
        assertThat(card.files().keySet())
                .contains("saved_model.pb", "variables/variables.index")
                .doesNotContain("mine.json");
    }

    @Test
    void everythingElseCanBeSaidInLowerCaseWords() throws IOException {
        Path other = ForeignModels.write(
                temporary.resolve("other"),
                "run",
                (tf, signature) -> signature
                        .input("picture", tf.placeholder(TString.class, Placeholder.shape(Shape.of(-1))))
                        .input("flags", tf.placeholder(TInt32.class))
                        .output("b", tf.constant(0f))
                        .output("hw", tf.constant(0f))
                        .output("s", tf.constant(0f))
                        .output("c", tf.constant(0f))
                        .output("m", tf.constant(0f))
                        .output("n", tf.constant(0f)));
        ForeignModels.describe(other, ForeignModels.CATEGORIES + """
                , "name": "other one", "signature": "run", "input": {"name": "picture"},
                "boxes": {"output": "b", "order": "x1y1x2y2", "unit": "px", "size": "hw"}, "scores": "s",
                "classes": {"output": "c", "numbers": "from_0"},
                "masks": {"output": "m", "frame": "box", "threshold": 0.4}, "count": "n",
                "training": {"from": "a colleague"}}
                """);

        InstancesCard card = (InstancesCard) ModelDirectory.read(other).card();
        assertThat(card.name()).isEqualTo("other one");
        assertThat(card.training()).isEqualTo(Map.of("from", "a colleague"));
        assertThat(card.tensors())
                .isEqualTo(new InstancesSignature(
                        "run",
                        new Input("picture", Input.Kind.ENCODED_BATCH, 1),
                        new Boxes("b", Boxes.Order.X1Y1X2Y2, Boxes.Unit.PX, "hw"),
                        "s",
                        new Classes("c", Classes.Numbers.FROM_0),
                        new Masks("m", Masks.Frame.BOX, 0.4f),
                        "n"));
    }

    @Test
    void anAdoptedModelIsTheSameModelAndPinned() throws IOException {
        ForeignModels.describe(model, ForeignModels.CATEGORIES + "}");
        Path adopted = temporary.resolve("adopted/model");

        InstancesCard card = ForeignModel.adopt(model, description, adopted);

        assertThat(ModelDirectory.read(adopted))
                .isEqualTo(new ModelDirectory(adopted, card, ModelCard.digest(adopted)));
        assertThat(ModelDirectory.read(model)).isEqualTo(new ModelDirectory(model, card, ModelCard.digest(adopted)));
        assertThat(ModelDirectory.digest(model)).isEqualTo(ModelDirectory.digest(adopted));

        Path changed = Files.writeString(adopted.resolve("variables/variables.index"), "", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ModelDirectory.read(adopted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model file " + changed
                        + " differs from the sha256 in assets.extra/mnc.json; export or copy" + " the model again");
    }

    @Test
    void aCardThatNamesWhatTheModelLacksIsRefused() throws IOException {
        ForeignModels.describe(model, ForeignModels.CATEGORIES + "}");
        Path adopted = temporary.resolve("adopted");
        InstancesCard unused = ForeignModel.adopt(model, description, adopted);
        Path card = adopted.resolve("assets.extra/mnc.json");
        Files.writeString(
                card, Files.readString(card).replace("\"detection_scores\"", "\"marks\""), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ModelDirectory.load(adopted, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model " + adopted + ": its signature \"serving_default\" has no output \"marks\" for the"
                        + " scores; it has " + OUTPUTS + "; adopt the model again");
    }

    @Test
    void anotherDescriptionOrAnotherFileIsAnotherModel() throws IOException {
        ForeignModels.describe(model, ForeignModels.CATEGORIES + "}");
        String before = ModelDirectory.digest(model);
        ForeignModels.describe(model, ForeignModels.CATEGORIES + ", \"masks\": {\"threshold\": 0.4}}");
        String described = ModelDirectory.digest(model);
        Files.writeString(model.resolve("note.txt"), "new", StandardCharsets.UTF_8);

        assertThat(List.of(before, described, ModelDirectory.digest(model))).doesNotHaveDuplicates();
    }

    @Test
    void aCardOfAnInstancesModelIsNotOneOfACascade() throws IOException {
        ForeignModels.describe(model, ForeignModels.CATEGORIES + "}");

        assertThatThrownBy(() -> ModelCard.read(model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model in " + model + " is no cascade, but gives instances of its own");
    }

    @Test
    void adoptingNeitherOverwritesNorAdoptsTwice() throws IOException {
        ForeignModels.describe(model, ForeignModels.CATEGORIES + "}");
        Path adopted = temporary.resolve("adopted");
        InstancesCard unused = ForeignModel.adopt(model, description, adopted);

        assertThatThrownBy(() -> ForeignModel.adopt(model, description, adopted))
                .isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> ForeignModel.adopt(adopted, description, temporary.resolve("again")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model in " + adopted + " has a card (assets.extra/mnc.json); use it as it is");
    }

    @Test
    void aModelWithoutADescriptionSaysWhatToWriteWhere() {
        assertRefused("the model in " + model + " has no card (assets.extra/mnc.json), and no file " + description
                + " says what its classes are called; write that file, e.g."
                + " {\"categories\": [{\"id\": 1, \"name\": \"person\"}]}");
    }

    @Test
    void anOutputThatTheModelLacksIsNamedWithThoseThatItHas() throws IOException {
        ForeignModels.describe(model, ForeignModels.CATEGORIES + ", \"masks\": {\"output\": \"mask\"}}");

        assertRefused("model " + model + ": its signature \"serving_default\" has no output \"mask\" for the"
                + " masks; it has " + OUTPUTS + "; name the right one in " + description);
    }

    @Test
    void anInputOrSignatureThatTheModelLacksIsNamedWithThoseThatItHas() throws IOException {
        ForeignModels.describe(model, ForeignModels.CATEGORIES + ", \"input\": {\"name\": \"picture\"}}");
        assertRefused("model " + model + ": its signature \"serving_default\" has no input \"picture\" for the"
                + " image; it has \"input_tensor\"; name the right one in " + description);

        ForeignModels.describe(model, ForeignModels.CATEGORIES + ", \"signature\": \"run\"}");
        assertRefused("model " + model + ": it has no signature \"run\" but \"serving_default\"; name the right one in "
                + description + ", e.g. \"signature\": \"detect\"");
    }

    @Test
    void aMalformedDescriptionIsRefused() throws IOException {
        ForeignModels.describe(model, "{\"name\": \"mine\"}");
        assertRefused("model " + model + ": " + description
                + " names no categories; add e.g. \"categories\": [{\"id\": 1, \"name\": \"person\"}]");

        ForeignModels.describe(model, "{\"categories\": [{\"id\": 1}]}");
        assertRefused("model " + model + ": each category in " + description
                + " needs an id and a name, got id 1 and name null");

        ForeignModels.describe(model, "{\"categories\": []}");
        assertRefused("model " + model + ": a model must have at least one category");

        ForeignModels.describe(model, "{\"categories\": [{\"id\": 1, \"name\": \"a\"}, {\"id\": 1, \"name\": \"b\"}]}");
        assertRefused("model " + model + ": two categories have the id 1");

        ForeignModels.describe(model, ForeignModels.CATEGORIES + ", \"masks\": {\"threshold\": 1}}");
        assertRefused("model " + model + ": mask threshold must lie in (0, 1), got 1.0");

        ForeignModels.describe(model, ForeignModels.CATEGORIES + ", \"input\": {\"scale\": 0}}");
        assertRefused("model " + model + ": input scale must be finite and above 0, got 0.0");

        ForeignModels.describe(model, ForeignModels.CATEGORIES + ", \"boxes\": {\"size\": \"num_detections\"}}");
        assertRefused(
                "model " + model + ": boxes of the unit normalised need no output of a size, got \"num_detections\"");

        ForeignModels.describe(model, ForeignModels.CATEGORIES + ",\n\"boxs\": {}}");
        assertThatThrownBy(this::card)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "model description " + description + " cannot be read in line 2: Unrecognized field \"boxs\"");

        ForeignModels.describe(model, ForeignModels.CATEGORIES + ", \"masks\": {\"frame\": \"picture\"}}");
        assertThatThrownBy(this::card).hasMessageContaining("\"picture\"").hasMessageContaining("BOX");
    }

    @Test
    void anInputThatIsNoImageIsRefusedUnlessItsKindIsSaid() throws IOException {
        Path odd = ForeignModels.write(temporary.resolve("odd"), (tf, signature) -> {
            signature.input("x", tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 4))));
            ForeignModels.detections(tf, signature);
        });
        Path beside = ForeignModels.describe(odd, ForeignModels.CATEGORIES + "}");
        assertThatThrownBy(() -> ModelDirectory.read(odd))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model " + odd + ": its input \"x\" is float [?, 4], which is no image file (string) and no"
                        + " image (uint8 or float [1, height, width, 3]); if it is one of these all the same, say in "
                        + beside + " which, e.g. \"input\": {\"kind\": \"encoded\"}");

        ForeignModels.describe(odd, ForeignModels.CATEGORIES + ", \"input\": {\"kind\": \"float_batch\"}}");
        assertThat(((InstancesCard) ModelDirectory.read(odd).card())
                        .tensors()
                        .input()
                        .kind())
                .isEqualTo(Input.Kind.FLOAT_BATCH);
    }

    @Test
    void aModelOfTwoInputsMustBeToldWhichIsTheImage() throws IOException {
        Path two = ForeignModels.write(temporary.resolve("two"), (tf, signature) -> {
            var unused = ForeignModels.image(tf, signature);
            signature.input("other", tf.placeholder(TFloat32.class));
            ForeignModels.detections(tf, signature);
        });
        Path beside = ForeignModels.describe(two, ForeignModels.CATEGORIES + "}");

        assertThatThrownBy(() -> ModelDirectory.read(two))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model " + two + ": its signature \"serving_default\" has 2 inputs: \"input_tensor\","
                        + " \"other\"; name the image in " + beside + ", e.g. \"input\": {\"name\": \"image\"}");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::card)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
