package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.slices.Slice;
import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SliceFindingTest {

    private static final List<EvaluationResult> RESULTS = HandMade.outcome().results();

    private static SliceFinding finding(Map<Long, Frequency> frequencies) {
        List<Slice> slices = List.of(
                new Slice("site", "north", 2, RESULTS),
                new Slice("site", null, 1, RESULTS),
                new Slice("light", "day", 3, RESULTS));
        return new SliceFinding(slices, 4, frequencies, HandMade.NAMES);
    }

    private static final String COCO = "\"bbox\":{\"AP\":" + HandMade.AP + ",\"AP50\":" + HandMade.AP + ",\"AP75\":"
            + HandMade.AP + ",\"APs\":" + HandMade.AP + ",\"APm\":-1.0,\"APl\":-1.0,\"AR1\":0.5,\"AR10\":0.5,"
            + "\"AR100\":0.5,\"ARs\":0.5,\"ARm\":-1.0,\"ARl\":-1.0}";

    @Test
    void entryHasTheValuesOfEachColumn() {
        assertThat(HandMade.json(finding(Map.of())))
                .isEqualTo("{\"slices\":{\"other_images\":4,\"columns\":{"
                        + "\"site\":[{\"value\":\"north\",\"images\":2," + COCO + "},"
                        + "{\"value\":null,\"images\":1," + COCO + "}],"
                        + "\"light\":[{\"value\":\"day\",\"images\":3," + COCO + "}]}}}");
    }

    @Test
    void tableHasAllCategoriesTogetherThenThoseWithObjects() {
        List<String> rows = TableText.of("slices", finding(Map.of()).tables());

        // For each slice twelve numbers of all categories, and the eight of cats that are known.
        assertThat(rows).hasSize(1 + 3 * (12 + 8));
        assertThat(rows)
                .startsWith(
                        "slice_by, slice, images, iou_type, category_id, category, metric, value",
                        "site, north, 2, bbox, -, -, AP, " + HandMade.AP)
                .containsSubsequence(
                        "site, north, 2, bbox, -, -, APm, -",
                        "site, north, 2, bbox, 1, cat, AR100, 0.5",
                        "site, -, 1, bbox, -, -, AP, " + HandMade.AP,
                        "light, day, 3, bbox, 1, cat, ARs, 0.5");
    }

    @Test
    void linesNameTheSlicesAndTheRowsOfOtherImages() {
        assertThat(finding(Map.of()).lines().lines())
                .containsExactly(
                        "site = north: 2 images, bbox AP 0.505",
                        "site = (none): 1 images, bbox AP 0.505",
                        "light = day: 3 images, bbox AP 0.505",
                        "4 rows of the image table are about no image of the ground truth");
    }

    @Test
    void numbersAreThoseOfLvisWhereCategoriesHaveFrequencies() {
        Map<Long, Frequency> frequencies = Map.of(1L, Frequency.RARE, 2L, Frequency.FREQUENT);

        assertThat(HandMade.json(finding(frequencies)))
                .contains("\"APr\":" + HandMade.AP + ",\"APc\":-1.0,\"APf\":-1.0,");
    }
}
