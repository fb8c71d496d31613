package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sinks;

/** What {@code mnc train} says about what it is given. */
class TrainCommandTest {

    private static final int SIDE = 64;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

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
