package dev.mnc.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.CommandRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sinks;

/** The messages of {@code mnc train} about its arguments and files. */
@Tag("tensorflow")
class TrainCommandTest {

    private static final int SIDE = 64;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void whatIsNotLearntFromIsTold() throws IOException {
        Path images = Files.createDirectory(temporary.resolve("images"));
        writeBlack(images.resolve("a.jpg"));
        Path truth = Files.writeString(temporary.resolve("truth.json"), """
                {"images": [{"id": 1, "file_name": "a.jpg", "height": 64, "width": 64},
                            {"id": 2, "file_name": "b.jpg", "height": 64, "width": 64}],
                 "categories": [{"id": 1, "name": "disc"}],
                 "annotations": [
                   {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "bbox": [8, 8, 32, 32], "area": 1024,
                    "segmentation": [[8, 8, 40, 8, 40, 40, 8, 40]]},
                   {"id": 2, "image_id": 2, "category_id": 1, "iscrowd": 1, "bbox": [0, 0, 64, 64], "area": 4096,
                    "segmentation": {"size": [64, 64], "counts": [0, 4096]}}]}""");

        CommandRun run = CommandRun.succeeding(
                "train",
                "--ground-truth",
                truth,
                "--images",
                images,
                "--out",
                temporary.resolve("checkpoint"),
                "--stages",
                3,
                "--steps",
                1);
        assertThat(run.err().lines())
                .startsWith(
                        "training compact, 3 stages, on 2 images, 2 annotations, 1 categories",
                        "not learnt from: annotations of crowds: 1, annotations of unlisted categories or images: 0,"
                                + " images without an instance: 1");
    }

    @Test
    void instancesOfSbdWithoutAPixelAreTold() throws IOException {
        Path mat = Files.createDirectory(temporary.resolve("inst")).resolve("2008_000002.mat");
        writeSquareAndNothing(mat);
        Path images = Files.createDirectory(temporary.resolve("img"));
        BufferedImage black = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        assertThat(ImageIO.write(black, "jpg", images.resolve("2008_000002.jpg").toFile()))
                .isTrue();
        Path split = Files.writeString(temporary.resolve("train.txt"), "2008_000002\n");

        CommandRun run = CommandRun.succeeding(
                "train",
                "--quiet",
                "--ground-truth",
                split,
                "--images",
                images,
                "--validation",
                split,
                "--out",
                temporary.resolve("checkpoint"),
                "--stages",
                3,
                "--steps",
                1);
        String warning = String.format(
                Locale.ROOT,
                "warning: instances without a pixel, left out: 1 in 1 of 1 files, the first is instance 2 of %s%n",
                mat);
        assertThat(run.err())
                .as("once for the training and once for the validation")
                .isEqualTo(warning + warning);
    }

    @Test
    void anIdThatStandsForTwoImagesIsRefused() throws IOException {
        Path truth = Files.writeString(
                temporary.resolve("gt.json"),
                "{\"images\": [{\"id\": 1, \"file_name\": \"0.jpg\"}, {\"id\": 1, \"file_name\": \"1.jpg\"}],"
                        + " \"annotations\": [], \"categories\": [{\"id\": 1, \"name\": \"a\"}]}");

        CommandRun run = CommandRun.of(
                "train",
                "--ground-truth",
                truth,
                "--images",
                temporary,
                "--out",
                temporary.resolve("checkpoint"),
                "--steps",
                1);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("error: " + truth + ": images[1] has the id 1, which an earlier entry has too");
    }

    private static void writeBlack(Path file) throws IOException {
        BufferedImage black = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        assertThat(ImageIO.write(black, "jpg", file.toFile())).isTrue();
    }

    private static void writeSquareAndNothing(Path file) throws IOException {
        Matrix pixels = Mat5.newMatrix(SIDE, SIDE, MatlabType.UInt8);
        for (int i = 0; i < 32 * 32; i++) {
            pixels.setInt(16 + i / 32, 16 + i % 32, 1);
        }
        Matrix categories = Mat5.newMatrix(2, 1, MatlabType.UInt8);
        categories.setInt(0, 12);
        categories.setInt(1, 15);
        try (var sink = Sinks.newStreamingFile(file.toFile())) {
            Mat5.newWriter(sink)
                    .writeMat(Mat5.newMatFile()
                            .addArray(
                                    "GTinst",
                                    Mat5.newStruct().set("Segmentation", pixels).set("Categories", categories)));
        }
    }
}
