package dev.mnc.dataset.columns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.UnreadableDatasetException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The general parser is the oracle: whatever it reads, reading in blocks gives the same. */
class ResultsFileTest {

    private static final String RUNS = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmno";

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void blocksOfAnySizeGiveWhatTheGeneralParserGives(int seed) throws IOException {
        Random random = new Random(seed);
        String json = results(random, 1 + random.nextInt(80));
        int block = 100 + random.nextInt(4000);

        assertThat(read(write("dt.json", json), block)).isEqualTo(general(json));
        assertThat(read(write("dt.json.gz", json), 300 + block)).isEqualTo(general(json));
    }

    @Test
    void theUsualFileIsReadWithoutTheGeneralParser() throws IOException {
        String json = results(new Random(5), 50);
        Path file = write("dt.json", json);

        List<DetectionColumns> columns = new ResultsFile(file, threads, 2000)
                .read(
                        () -> {
                            throw new AssertionError("the general parser was asked for");
                        },
                        EntryFaultHandler.STOP);

        assertThat(columns).hasSizeGreaterThan(3);
        assertThat(detections(columns)).isEqualTo(general(json));
    }

    @Test
    void characterOfAnotherAlphabetIsNoRunLength() throws IOException {
        String json = "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1, \"segmentation\":"
                + " {\"size\": [3, 5], \"counts\": \"\u4e2d\"}}]";
        Segmentation read =
                requireNonNull(read(write("dt.json", json), 1000).get(0).segmentation());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> read.toMask(3, 5))
                .withMessage("run-length text has the character '\u00bf' (code 191) at position 0;"
                        + " legal are '0' to 'o'");
    }

    /** What looks like the start of an entry, is none, and stands where a block begins. */
    @Test
    void textsThatLookLikeEntriesDoNotDeceive() throws IOException {
        String entry =
                "{\"image_id\": 1, \"category_id\": 2, \"score\": 0.5, \"note\": \"x},{\", \"a\": [{\"b\": 1}, {\"c\": 2}]}";
        String json = "[" + String.join(", ", java.util.Collections.nCopies(40, entry)) + "]";

        for (int block = 90; block < 300; block += 7) {
            assertThat(read(write("dt.json", json), block)).isEqualTo(general(json));
            assertThat(read(write("dt.json.gz", json), block + 200)).isEqualTo(general(json));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                " [ ] \n",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1}]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1e-3, \"bbox\": [], \"segmentation\": null}]",
                "[{\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"e\": 5, \"f\": 6, \"g\": 7, \"h\": 8, \"i\": {\"score\": 9},"
                        + " \"j\": [{\"score\": 9}], \"k\": 1, \"l\": 2, \"m\": 3, \"n\": 4, \"o\": 5, \"p\": 6, \"q\": 7,"
                        + " \"image_id\": 1, \"category_id\": 2, \"score\": 0.25},"
                        + " {\"score\": 0.5, \"a\": 1, \"category_id\": 2, \"image_id\": 1}]",
                "[{\"image_id\": 9007199254740993, \"category_id\": -2, \"score\": 0.12345678901234567890}]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 0.1e1, \"bbox\": [1, 2.5, 3e0, 4]}]",
                "[{\"score\": -0.0, \"image_id\": 1, \"category_id\": 2, \"segmentation\": [[1, 1, 1, 5, 5, 5]]}]",
                "[{\"image_id\": 1.0, \"category_id\": 2, \"score\": NaN, \"note\": \"\\u00e9\\\"\"}]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1, \"segmentation\": {\"size\": [2, 2], \"counts\": \"\\u0034\"}}]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1, \"segmentation\": {\"size\": [2, 2], \"counts\": \"\u00e94\"}}]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1, \"segmentation\": {\"size\": [2, 2], \"counts\": [0, 4]}}]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1, \"segmentation\": {\"size\": [2, 2], \"counts\": \"\"}}]"
            })
    void unusualEntriesAreReadAsWell(String json) throws IOException {
        assertThat(read(write("dt.json", json), 100)).isEqualTo(general(json));
        assertThat(read(write("dt.json.gz", json), 400)).isEqualTo(general(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1},]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1}",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 01}]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1.}]",
                "[{\"image_id\": 1, \"category_id\": 2}]",
                "[{\"image_id\": 1, \"category_id\": 2, \"score\": 1, \"bbox\": [1, 2, -3, 4]}]",
                "{}",
                ""
            })
    void whatTheGeneralParserRefusesIsRefused(String json) throws IOException {
        Path file = write("dt.json", json);

        assertThatExceptionOfType(UnreadableDatasetException.class)
                .isThrownBy(() -> read(file, 100))
                .withMessageStartingWith(file + ": ");
    }

    @Test
    void unreadableEntriesAreLeftOutIfAskedFor() throws IOException {
        String good = "{\"image_id\": 1, \"category_id\": 2, \"score\": 1}";
        String json =
                "[" + good + ", {\"image_id\": {\"x\": [1]}, \"score\": 2}, [3], 4, {\"image_id\": 1}, " + good + "]";
        List<String> faults = new ArrayList<>();

        List<DetectionColumns> columns = new ResultsFile(write("dt.json", json), threads)
                .read(
                        Map::of,
                        fault -> faults.add(requireNonNull(fault.getMessage()).replaceFirst(".*dt.json: ", "")));

        assertThat(detections(columns)).extracting(Detection::ordinal).containsExactly(0L, 5L);
        assertThat(faults)
                .containsExactly(
                        "[1].image_id must be a number",
                        "[2] is not a JSON object",
                        "[3] is not a JSON object",
                        "[4] has no category_id");
    }

    private static String results(Random random, int count) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            json.append(i == 0 ? "" : random.nextBoolean() ? "," : " , \n ");
            json.append(String.format(
                    Locale.ROOT,
                    random.nextBoolean()
                            ? "{\"image_id\": %d, \"category_id\": %d, \"bbox\": [%s, %s, 3.25, 4], \"score\": %s, \"segmentation\":"
                                    + " {\"size\": [%d, 5], \"counts\": \"%s\"}}"
                            : "{\"id\":7,\"image_id\":%d,\"x\":null,\"category_id\":%d,\"bbox\":[%s,%s,0,1e1],\"score\":%s,\"y\":true,"
                                    + "\"segmentation\":{\"counts\":\"%7$s\",\"size\":[%6$d,7]}}",
                    random.nextInt(5),
                    random.nextInt(900) - 5,
                    random.nextInt(1000) / 100.0,
                    random.nextDouble(),
                    random.nextBoolean() ? random.nextDouble() : random.nextInt(100) / 1e6,
                    random.nextInt(100),
                    runs(random).replace("\\", "\\\\")));
        }
        return json.append("]\n").toString();
    }

    private static String runs(Random random) {
        StringBuilder runs = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            runs.append(RUNS.charAt(random.nextInt(RUNS.length())));
        }
        return runs.toString();
    }

    private Path write(String name, String json) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream plain = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
            out.write(json.getBytes(UTF_8));
        }
        return file;
    }

    private List<Detection> read(Path file, int block) throws IOException {
        return detections(new ResultsFile(file, threads, block).read(Map::of, EntryFaultHandler.STOP));
    }

    private static List<Detection> detections(List<DetectionColumns> columns) {
        List<Detection> detections = new ArrayList<>();
        for (DetectionColumns part : columns) {
            for (int i = 0; i < part.count(); i++) {
                detections.add(part.detection(i));
            }
        }
        return detections;
    }

    private static List<Detection> general(String json) throws IOException {
        List<Detection> detections = new ArrayList<>();
        try (CocoResults.Reader reader =
                CocoResults.open(new ByteArrayInputStream(json.getBytes(UTF_8)), "dt.json", Map.of())) {
            reader.forEachRemaining(detections::add);
        }
        return detections;
    }
}
