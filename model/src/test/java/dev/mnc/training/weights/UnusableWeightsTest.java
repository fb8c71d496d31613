package dev.mnc.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mnc.model.cascade.MncConfig.Body;
import dev.mnc.model.cascade.MncConfig.Warp.SecondRound;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages about files that cannot be imported; nothing is ever left in the checkpoint's place. */
@Tag("tensorflow")
class UnusableWeightsTest {

    private static final List<Category> THREE =
            List.of(new Category(1, "disc"), new Category(2, "bar"), new Category(3, "ring"));
    private static final String RELEASED =
            "give the .h5 snapshot of the released VGG-16 network (mnc_5stage), or one of the same 25 layers";
    private static final String AGAIN = "download it again and compare its size and sha256 with the publisher's";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @AfterEach
    void nothingIsLeftInTheCheckpointsPlace() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("out")))
                    .isEmpty();
        }
    }

    private Path out() {
        return temporary.resolve("out");
    }

    private void caffeRefuses(Path file, List<Category> categories, String what, String remedy) {
        UnusableWeightsException refused = catchThrowableOfType(
                UnusableWeightsException.class,
                () -> WeightImport.caffe(file, SecondRound.POOLED, new WeightImport.Target(out(), 2, categories)));
        assertThat(refused).hasMessage(what);
        assertThat(refused.remedy()).isEqualTo(remedy);
    }

    private void caffeRefuses(Path file, String what, String remedy) {
        caffeRefuses(file, THREE, what, remedy);
    }

    private void kerasRefuses(Path file, Body body, String what, String remedy) {
        UnusableWeightsException refused = catchThrowableOfType(
                UnusableWeightsException.class,
                () -> WeightImport.keras(file, body, 1, new WeightImport.Target(out(), 2, THREE)));
        assertThat(refused).hasMessage(what);
        assertThat(refused.remedy()).isEqualTo(remedy);
    }

    private Map<String, Object> caffe() throws IOException {
        return TinyWeights.arrays(TinyWeights.unpack("caffe_tiny.h5", temporary));
    }

    private Path changed(Map<String, Object> arrays) {
        return TinyWeights.write(temporary.resolve("changed.h5"), arrays, path -> path);
    }

    @Test
    void aWebPageIsNoFileOfWeights() throws IOException {
        Path page = Files.writeString(
                temporary.resolve("mnc_model.caffemodel.h5"),
                "\n<!DOCTYPE html>\n<html lang=\"en\"><head><title>Sign in</title>",
                StandardCharsets.UTF_8);
        String remedy = "the link leads to a page about the file; open it in a browser and download the file itself";

        caffeRefuses(page, page + " is a web page, not a file of weights", remedy);
        kerasRefuses(page, Body.VGG16, page + " is a web page, not a file of weights", remedy);
    }

    @Test
    void anotherFormatIsShownByItsFirstBytes() throws IOException {
        Path zip = Files.write(temporary.resolve("model.keras"), new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0, 0, 0});
        Path empty = Files.createFile(temporary.resolve("empty.h5"));
        String remedy =
                "give the .h5 file; a .caffemodel or .keras file has to be saved as .h5 first, by the program it is from";

        caffeRefuses(zip, zip + " is not an HDF5 file: it begins with the bytes 50 4b 03 04 14 00 00 00", remedy);
        caffeRefuses(empty, empty + " is not an HDF5 file: it is empty", remedy);
    }

    @Test
    void aFileCutShortIsKnownByItsLength() throws IOException {
        Path whole = TinyWeights.unpack("caffe_tiny.h5", temporary);
        byte[] bytes = Files.readAllBytes(whole);

        Path cut = Files.write(temporary.resolve("cut.h5"), Arrays.copyOf(bytes, bytes.length - 1));
        caffeRefuses(
                cut,
                String.format(
                        Locale.ROOT, "%s is cut short: it has %,d of %,d bytes", cut, bytes.length - 1, bytes.length),
                AGAIN);

        Path start = Files.write(temporary.resolve("start.h5"), Arrays.copyOf(bytes, 20));
        assertThatThrownBy(
                        () -> WeightImport.caffe(start, SecondRound.POOLED, new WeightImport.Target(out(), 2, THREE)))
                .isInstanceOf(UnusableWeightsException.class)
                .hasMessageStartingWith(start + " is damaged: ");
    }

    @Test
    void damageInsideIsNoDefectOfOurs() throws IOException {
        Path whole = TinyWeights.unpack("caffe_tiny.h5", temporary);
        byte[] bytes = Files.readAllBytes(whole);
        Arrays.fill(bytes, 100, 4096, (byte) 0xff);
        Path damaged = Files.write(temporary.resolve("damaged.h5"), bytes);

        assertThatThrownBy(
                        () -> WeightImport.caffe(damaged, SecondRound.POOLED, new WeightImport.Target(out(), 2, THREE)))
                .isInstanceOf(UnusableWeightsException.class)
                .hasMessageStartingWith(damaged + " is damaged: ");
    }

    @Test
    void aMissingLayerIsNamed() throws IOException {
        Map<String, Object> arrays = caffe();
        arrays.remove("/data/fc7_mask/0");
        Path file = changed(arrays);

        caffeRefuses(file, file + " lacks layer fc7_mask: it has no array /data/fc7_mask/0", RELEASED);
    }

    @Test
    void aWrongShapeIsShownBesideTheRightOne() throws IOException {
        Map<String, Object> arrays = caffe();
        arrays.put("/data/fc7_mask/0", new float[8][9]);
        Path file = changed(arrays);
        caffeRefuses(
                file, "layer fc7_mask of " + file + " has weights of shape [8, 9] where [8, 8] is expected", RELEASED);

        arrays = TinyWeights.arrays(temporary.resolve("caffe_tiny.h5"));
        arrays.put("/data/conv3_2/1", new float[15]);
        Path other = changed(arrays);
        caffeRefuses(other, "layer conv3_2 of " + other + " has a bias of shape [15] where [16] is expected", RELEASED);

        arrays = TinyWeights.arrays(temporary.resolve("caffe_tiny.h5"));
        arrays.put("/data/mask_pred/0", new float[440][8]);
        Path mask = changed(arrays);
        caffeRefuses(
                mask,
                "layer mask_pred of " + mask + " has 440 outputs, which is no square mask (released: 441, 21 x 21)",
                RELEASED);
    }

    @Test
    void wholeNumbersAreNoWeights() throws IOException {
        Map<String, Object> arrays = caffe();
        arrays.put("/data/fc7/0", new int[8][8]);
        Path file = changed(arrays);

        caffeRefuses(
                file,
                "/data/fc7/0 of " + file + " holds int values where floating-point numbers are expected",
                "save the weights as 32-bit floats");
    }

    @Test
    void categoriesHaveToBeNamedWhereTheyAreNotThoseOfVoc() throws IOException {
        Path file = TinyWeights.unpack("caffe_tiny.h5", temporary);
        String remedy = "name its 3 categories in order with --categories FILE";

        caffeRefuses(
                file,
                List.of(),
                file + " tells 4 classes apart, not the 21 of VOC with background, and does not name them",
                remedy);
        caffeRefuses(
                file,
                THREE.subList(0, 2),
                file + " tells 4 classes apart, background among them, but 2 categories are named",
                remedy);
    }

    @Test
    void theOtherFormatIsPointedOut() throws IOException {
        Path keras = TinyWeights.unpack("keras_vgg16.h5", temporary);
        Path caffe = TinyWeights.unpack("caffe_tiny.h5", temporary);

        caffeRefuses(
                keras,
                keras + " is no snapshot of Caffe: it has no group /data with layers, only model_weights",
                "for the weights of a Keras application give --keras instead of --caffe");
        kerasRefuses(
                caffe,
                Body.VGG16,
                caffe + " lacks layer block1_conv1: there is no kernel in a group of that name",
                "give the .h5 weights of keras.applications for the body vgg16, or name another body with --body");
    }

    @Test
    void aBodyIsNotTakenForAnother() throws IOException {
        Path resNet = TinyWeights.unpack("keras_resnet50.h5", temporary);

        kerasRefuses(
                resNet,
                Body.RESNET101,
                resNet + " lacks layer conv4_block7_1_conv: there is no kernel in a group of that name",
                "give the .h5 weights of keras.applications for the body resnet101, or name another body with --body");
    }

    @Test
    void kerasArraysOfWrongShapeAreRefused() throws IOException {
        Map<String, Object> arrays = TinyWeights.arrays(TinyWeights.unpack("keras_resnet50.h5", temporary));
        arrays.put("/conv2_block1_1_bn/conv2_block1_1_bn/gamma", new float[5]);
        Path file = changed(arrays);

        kerasRefuses(
                file,
                Body.RESNET50,
                "array /conv2_block1_1_bn/conv2_block1_1_bn/gamma of " + file + " has shape [5] where [4] is expected",
                "give the .h5 weights of keras.applications for the body resnet50, or name another body with --body");
    }

    @Test
    void layersThatAreNumberedCannotBeTold() throws IOException {
        Path file = TinyWeights.write(
                temporary.resolve("vgg.weights.h5"),
                Map.of("/layers/conv2d/vars/0", new float[3][3], "/layers/conv2d_1/vars/0", new float[3][3]),
                path -> path);

        kerasRefuses(
                file,
                Body.VGG16,
                file + " numbers its layers (layers/conv2d, layers/conv2d_1, ...) instead of naming them",
                "Keras 3 writes such files under the ending .weights.h5; save the whole model with"
                        + " model.save(\"NAME.h5\") and give that");
    }

    @Test
    void aMissingFileIsNotFound() {
        Path file = temporary.resolve("nowhere.h5");
        assertThatThrownBy(() -> WeightImport.caffe(file, SecondRound.POOLED, new WeightImport.Target(out(), 2, THREE)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(file.toString());
    }

    @Test
    void whatStandsInTheTargetIsLeftAlone() throws IOException {
        Path file = TinyWeights.unpack("caffe_tiny.h5", temporary);
        Path taken = Files.createDirectory(temporary.resolve("taken"));
        Path letter = Files.writeString(taken.resolve("letter"), "mine", StandardCharsets.UTF_8);

        assertThatThrownBy(() -> WeightImport.caffe(file, SecondRound.POOLED, new WeightImport.Target(taken, 2, THREE)))
                .isInstanceOf(DirectoryNotEmptyException.class);
        assertThat(taken).isDirectoryContaining(letter::equals);
        assertThat(letter).hasContent("mine");
    }
}
