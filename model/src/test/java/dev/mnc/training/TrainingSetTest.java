package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Mask;
import dev.mnc.image.ImageScaling;
import dev.mnc.schemas.Category;
import dev.mnc.training.targets.InstanceBitmap;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training examples: pictures of 8 x 6 px, shown at four times their size, with one or two instances. */
@Tag("tensorflow")
class TrainingSetTest {

    private static final int ROWS = 6;
    private static final int COLUMNS = 8;
    private static final ImageScaling FOURFOLD =
            new ImageScaling(24, 64, ImageScaling.ChannelOrder.RGB, List.of(0f, 0f, 0f), 1, 1);
    private static final List<Category> CATEGORIES = List.of(new Category(7, "disc"), new Category(3, "bar"));
    private static final Offset<Float> CLOSE = Offset.offset(1e-4f);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    private final List<GroundTruth.Image> images = new ArrayList<>();
    private final List<Annotation> annotations = new ArrayList<>();

    /** Red grows to the right, so that a mirror can be told. */
    @BeforeEach
    void draw() throws IOException {
        BufferedImage picture = new BufferedImage(COLUMNS, ROWS, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < ROWS * COLUMNS; i++) {
            picture.setRGB(i % COLUMNS, i / COLUMNS, (i % COLUMNS * 30) << 16);
        }
        for (int id = 1; id <= 3; id++) {
            String name = id + ".png";
            assertThat(ImageIO.write(picture, "png", folder.resolve(name).toFile()))
                    .isTrue();
            images.add(new GroundTruth.Image(id, name, ROWS, COLUMNS));
        }
    }

    /** Columns 1 to 2, rows 2 to 4; 6 px. */
    private static final Mask BLOCK = Mask.ofRuns(ROWS, COLUMNS, 8, 3, 3, 3, 31);

    private void annotate(long image, long category, boolean crowd, Mask mask) {
        annotations.add(new Annotation(
                annotations.size(), image, category, null, mask.area(), crowd, Segmentation.ofMask(mask)));
    }

    private TrainingSet set(long seed) {
        return new TrainingSet(new GroundTruth(images, CATEGORIES, annotations), folder, List.of(FOURFOLD), seed);
    }

    @Test
    void instancesAreWhatIsNoCrowdHasAPixelAndIsOfAListedCategory() {
        annotate(1, 3, false, BLOCK);
        annotate(1, 7, true, BLOCK);
        annotate(1, 7, false, Mask.ofRuns(ROWS, COLUMNS, ROWS * COLUMNS));
        annotate(1, 99, false, BLOCK);
        annotate(1, 7, false, Mask.ofRuns(ROWS, COLUMNS, 0, ROWS * COLUMNS));
        annotate(2, 7, true, BLOCK);
        annotate(3, 99, false, BLOCK);
        annotate(4, 7, false, BLOCK);
        try (TrainingSet set = set(1)) {
            assertThat(set.leftOut())
                    .contains(
                            "annotations of crowds: 2, annotations of unlisted categories or images: 3, images without"
                                    + " an instance: 2");
            assertThat(set.size()).as("images with an instance").isEqualTo(1);
            TrainingImage image = set.image(0);
            assertThat(image.name()).isEqualTo("1.png");
            assertThat(image.classes()).as("places in the list of categories").containsExactly(2, 1);
            assertThat(image.truths()).extracting(InstanceBitmap::width).containsExactly(2, COLUMNS);
            assertThat(image.truthBoxes()).hasSize(8);
        }
    }

    /** The mirror's instance lies in columns 5 to 6 of 0 to 7; boxes have the corners of pixels times the scale. */
    @Test
    void aMirrorsBoxesAndMasksAreThoseOfTheMirroredPicture() {
        annotate(1, 7, false, BLOCK);
        List<TrainingImage> plain = new ArrayList<>();
        List<TrainingImage> mirrors = new ArrayList<>();
        try (TrainingSet set = set(1)) {
            for (int step = 0; step < 32; step++) {
                TrainingImage image = set.image(step);
                float[] pixels = image.input().pixels().values();
                boolean mirrored = pixels[0] > pixels[3 * (image.input().width() - 1)];
                (mirrored ? mirrors : plain).add(image);
            }
        }
        assertThat(plain).hasSizeBetween(6, 26).allSatisfy(image -> {
            assertThat(image.truthBoxes()).containsExactly(new float[] {4, 8, 8, 16}, CLOSE);
            assertThat(image.truths().get(0).x()).isEqualTo(1);
        });
        assertThat(mirrors).hasSizeBetween(6, 26).allSatisfy(image -> {
            assertThat(image.truthBoxes()).containsExactly(new float[] {20, 8, 24, 16}, CLOSE);
            assertThat(image.truths().get(0).x()).isEqualTo(5);
            assertThat(image.input().pixels().values()[0])
                    .isEqualTo(plain.get(0)
                            .input()
                            .pixels()
                            .values()[3 * (image.input().width() - 1)]);
        });
    }

    @Test
    void anEpochHoldsEveryImageOnceAndTheSeedDecidesTheOrder() {
        for (GroundTruth.Image image : images) {
            annotate(image.id(), 7, false, BLOCK);
        }
        Set<List<String>> orders = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
        try (TrainingSet set = set(4);
                TrainingSet again = set(4)) {
            for (int epoch = 0; epoch < 8; epoch++) {
                List<String> order = new ArrayList<>();
                for (int step = 3 * epoch; step < 3 * epoch + 3; step++) {
                    order.add(set.image(step).name());
                }
                assertThat(order).containsExactlyInAnyOrder("1.png", "2.png", "3.png");
                orders.add(order);
            }
            assertThat(orders).hasSizeGreaterThan(1);
            assertThat(set.leftOut()).isEmpty();
            assertThat(again.image(20).name())
                    .as("whatever came before")
                    .isEqualTo(set.image(20).name());
            assertThat(again.image(20).input().pixels().values())
                    .isEqualTo(set.image(20).input().pixels().values());
        }
    }

    @Test
    void anImageOfAnotherSizeThanItsEntryIsRefused() {
        images.set(0, new GroundTruth.Image(1, "1.png", COLUMNS, ROWS));
        annotate(1, 7, false, Mask.ofRuns(COLUMNS, ROWS, 0, 1, 47));
        try (TrainingSet set = set(1)) {
            assertThatThrownBy(() -> set.image(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("image " + folder.resolve("1.png")
                            + " is 6 x 8 px (height x width), but its entry says 8 x 6");
        }
    }

    @Test
    void anImageThatCannotBeDecodedIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("1.png"), "<html>", StandardCharsets.UTF_8);
        annotate(1, 7, false, BLOCK);
        try (TrainingSet set = set(1)) {
            assertThatThrownBy(() -> set.image(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("cannot decode the training image " + file + ": cannot be decoded: ");
        }
    }

    @Test
    void groundTruthWithoutAnInstanceIsRefused() {
        annotate(1, 7, true, BLOCK);
        assertThatThrownBy(() -> set(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the ground truth holds no image with an instance to learn from");
    }
}
