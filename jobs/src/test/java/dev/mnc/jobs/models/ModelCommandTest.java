package dev.mnc.jobs.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.CommandRun;
import dev.mnc.jobs.TestModel;
import dev.mnc.model.ModelCard;
import dev.mnc.model.trust.ModelGraph;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output and exit codes of {@code mnc model verify} and {@code mnc model info}. */
@Tag("tensorflow")
class ModelCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void verifySaysWhatItChecked() throws IOException {
        Path model = TestModel.copy(temporary.resolve("model"));

        CommandRun run = CommandRun.succeeding("model", "verify", model);
        assertThat(run.out())
                .isEqualTo(String.format(
                        Locale.ROOT,
                        "model       %s%ndigest      %s%nfiles       5, each as its card pins it%n"
                                + "signatures  detect, preprocess%n"
                                + "operations  %d distinct, all on the list of what a model may use%n",
                        model,
                        ModelCard.digest(model),
                        ModelGraph.read(model).operations().size()));
        assertThat(run.err()).isEmpty();
    }

    @Test
    void verifyEndsWithFiveIfTheModelReadsAFile() throws IOException {
        Path model = TestModel.thatReadsAFile(temporary.resolve("model"));

        assertThat(CommandRun.of("model", "verify", model))
                .isEqualTo(CommandRun.failed(
                        5,
                        "error: the model in %s may do more than label images:%n    signature \"detect\" runs the"
                                + " operation ReadFile at node \"leak\", which is not on the list of what a model may"
                                + " use%n  do not run it, or only if you trust whoever made it as you trust a program:"
                                + " mnc label runs it with --set label.trust-model=%s%n",
                        model,
                        ModelCard.digest(model)));
    }

    @Test
    void verifyEndsWithFiveIfAFileOrTheCardWasChanged() throws IOException {
        Path model = TestModel.copy(temporary.resolve("model"));
        Path graph = Files.write(model.resolve("saved_model.pb"), new byte[] {1});

        assertThat(CommandRun.of("model", "verify", model))
                .isEqualTo(CommandRun.failed(
                        5,
                        "error: model file %s differs from the sha256 in assets.extra/mnc.json; export or copy the model"
                                + " again%n  do not run it; get it again from whoever made it%n",
                        graph));

        Files.writeString(model.resolve("assets.extra/mnc.json"), "{", StandardCharsets.UTF_8);
        assertThat(CommandRun.of("model", "verify", model).exitCode()).isEqualTo(5);
    }

    @Test
    void infoShowsWhatGoesInWhatComesOutAndHowLargeItIs() throws IOException {
        Path model = TestModel.thatReadsAFile(temporary.resolve("model"));

        assertThat(CommandRun.succeeding("model", "info", model).outLines())
                .contains(
                        String.format(
                                Locale.ROOT,
                                "parameters  %,d",
                                ModelGraph.read(model).parameters().orElseThrow()),
                        String.format(
                                Locale.ROOT,
                                "  variables/variables.data-00000-of-00001 %,12d bytes",
                                Files.size(model.resolve("variables/variables.data-00000-of-00001"))),
                        "  preprocess",
                        "    in  encoded        string  []",
                        "    out image          float   [?, ?, 3]",
                        "    in  images         float   [?, ?, ?, 3]",
                        "    out valid          int32   [?]");
    }

    @Test
    void adoptPinsAModelOfOtherMakersThatVerifyAndInfoThenKnow() throws IOException {
        Path model = TestModel.ofOtherMakers(temporary.resolve("model"));
        Path adopted = temporary.resolve("adopted");

        assertThat(CommandRun.of("model", "adopt", "--saved-model", model, "--out", adopted))
                .isEqualTo(new CommandRun(
                        0,
                        String.format(
                                "model   %s (model, 2 categories)%ndigest  %s%nnext    mnc model verify %s%n"
                                        + "        mnc label --images DIR --model %s --table TABLE%n",
                                adopted, ModelCard.digest(adopted), adopted, adopted),
                        ""));

        assertThat(CommandRun.succeeding("model", "verify", model).outLines())
                .contains(
                        "digest      " + ModelCard.digest(adopted),
                        "files       3, not pinned: the model has no card, and its digest is of the files as they are");

        assertThat(CommandRun.succeeding("model", "verify", adopted).outLines())
                .contains("files       3, each as its card pins it", "signatures  serving_default");

        assertThat(CommandRun.succeeding("model", "info", adopted).outLines())
                .containsSubsequence(
                        "name        model",
                        "head        instances, from signature serving_default",
                        "image       input_tensor, uint8 batch",
                        "boxes       detection_boxes, y1x1y2x2, normalised",
                        "scores      detection_scores",
                        "classes     detection_classes, category id",
                        "masks       detection_masks, each over its box, threshold 0.5",
                        "categories  date, fig");
    }

    @Test
    void verifySaysWhatToWriteForAModelOfOtherMakersThatNothingIsKnownOf() throws IOException {
        Path model = TestModel.ofOtherMakers(temporary.resolve("model"));
        Files.delete(temporary.resolve("model.json"));

        assertThat(CommandRun.of("model", "verify", model))
                .isEqualTo(CommandRun.failed(
                        2,
                        "error: the model in %s has no card (assets.extra/mnc.json), and no file %s.json says what its"
                                + " classes are called; write that file, e.g."
                                + " {\"categories\": [{\"id\": 1, \"name\": \"person\"}]}%n"
                                + "  fix the input and run it again%n",
                        model,
                        model));
    }

    @Test
    void adoptRefusesAnOutputThatTheModelLacksAndAFolderInUse() throws IOException {
        Path model = TestModel.ofOtherMakers(temporary.resolve("model"));
        Path description = Files.writeString(
                temporary.resolve("other.json"),
                "{\"categories\": [{\"id\": 1, \"name\": \"date\"}], \"scores\": \"score\"}",
                StandardCharsets.UTF_8);
        Path out = temporary.resolve("adopted");

        assertThat(CommandRun.of("model", "adopt", "--saved-model", model, "--description", description, "--out", out))
                .isEqualTo(CommandRun.failed(
                        2,
                        "error: model %s: its signature \"serving_default\" has no output \"score\" for the"
                                + " scores; it has \"detection_boxes\", \"detection_classes\", \"detection_masks\","
                                + " \"detection_scores\", \"num_detections\"; name the right one in %s%n"
                                + "  fix the input and run it again%n",
                        model,
                        description));
        CommandRun occupied = CommandRun.of("model", "adopt", "--saved-model", model, "--out", temporary);
        assertThat(occupied.exitCode()).isEqualTo(4);
    }
}
