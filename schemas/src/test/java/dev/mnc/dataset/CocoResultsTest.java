package dev.mnc.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mnc.geometry.Box;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CocoResultsTest {

    @Test
    void entriesComeInTheirOrderWithEveryDoubleOfTheFile() throws IOException {
        List<Detection> detections = read("""
                [{"image_id": 1, "category_id": 2, "score": 0.1234567890123456, "bbox": [1, 2, 3, 4], "id": "x"},
                 {"image_id": 9007199254740993, "category_id": 0, "score": NaN, "bbox": [],
                  "segmentation": {"size": [10, 10], "counts": "f0460000V1"}},
                 {"image_id": 1, "category_id": 2, "score": -Infinity, "segmentation": [[1, 1, 1, 4, 4, 4]]}]
                """, Map.of());

        assertThat(detections)
                .containsExactly(
                        new Detection(0, 1, 2, 0.1234567890123456, new Box(1, 2, 3, 4), null),
                        new Detection(
                                1,
                                9007199254740993L,
                                0,
                                Double.NaN,
                                null,
                                new Segmentation.Compressed(10, 10, "f0460000V1")),
                        new Detection(2, 1, 2, Double.NEGATIVE_INFINITY, null, Segmentation.ofRings(new double[] {
                            1, 1, 1, 4, 4, 4
                        })));
    }

    @Test
    void textsAsImageIdsAreLookedUp() throws IOException {
        String entry = "[{\"image_id\": \"b\", \"category_id\": 2, \"score\": 1}]";

        assertThat(read(entry, Map.of("a", 0L, "b", 1L)))
                .extracting(Detection::imageId)
                .containsExactly(1L);
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read(entry, Map.of("a", 0L)))
                .withMessage("dt.json: [0].image_id is \"b\", which no image of the ground truth has");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[{'category_id': 2, 'score': 1}] | [0] has no image_id",
                "[{'image_id': 2, 'score': 1}] | [0] has no category_id",
                "[{'image_id': 2, 'category_id': 1}] | [0] has no score",
                "[{'image_id': 2, 'category_id': 1, 'score': 'high'}] | [0].score must be a number",
                "{'image_id': 2} | the file must be a JSON list of detections",
                "[5] | [0] is not a JSON object"
            })
    void wrongEntryIsNamed(String json, String complaint) {
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read(json.replace('\'', '"'), Map.of()))
                .withMessage("dt.json: " + complaint);
    }

    @Test
    void fileThatStopsInTheMiddleIsRefused() {
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read("[{\"image_id\": 2, \"category_id\": 1, \"score\": 1},", Map.of()))
                .withMessageStartingWith("dt.json: not valid JSON at line 1, column 48, near [0]: ");
        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read("[] [1]", Map.of()))
                .withMessage("dt.json: something follows the end of its JSON at line 1, column 4");
    }

    @Test
    void compressedFileThatIsDamagedIsNamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("dt.json.gz");
        try (CocoResults.Writer writer = CocoResults.create(file)) {
            writer.write(new Detection(0, 5, 1, 0.5, new Box(0.1, 2, 3, 4), null));
        }
        byte[] bytes = Files.readAllBytes(file);
        Map<byte[], String> damaged = Map.of(
                Arrays.copyOf(bytes, bytes.length - 20),
                "Unexpected end of ZLIB input stream",
                "[]".getBytes(UTF_8),
                "Not in GZIP format",
                new byte[0],
                "it is empty");

        damaged.forEach((content, why) -> assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> {
                    Files.write(file, content);
                    try (CocoResults.Reader reader = CocoResults.open(file, Map.of(), fault -> {})) {
                        reader.forEachRemaining(detection -> {});
                    }
                })
                .withMessage(file + ": the compressed file is cut short or damaged: " + why));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'size': [10.5, 10], 'counts': 'd3'} | the size of a mask must be whole numbers of px, got 10.5 x 10.0",
                "{'size': [10, 10], 'counts': [20.5, 79.5]} | run lengths must be whole numbers of px"
            })
    void fractionsOfPixelsAreMalformed(String segmentation, String reason) throws IOException {
        String json = "[{'image_id': 2, 'category_id': 1, 'score': 1, 'segmentation': " + segmentation + "}]";

        assertThat(read(json.replace('\'', '"'), Map.of()).get(0).segmentation())
                .isEqualTo(new Segmentation.Malformed(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dt.json", "dt.json.gz"})
    void whatIsWrittenIsReadBackTheSame(String name, @TempDir Path folder) throws IOException {
        Path file = folder.resolve(name);
        List<Detection> detections = List.of(
                new Detection(
                        0, 5, 1, 0.1 + 0.2, new Box(0.1, 2, 3, 4), new Segmentation.Compressed(10, 10, "f0460000V1")),
                new Detection(1, 5, 2, Double.MIN_VALUE, null, Segmentation.ofRings(new double[] {1, 1, 1, 4, 4, 4})));
        try (CocoResults.Writer writer = CocoResults.create(file)) {
            for (Detection detection : detections) {
                writer.write(detection);
            }
        }

        List<Detection> back = new ArrayList<>();
        try (CocoResults.Reader reader = CocoResults.open(file, Map.of())) {
            reader.forEachRemaining(back::add);
        }

        assertThat(back).isEqualTo(detections);
        assertThat(Files.readAllBytes(file)[0]).isEqualTo(name.endsWith(".gz") ? (byte) 0x1f : (byte) '[');
    }

    private static List<Detection> read(String json, Map<String, Long> namedImages) throws IOException {
        List<Detection> detections = new ArrayList<>();
        try (CocoResults.Reader reader =
                CocoResults.open(new ByteArrayInputStream(json.getBytes(UTF_8)), "dt.json", namedImages)) {
            reader.forEachRemaining(detections::add);
        }
        return detections;
    }
}
