package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.evaluation.errors.ErrorType;
import dev.mnc.evaluation.errors.TideResult;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TideFindingTest {

    private final TideFinding finding = new TideFinding(
            List.of(new TideResult(
                    IouType.SEGM,
                    0.25,
                    Map.of(ErrorType.CLS, 0.5, ErrorType.MISS, 0.125),
                    -0.0625,
                    0.75,
                    List.of(
                            category(1, Map.of(ErrorType.CLS, 3L)),
                            category(2, Map.of(ErrorType.CLS, 1L, ErrorType.MISS, 5L))))),
            HandMade.NAMES);

    private static TideResult.OfCategory category(long id, Map<ErrorType, Long> errors) {
        return new TideResult.OfCategory(id, 0.5, 10, errors, Map.of(ErrorType.CLS, -0.25));
    }

    @Test
    void entryHasLossesAndTheCountsOfAllCategories() {
        assertThat(HandMade.json(finding))
                .isEqualTo("{\"errors\":{\"segm\":{\"AP50\":0.25,"
                        + "\"dAP\":{\"Cls\":0.5,\"Loc\":0.0,\"Both\":0.0,\"Dupe\":0.0,\"Bkg\":0.0,\"Miss\":0.125},"
                        + "\"dAP_special\":{\"FalsePos\":-0.0625,\"FalseNeg\":0.75},"
                        + "\"count\":{\"Cls\":4,\"Loc\":0,\"Both\":0,\"Dupe\":0,\"Bkg\":0,\"Miss\":5}}}}");
    }

    @Test
    void tableHasAllThenEachCategory() {
        List<String> rows = TableText.of("errors", finding.tables());

        assertThat(rows).hasSize(1 + 6 + 2 + 2 * 6);
        assertThat(rows)
                .startsWith("iou_type, category_id, category, error, count, ap50, dap", "segm, -, -, Cls, 4, 0.25, 0.5")
                .containsSubsequence(
                        "segm, -, -, FalsePos, -, 0.25, -0.0625",
                        "segm, -, -, FalseNeg, -, 0.25, 0.75",
                        "segm, 1, cat, Cls, 3, 0.5, -0.25",
                        "segm, 1, cat, Miss, 0, 0.5, 0.0",
                        "segm, 2, dog, Miss, 5, 0.5, 0.0");
    }
}
