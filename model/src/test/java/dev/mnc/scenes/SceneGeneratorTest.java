package dev.mnc.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.geometry.Mask;
import dev.mnc.scenes.SceneGenerator.Scene;
import dev.mnc.scenes.SceneGenerator.SceneObject;
import dev.mnc.schemas.Category;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SceneGeneratorTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 7, -1, Long.MAX_VALUE})
    void theSameSeedAndIndexGiveTheSameSceneInAnyOrder(long seed) {
        Scene first = new SceneGenerator(seed).scene(3);
        SceneGenerator other = new SceneGenerator(seed);
        other.scene(9);
        Scene second = other.scene(3);

        assertThat(second.jpeg()).isEqualTo(first.jpeg());
        assertThat(second.objects()).isEqualTo(first.objects());
    }

    @Test
    void anotherSeedOrIndexGivesAnotherScene() {
        byte[] scene = new SceneGenerator(1).scene(0).jpeg();

        assertThat(new SceneGenerator(2).scene(0).jpeg()).isNotEqualTo(scene);
        assertThat(new SceneGenerator(1).scene(1).jpeg()).isNotEqualTo(scene);
        assertThat(new SceneGenerator(2).scene(0).jpeg())
                .isNotEqualTo(new SceneGenerator(1).scene(1).jpeg());
    }

    @Test
    void everySceneHoldsTwoToSevenDisjointObjectsThatAreLargeEnough() throws IOException {
        SceneGenerator generator = new SceneGenerator(11);
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < 30; i++) {
            Scene scene = generator.scene(i);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(scene.jpeg()));
            assertThat(image.getWidth()).isEqualTo(scene.width()).isBetween(224, 288);
            assertThat(image.getHeight()).isEqualTo(scene.height()).isBetween(160, 224);
            assertThat(scene.objects()).hasSizeBetween(2, 7);
            int[] owners = new int[scene.height() * scene.width()];
            for (SceneObject object : scene.objects()) {
                seen.add(object.category().name());
                assertThat(count(object.mask(), owners))
                        .isEqualTo(object.mask().area())
                        .isGreaterThanOrEqualTo(150);
            }
            assertThat(owners).containsOnly(0, 1);
        }
        assertThat(seen).containsExactly("cross", "disc", "ring", "square", "star", "triangle");
        assertThat(SceneGenerator.categories()).contains(new Category(1, "disc"), new Category(6, "cross"));
    }

    /** The nearest object is nowhere hidden, so the colour must jump along its whole edge. */
    @Test
    void theImageChangesColourWhereTheMaskEnds() throws IOException {
        SceneGenerator generator = new SceneGenerator(5);
        double jump = 0;
        double across = 0;
        for (int i = 0; i < 10; i++) {
            Scene scene = generator.scene(i);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(scene.jpeg()));
            Mask mask = scene.objects().get(scene.objects().size() - 1).mask();
            boolean[] covered = bitmap(mask);
            for (int x = 1; x < scene.width(); x++) {
                for (int y = 0; y < scene.height(); y++) {
                    boolean edge = covered[x * scene.height() + y] != covered[(x - 1) * scene.height() + y];
                    if (edge) {
                        across += 1;
                        jump += difference(
                                image.getRGB(Math.min(x + 1, scene.width() - 1), y),
                                image.getRGB(Math.max(x - 2, 0), y));
                    }
                }
            }
        }
        assertThat(jump / across).isGreaterThan(60);
    }

    @ParameterizedTest
    @EnumSource(SceneShape.class)
    void anOutlineStaysWithinItsRadiusAndFillsItsShareOfTheCircle(SceneShape shape) {
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            Path2D outline = shape.outline(random, 100, 100, 40);
            assertThat(outline.getBounds2D().getMinX()).isGreaterThan(100 - 40 * 1.45);
            assertThat(outline.getBounds2D().getMaxX()).isLessThan(100 + 40 * 1.45);
            assertThat(area(outline) / (Math.PI * 40 * 40)).isBetween(0.35, 1.1);
        }
    }

    @Test
    void theGroundTruthFileSaysWhatTheScenesHold(@TempDir Path directory) throws IOException {
        SceneGenerator generator = new SceneGenerator(4);
        GroundTruth truth = generator.write(directory, 3);

        JsonNode json = new ObjectMapper()
                .readTree(directory.resolve("ground-truth.json").toFile());
        int annotation = 0;
        for (int i = 0; i < 3; i++) {
            Scene scene = generator.scene(i);
            JsonNode image = json.get("images").get(i);
            assertThat(image.get("file_name").textValue()).isEqualTo("scene-000" + i + ".jpg");
            assertThat(image.get("height").intValue()).isEqualTo(scene.height());
            assertThat(image.get("width").intValue()).isEqualTo(scene.width());
            assertThat(Files.readAllBytes(directory.resolve("images").resolve("scene-000" + i + ".jpg")))
                    .isEqualTo(scene.jpeg());
            for (SceneObject object : scene.objects()) {
                requireEqual(json.get("annotations").get(annotation), image, object);
                annotation++;
            }
        }
        assertThat(json.get("annotations")).hasSize(annotation);
        assertThat(json.get("categories")).hasSize(6);
        assertThat(CocoJson.read(directory.resolve("ground-truth.json")).annotations())
                .isEqualTo(truth.annotations());
    }

    private static void requireEqual(JsonNode annotation, JsonNode image, SceneObject object) {
        Mask mask = object.mask();
        assertThat(annotation.get("image_id").longValue())
                .isEqualTo(image.get("id").longValue());
        assertThat(annotation.get("category_id").longValue())
                .isEqualTo(object.category().id());
        assertThat(Mask.ofCoco(
                        image.get("height").intValue(),
                        image.get("width").intValue(),
                        annotation.get("segmentation").get("counts").textValue()))
                .isEqualTo(mask);
        assertThat(annotation.get("area").doubleValue()).isEqualTo((double) mask.area());
        assertThat(annotation.get("iscrowd").intValue()).isZero();
        boolean[] covered = bitmap(mask);
        int left = Integer.MAX_VALUE;
        int top = Integer.MAX_VALUE;
        int right = -1;
        int bottom = -1;
        for (int i = 0; i < covered.length; i++) {
            if (covered[i]) {
                left = Math.min(left, i / mask.height());
                right = Math.max(right, i / mask.height());
                top = Math.min(top, i % mask.height());
                bottom = Math.max(bottom, i % mask.height());
            }
        }
        assertThat(annotation.get("bbox"))
                .extracting(JsonNode::doubleValue)
                .containsExactly((double) left, (double) top, right - left + 1.0, bottom - top + 1.0);
    }

    @Test
    void anImpossibleIndexOrCountIsRefused(@TempDir Path directory) {
        SceneGenerator generator = new SceneGenerator(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.scene(-1))
                .withMessage("scene index must be >= 0, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.write(directory, 0))
                .withMessage("scene count must be >= 1, got 0");
    }

    private static long count(Mask mask, int[] owners) {
        boolean[] covered = bitmap(mask);
        long count = 0;
        for (int i = 0; i < covered.length; i++) {
            if (covered[i]) {
                owners[i]++;
                count++;
            }
        }
        return count;
    }

    private static boolean[] bitmap(Mask mask) {
        boolean[] covered = new boolean[mask.height() * mask.width()];
        int position = 0;
        for (int run = 0; run < mask.runCount(); run++) {
            for (int i = 0; i < mask.run(run); i++) {
                covered[position++] = (run & 1) == 1;
            }
        }
        return covered;
    }

    private static double difference(int a, int b) {
        double sum = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            double d = (a >> shift & 255) - (b >> shift & 255);
            sum += d * d;
        }
        return Math.sqrt(sum);
    }

    private static long area(Path2D outline) {
        BufferedImage canvas = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = canvas.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fill(outline);
        graphics.dispose();
        long count = 0;
        for (int i = 0; i < 200 * 200; i++) {
            count += canvas.getRGB(i % 200, i / 200) & 1;
        }
        return count;
    }
}
