package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.evaluation.errors.ConfusionMatrix;
import dev.mnc.evaluation.errors.ConfusionMatrix.Entry;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConfusionFindingTest {

    private static final OptionalLong CAT = OptionalLong.of(1);
    private static final OptionalLong DOG = OptionalLong.of(2);
    private static final OptionalLong BACKGROUND = OptionalLong.empty();

    private final ConfusionFinding finding = new ConfusionFinding(
            List.of(new ConfusionMatrix(
                    IouType.BBOX,
                    0.5,
                    0.25,
                    List.of(
                            new Entry(CAT, CAT, 7),
                            new Entry(CAT, DOG, 2),
                            new Entry(DOG, BACKGROUND, 1),
                            new Entry(BACKGROUND, CAT, 3)))),
            HandMade.NAMES);

    @Test
    void entryNamesTheBackgroundNull() {
        assertThat(HandMade.json(finding))
                .isEqualTo("{\"confusion\":{\"bbox\":{\"score\":0.25,\"iou\":0.5,\"entries\":"
                        + "[[1,1,7],[1,2,2],[2,null,1],[null,1,3]]}}}");
    }

    @Test
    void tableHasARowForEachEntry() {
        assertThat(TableText.of("confusion", finding.tables()))
                .containsExactly(
                        "iou_type, score, iou, truth_id, truth, detection_id, detection, count",
                        "bbox, 0.25, 0.5, 1, cat, 1, cat, 7",
                        "bbox, 0.25, 0.5, 1, cat, 2, dog, 2",
                        "bbox, 0.25, 0.5, 2, dog, -, -, 1",
                        "bbox, 0.25, 0.5, -, -, 1, cat, 3");
    }
}
