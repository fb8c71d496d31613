package dev.mnc.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class PolygonTest {

    @Test
    void everyPolygonBecomesTheMaskOfPycocotools() throws IOException {
        JsonNode cases = polygons();
        assertThat(cases).hasSize(108);
        for (JsonNode expected : cases) {
            int height = expected.get("height").asInt();
            int width = expected.get("width").asInt();

            Mask mask = new Polygon(rings(expected)).toMask(height, width);

            assertThat(mask.toCoco()).as(expected.get("rings").toString()).isEqualTo(text(expected));
            assertThat(mask.area()).isEqualTo(expected.get("area").asLong());
            JsonNode box = expected.get("bbox");
            assertThat(mask.boundingBox())
                    .isEqualTo(new Box(
                            box.get(0).asDouble(),
                            box.get(1).asDouble(),
                            box.get(2).asDouble(),
                            box.get(3).asDouble()));
        }
    }

    @Test
    void rectangleOnPixelBordersHoldsExactlyItsPixels() {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            int left = random.nextInt(20);
            int top = random.nextInt(15);
            int columns = 1 + random.nextInt(10);
            int rows = 1 + random.nextInt(10);

            Mask mask = Polygon.ofBox(new Box(left, top, columns, rows)).toMask(30, 40);

            assertThat(mask.area()).isEqualTo((long) columns * rows);
            assertThat(mask.boundingBox()).isEqualTo(new Box(left, top, columns, rows));
        }
    }

    @Test
    void ringsAreCopiedInAndOut() {
        double[] ring = {1, 1, 1, 5, 5, 5};
        Polygon polygon = new Polygon(ring);
        ring[0] = 99;
        polygon.ring(0)[1] = 99;

        assertThat(polygon.ring(0)).containsExactly(1, 1, 1, 5, 5, 5);
    }

    @Test
    void ringsThatEncloseNothingByTheirFormAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(Polygon::new)
                .withMessage("polygon has no rings; at least one is needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Polygon(new double[] {1, 1, 2, 2}))
                .withMessage("ring 0 of the polygon has 4 numbers; it takes an even number of them, at least 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Polygon(new double[] {1, 1, 2, 2, 3, 1}, new double[] {1, 1, 2, 2, 3, 3, 4}))
                .withMessage("ring 1 of the polygon has 7 numbers; it takes an even number of them, at least 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Polygon(new double[] {1, 1, 2, Double.NaN, 3, 1}))
                .withMessage("ring 0 of the polygon has the coordinate NaN; legal are -10^7 .. 10^7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Polygon(new double[] {1, 1, 2, 1e300, 3, 1}))
                .withMessage("ring 0 of the polygon has the coordinate 1.0E300; legal are -10^7 .. 10^7");
    }

    @Test
    void polygonsAreEqualIfTheirRingsAre() {
        double[] ring = {1, 1, 1, 5, 5, 5};
        Polygon polygon = new Polygon(ring, ring);

        assertThat(polygon.ringCount()).isEqualTo(2);
        assertThat(polygon).isEqualTo(new Polygon(ring, ring)).hasSameHashCodeAs(new Polygon(ring, ring));
        assertThat(polygon).isNotEqualTo(new Polygon(ring));
        assertThat(polygon).isNotEqualTo("polygon");
        assertThat(polygon.hashCode()).isNotEqualTo(new Polygon(ring).hashCode());
        assertThat(new Polygon(ring)).hasToString("Polygon[[1.0, 1.0, 1.0, 5.0, 5.0, 5.0]]");
    }

    @Test
    void coordinatesMayLieAsFarOutsideTheImageAsTenMillion() {
        Polygon polygon = new Polygon(new double[] {-1e7, -1e7, -1e7, 1e7, 1e7, 1e7, 1e7, -1e7});

        assertThat(polygon.toMask(3, 2)).isEqualTo(Mask.ofRuns(3, 2, 0, 6));
        assertThat(polygon.toMask(1, 1)).isEqualTo(Mask.ofRuns(1, 1, 0, 1));
    }

    @Test
    void imageMayHaveTheMostPixelsAndNoMore() {
        Polygon polygon = Polygon.ofBox(new Box(0, 7, 1, 2));

        assertThat(polygon.toMask(Integer.MAX_VALUE, 1))
                .isEqualTo(Mask.ofRuns(Integer.MAX_VALUE, 1, 7, 2, Integer.MAX_VALUE - 9));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> polygon.toMask(65536, 65536))
                .withMessage("mask size must be within 1 .. 2^31 - 1 px, got 65536 x 65536");
    }

    @Test
    void imageMustHavePixels() {
        Polygon polygon = new Polygon(new double[] {1, 1, 1, 5, 5, 5});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> polygon.toMask(0, 7))
                .withMessage("mask size must be within 1 .. 2^31 - 1 px, got 0 x 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> polygon.toMask(7, 0))
                .withMessage("mask size must be within 1 .. 2^31 - 1 px, got 7 x 0");
    }

    private static JsonNode polygons() throws IOException {
        try (InputStream in = PolygonTest.class.getResourceAsStream("/polygons/polygons.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in));
        }
    }

    private static String text(JsonNode expected) {
        return expected.get("counts").asText();
    }

    private static double[][] rings(JsonNode expected) {
        return StreamSupport.stream(expected.get("rings").spliterator(), false)
                .map(ring -> StreamSupport.stream(ring.spliterator(), false)
                        .mapToDouble(JsonNode::asDouble)
                        .toArray())
                .toArray(double[][]::new);
    }
}
