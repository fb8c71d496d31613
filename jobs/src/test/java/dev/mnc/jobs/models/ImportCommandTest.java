package dev.mnc.jobs.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.VocSbd;
import dev.mnc.jobs.CommandRun;
import dev.mnc.model.ModelCard;
import dev.mnc.training.Checkpoint;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mnc model import} by its output, and what the commands after it make of the checkpoint. */
@Tag("tensorflow")
class ImportCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** A snapshot of the released layout with 4 channels where that has 64, and no knowledge at all. */
    private static void writeSnapshot(Path file, int classes) {
        int[] channels = {3, 4, 4, 8, 8, 16, 16, 16, 32, 32, 32, 32, 32, 32};
        String[] names = ("conv1_1 conv1_2 conv2_1 conv2_2 conv3_1 conv3_2 conv3_3 conv4_1 conv4_2 conv4_3"
                        + " conv5_1 conv5_2 conv5_3")
                .split(" ", -1);
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            WritableGroup data = hdf.putGroup("data");
            for (int i = 0; i < names.length; i++) {
                layer(data, names[i], new float[channels[i + 1]][channels[i]][3][3], channels[i + 1]);
            }
            layer(data, "rpn_conv_3x3", new float[32][32][3][3], 32);
            layer(data, "rpn_cls_score", new float[18][32][1][1], 18);
            layer(data, "rpn_bbox_pred", new float[36][32][1][1], 36);
            layer(data, "fc6_maskest", new float[3][32 * 14 * 14], 3);
            layer(data, "mask_pred", new float[441][3], 441);
            for (String path : new String[] {"", "_mask"}) {
                layer(data, "fc6" + path, new float[5][32 * 7 * 7], 5);
                layer(data, "fc7" + path, new float[5][5], 5);
            }
            layer(data, "cls_score", new float[classes][10], classes);
            layer(data, "seg_cls_score", new float[classes][10], classes);
            layer(data, "bbox_pred", new float[4 * classes][10], 4 * classes);
        }
    }

    private static void layer(WritableGroup data, String name, Object weights, int outputs) {
        WritableGroup group = data.putGroup(name);
        group.putDataset("0", weights);
        group.putDataset("1", new float[outputs]);
    }

    @Test
    void aSnapshotBecomesACheckpointThatIsExportedAndTrainedFrom() throws IOException {
        Path file = temporary.resolve("mnc_model.caffemodel.h5");
        writeSnapshot(file, 21);
        Path checkpoint = temporary.resolve("checkpoint");

        CommandRun imported = CommandRun.succeeding("model", "import", "--caffe", file, "--out", checkpoint);
        Checkpoint record = Checkpoint.read(checkpoint);
        assertThat(imported.out())
                .isEqualTo(String.format(
                        Locale.ROOT,
                        "checkpoint  %s%nnetwork     vgg16, 5 stages, 20 categories, 106,577 parameters%n"
                                + "from        mnc_model.caffemodel.h5, sha256 %s%nat random   nothing%n"
                                + "next        mnc model export --checkpoint %s --out MODEL%n"
                                + "            mnc train --body vgg16 --init %s ...%n",
                        checkpoint,
                        record.provenance().get("weights_sha256"),
                        checkpoint,
                        checkpoint));
        assertThat(record.categories()).isEqualTo(VocSbd.categories());

        Path model = temporary.resolve("model");
        CommandRun.succeeding("model", "export", "--checkpoint", checkpoint, "--out", model);
        assertThat(ModelCard.read(model).training()).isEqualTo(record.provenance());
        CommandRun.succeeding("model", "verify", model);

        Path scenes = temporary.resolve("scenes");
        Path trained = temporary.resolve("trained");
        CommandRun.succeeding("scenes", "--out", scenes, "--count", 2);
        Object[] train = {
            "train",
            "--ground-truth",
            scenes.resolve("ground-truth.json"),
            "--images",
            scenes.resolve("images"),
            "--out",
            trained,
            "--init",
            checkpoint,
            "--stages",
            3,
            "--steps",
            1,
            "--body",
            "vgg16"
        };
        CommandRun.succeeding(train);
        assertThat(Checkpoint.read(trained).config())
                .isEqualTo(record.config()
                        .withCategories(sceneCategories(scenes))
                        .withRounds(1)
                        .withWarp(record.config().warp().continuous()));
        assertThat(CommandRun.of(train))
                .isEqualTo(CommandRun.failed(
                        4,
                        "error: there is a checkpoint at %s%n  go on with it with --resume, or name a new folder with --out%n",
                        trained));
        train[train.length - 1] = "compact";
        assertThat(CommandRun.of(train))
                .isEqualTo(CommandRun.failed(
                        2,
                        "error: the checkpoint at %s has body vgg16, but --body is compact%n  give --body vgg16%n",
                        checkpoint));
    }

    private static int sceneCategories(Path scenes) throws IOException {
        return CocoJson.read(scenes.resolve("ground-truth.json")).categories().size();
    }

    @Test
    void usageErrorsSayWhatToGive() throws IOException {
        Path file = temporary.resolve("weights.h5");
        writeSnapshot(file, 4);
        Path target = temporary.resolve("checkpoint");

        assertThat(CommandRun.of("model", "import", "--caffe", file, "--out", target))
                .isEqualTo(CommandRun.failed(
                        2,
                        "error: %s tells 4 classes apart, not the 21 of VOC with background, and does not name them%n"
                                + "  name its 3 categories in order with --categories FILE%n",
                        file));
        assertThat(CommandRun.of("model", "import", "--keras", file, "--out", target))
                .isEqualTo(CommandRun.failed(
                        2,
                        "error: --keras needs --body%n" + "  add --body vgg16, --body resnet50 or --body resnet101%n"));
        assertThat(CommandRun.of("model", "import", "--keras", file, "--body", "vgg16", "--out", target))
                .isEqualTo(CommandRun.failed(
                        2,
                        "error: --keras needs --categories: ImageNet weights do not say what the cascade is"
                                + " to find%n  name a file with one category a line, or your COCO annotations%n"));
        assertThat(CommandRun.of("model", "import", "--caffe", file, "--body", "resnet50", "--out", target))
                .isEqualTo(CommandRun.failed(
                        2, "error: --body is resnet50, but the released network is on vgg16%n  leave out --body%n"));
        Path missing = temporary.resolve("no.h5");
        assertThat(CommandRun.of("model", "import", "--caffe", missing, "--out", target))
                .isEqualTo(CommandRun.failed(
                        6, "error: no such file or directory: %s%n  check the path and its permissions%n", missing));
        assertThat(target).doesNotExist();
    }

    @Test
    void anExistingCheckpointIsNotOverwritten() throws IOException {
        Path file = temporary.resolve("weights.h5");
        writeSnapshot(file, 4);
        Path names = Files.writeString(temporary.resolve("names.txt"), "disc\nbar\nring\n", StandardCharsets.UTF_8);
        Path target = temporary.resolve("checkpoint");
        Object[] again = {"model", "import", "--caffe", file, "--categories", names, "--stages", 3, "--out", target};

        CommandRun.succeeding(again);
        assertThat(Checkpoint.read(target).config().rounds()).isEqualTo(1);
        assertThat(CommandRun.of(again))
                .isEqualTo(CommandRun.failed(
                        4, "error: directory %s is not empty%n  name a new one with --out%n", target));
    }
}
