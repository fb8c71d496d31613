package dev.mnc.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.schemas.Category;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CocoJsonTest {

    private static final String FILE = """
            {"info": {"deep": [1, {"x": 2}]},
             "annotations": [
              {"id": 7, "image_id": 3, "category_id": 18, "bbox": [1, 2, 3, 4.5], "area": 9.5, "iscrowd": 0,
               "segmentation": [[1, 2, 1, 6, 4, 6], [5, 5, 5, 7, 7, 7]], "ignore": 1},
              {"id": -1, "image_id": 3, "category_id": 1, "area": 4, "iscrowd": 1,
               "segmentation": {"size": [10, 10], "counts": [22, 4, 74]}},
              {"id": 0, "image_id": 4.0, "category_id": 1, "bbox": [], "area": 4, "iscrowd": 0,
               "segmentation": {"counts": "f0460000V1", "size": [10, 10]}}],
             "images": [{"id": 3, "height": 20, "width": 30, "file_name": "a/b.jpg"}, {"id": 4}],
             "categories": [{"id": 18, "name": "dog", "supercategory": "animal"}, {"id": 1}]}
            """;

    @Test
    void everyFormOfAnnotationIsRead() throws IOException {
        GroundTruth truth = read(FILE);

        assertThat(truth.images()).containsExactly(new Image(3, "a/b.jpg", 20, 30), new Image(4, "", 0, 0));
        assertThat(truth.categories()).containsExactly(new Category(18, "dog"), new Category(1, "1"));
        assertThat(truth.annotations())
                .containsExactly(
                        new Annotation(
                                7,
                                3,
                                18,
                                new Box(1, 2, 3, 4.5),
                                9.5,
                                false,
                                Segmentation.ofRings(new double[] {1, 2, 1, 6, 4, 6}, new double[] {5, 5, 5, 7, 7, 7})),
                        new Annotation(-1, 3, 1, null, 4, true, Segmentation.ofRuns(10, 10, 22, 4, 74)),
                        new Annotation(0, 4, 1, null, 4, false, new Segmentation.Compressed(10, 10, "f0460000V1")));
        assertThat(truth.annotationsOf(3)).hasSize(2);
        assertThat(truth.annotationsOf(5)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"truth.json", "truth.json.gz"})
    void whatIsWrittenIsReadBackTheSame(String name, @TempDir Path folder) throws IOException {
        Path file = folder.resolve(name);
        Mask mask = Mask.ofRuns(10, 10, 22, 4, 74);
        GroundTruth truth = new GroundTruth(
                List.of(new Image(3, "ä.jpg", 10, 10)),
                List.of(new Category(1, "cat \"one\"")),
                List.of(
                        new Annotation(1L << 60, 3, 1, new Box(0.1, 2, 1e-9, 4), 4, false, Segmentation.ofMask(mask)),
                        new Annotation(
                                2, 3, 1, null, 4, true, Segmentation.ofRings(new double[] {1.25, 2, 1, 6, 4, 6})),
                        new Annotation(3, 3, 1, null, 4, true, null)));

        CocoJson.write(truth, file);
        GroundTruth back = CocoJson.read(file);

        assertThat(back.images()).isEqualTo(truth.images());
        assertThat(back.categories()).isEqualTo(truth.categories());
        assertThat(back.annotations()).isEqualTo(truth.annotations());
        assertThat(back.annotations().get(0).mask(truth.images().get(0))).isEqualTo(mask);
        assertThat(Files.readAllBytes(file)[0]).isEqualTo(name.endsWith(".gz") ? (byte) 0x1f : (byte) '{');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'id': 1, | annotations[0] has no id",
                "'image_id': 1, | annotations[0] has no image_id",
                "'category_id': 1, | annotations[0] has no category_id",
                "'area': 4, | annotations[0] has no area",
                ", 'iscrowd': 0 | annotations[0] has no iscrowd"
            })
    void missingFieldIsNamed(String missing, String complaint) {
        String file =
                annotation("'id': 1, 'image_id': 1, 'category_id': 1, 'area': 4, 'iscrowd': 0".replace(missing, ""));

        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read(file))
                .withMessage("gt.json: " + complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'id': 'seven' | annotations[0].id must be a number",
                "'id': 1.5 | annotations[0].id must be an integer",
                "'id': 9223372036854775808 | annotations[0].id must be an integer within -2^63 .. 2^63 - 1",
                "'bbox': [1, 2, 3] | annotations[0].bbox must hold 4 numbers x, y, width, height; it holds 3",
                "'bbox': [1, 2, -3, 4] | annotations[0].bbox is no box: box extent must be finite and >= 0, got -3.0 x 4.0",
                "'area': NaN | annotations[0].area must be finite, got NaN",
                "'bbox': 5 | annotations[0].bbox must be a list of numbers",
                "'segmentation': 5 | annotations[0].segmentation must be a list of polygons or an object with size and counts",
                "'segmentation': [1, 2, 3, 4, 5, 6] | annotations[0].segmentation must be a list of polygons, each a flat list of numbers: [[x1, y1, x2, y2, ...], ...]; this one is a single list of numbers",
                "'segmentation': [[[1, 2], [3, 4], [5, 6]]] | annotations[0].segmentation must be a list of polygons, each a flat list of numbers: [[x1, y1, x2, y2, ...], ...]; this one is nested deeper",
                "'segmentation': [{'x': 1}] | annotations[0].segmentation must be a list of polygons, each a flat list of numbers: [[x1, y1, x2, y2, ...], ...]"
            })
    void wrongValueIsNamed(String value, String complaint) {
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read(annotation(value)))
                .withMessage("gt.json: " + complaint);
    }

    @Test
    void brokenJsonIsReportedWithItsPlace() {
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read("{\"images\": [],\n \"annotations\": [}"))
                .withMessageStartingWith("gt.json: not valid JSON at line 2, column ");
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read("{\"images\": [], \"annotations\": []}"))
                .withMessage("gt.json: the file has no categories");
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read("{\"images\": [], \"annotations\": [], \"categories\": []}\n {}"))
                .withMessage("gt.json: something follows the end of its JSON at line 2, column 2");
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read("[]"))
                .withMessage("gt.json: the file must be a JSON object with images, annotations and categories");
    }

    @Test
    void aListOfPointsIsNoPolygon() throws IOException {
        GroundTruth truth = read(annotation("'id': 5, 'image_id': 1, 'category_id': 1, 'area': 4, 'iscrowd': 0,"
                + " 'segmentation': [[1, 2], [5, 2], [5, 7]]"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> truth.annotations().get(0).mask(truth.images().get(0)))
                .withMessage("segmentation of annotation 5 (image 1): must be a list of polygons, each a flat list of"
                        + " numbers: [[x1, y1, x2, y2, ...], ...]; this one is a list of points");
    }

    @Test
    void anIdThatStandsForTwoEntriesIsNamed() throws IOException {
        String images = "{\"images\": [{\"id\": 1, \"file_name\": \"0.jpg\"}, {\"id\": %d, \"file_name\": \"%s\"}],"
                + " \"annotations\": [], \"categories\": []}";
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() ->
                        read(String.format(Locale.ROOT, images, 1, "1.jpg")).requireUniqueIds("gt.json"))
                .withMessage("gt.json: images[1] has the id 1, which an earlier entry has too");
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() ->
                        read(String.format(Locale.ROOT, images, 2, "0.jpg")).requireUniqueNames("gt.json"))
                .withMessage("gt.json: images 1 and 2 have the same file_name \"0.jpg\"");
        GroundTruth same = read(String.format(Locale.ROOT, images, 1, "0.jpg"));
        same.requireUniqueNames("gt.json");
        assertThat(same.requireUniqueIds("gt.json").images()).hasSize(1);
    }

    @Test
    void malformedSegmentationOnlyMattersToWhoeverDecodesIt() throws IOException {
        GroundTruth truth = read(annotation("'id': 5, 'image_id': 1, 'category_id': 1, 'area': 4, 'iscrowd': 0,"
                + " 'segmentation': {'size': [10, 10], 'counts': [22, 4]}"));
        Annotation annotation = truth.annotations().get(0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> annotation.mask(truth.images().get(0)))
                .withMessage("segmentation of annotation 5 (image 1): runs cover 26 px,"
                        + " but the image is 10 x 10 (height x width) = 100 px");
    }

    @Test
    void polygonNeedsTheSizeOfItsImage() throws IOException {
        GroundTruth truth = read(annotation("'id': 5, 'image_id': 1, 'category_id': 1, 'area': 4, 'iscrowd': 0,"
                + " 'segmentation': [[1, 1, 1, 4, 4, 4]]"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> truth.annotations().get(0).mask(truth.images().get(0)))
                .withMessage("segmentation of annotation 5 (image 1):"
                        + " a polygon needs the height and width of its image");
    }

    @Test
    void textsAsImageIdsAreNumberedInTheirOwnOrder() throws IOException {
        GroundTruth truth = read("""
                {"images": [{"id": "b", "file_name": "2"}, {"id": "a", "file_name": "1"}],
                 "annotations": [{"id": 1, "image_id": "a", "category_id": 1, "area": 4, "iscrowd": 0}],
                 "categories": []}
                """);

        long a = Long.MIN_VALUE;
        long b = a + 1;
        assertThat(truth.images()).containsExactly(new Image(b, "2", 0, 0), new Image(a, "1", 0, 0));
        assertThat(truth.annotationsOf(a)).hasSize(1);
        assertThat(truth.namedImages())
                .containsEntry("a", a)
                .containsEntry("b", b)
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "0", "'x'"})
    void annotationsOfUnlistedImagesAreTold(String image) throws IOException {
        for (String listed : List.of("1", "'a'")) {
            GroundTruth truth =
                    read("""
                    {'annotations': [{'id': 5, 'image_id': %1$s, 'category_id': 1, 'area': 4, 'iscrowd': 0},
                                     {'id': 6, 'image_id': %2$s, 'category_id': 1, 'area': 4, 'iscrowd': 0},
                                     {'id': 5, 'image_id': %1$s, 'category_id': 1, 'area': 4, 'iscrowd': 0}],
                     'images': [{'id': %2$s}], 'categories': []}
                    """.replace("%1$s", image).replace("%2$s", listed).replace('\'', '"'));

            assertThat(truth.annotationsOfUnlistedImages())
                    .extracting(Annotation::id)
                    .containsExactly(5L);
            assertThat(truth.annotationsOf(truth.images().get(0).id()))
                    .extracting(Annotation::id)
                    .containsExactly(6L);
        }
    }

    @Test
    void textsAndNumbersAreNotMixedAsImageIds() {
        for (int number : new int[] {9, 0}) {
            assertThatExceptionOfType(UnreadableDatasetException.class)
                    .isThrownBy(() -> read("{\"images\": [{\"id\": \"b\"}, {\"id\": " + number
                            + "}], \"annotations\": [], \"categories\": []}"))
                    .withMessage("gt.json: the file mixes texts and numbers as image ids");
        }
    }

    @Test
    void lastOfSeveralEntriesWithOneIdCounts() throws IOException {
        GroundTruth truth = read("""
                {"images": [{"id": 1, "file_name": "x"}, {"id": 1, "file_name": "y"}],
                 "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "area": 4, "iscrowd": 0},
                                 {"id": 1, "image_id": 1, "category_id": 1, "area": 5, "iscrowd": 0}],
                 "categories": [{"id": 1, "name": "u"}, {"id": 1, "name": "v"}]}
                """);

        assertThat(truth.images()).containsExactly(new Image(1, "y", 0, 0));
        assertThat(truth.categories()).containsExactly(new Category(1, "v"));
        assertThat(truth.annotationsOf(1)).extracting(Annotation::area).containsExactly(5.0, 5.0);
    }

    private static String annotation(String fields) {
        return ("{'images': [{'id': 1}], 'categories': [], 'annotations': [{" + fields + "}]}").replace('\'', '"');
    }

    private static GroundTruth read(String json) throws IOException {
        return CocoJson.read(new ByteArrayInputStream(json.getBytes(UTF_8)), "gt.json");
    }
}
