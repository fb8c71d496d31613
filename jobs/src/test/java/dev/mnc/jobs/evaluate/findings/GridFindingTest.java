package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The detection that is right covers its object, so every overlap is enough; objects of 100 px² are tiny only. */
class GridFindingTest {

    private static GridFinding finding() {
        MetricGrid lists = MetricGrid.of(
                List.of(0.5, 1.0),
                List.of(new AreaBounds("tiny", 0, 100), new AreaBounds("rest", 101, 1e5)),
                List.of(1));
        Outcome outcome =
                HandMade.outcome(lists.rankingSpecs(IouType.BBOX, DetectionArea.COMPARED, Compat.NONE), List.of());
        return new GridFinding(
                lists,
                Map.of(IouType.BBOX, lists.figures(IouType.BBOX, DetectionArea.COMPARED, Compat.NONE, outcome)),
                HandMade.NAMES);
    }

    @Test
    void entryHasTheListsAndAFigureForEachSizeAndLimit() {
        String ap = HandMade.AP;

        assertThat(HandMade.json(finding()))
                .isEqualTo("{\"lists\":{\"iou_thresholds\":[0.5,1.0],"
                        + "\"area_ranges\":[{\"name\":\"tiny\",\"from\":0.0,\"to\":100.0},"
                        + "{\"name\":\"rest\",\"from\":101.0,\"to\":100000.0}],"
                        + "\"max_detections\":[1],\"bbox\":["
                        + "{\"area\":\"tiny\",\"max_detections\":1,\"AP\":" + ap + ",\"AR\":0.5,"
                        + "\"AP_by_iou\":[" + ap + "," + ap + "],\"AR_by_iou\":[0.5,0.5],\"categories\":"
                        + "[{\"id\":1,\"name\":\"cat\",\"positives\":2,\"AP\":" + ap + ",\"AR\":0.5}]},"
                        + "{\"area\":\"rest\",\"max_detections\":1,\"AP\":-1.0,\"AR\":-1.0,"
                        + "\"AP_by_iou\":[-1.0,-1.0],\"AR_by_iou\":[-1.0,-1.0],\"categories\":[]}]}}");
    }

    @Test
    void tableHasCategoriesWithObjectsOfTheSize() {
        assertThat(TableText.of("lists", finding().tables()))
                .containsExactly(
                        "iou_type, category_id, category, area, area_from, area_to, max_detections, iou, positives, ap,"
                                + " ar",
                        "bbox, 1, cat, tiny, 0.0, 100.0, 1, 0.5, 2, " + HandMade.AP + ", 0.5",
                        "bbox, 1, cat, tiny, 0.0, 100.0, 1, 1.0, 2, " + HandMade.AP + ", 0.5");
    }

    @Test
    void linesSayEachFigure() {
        assertThat(finding().lines().lines())
                .containsExactly(
                        "bbox at IoU 0.50, 1.00",
                        " area=      tiny | maxDets=    1 | AP = 0.505 | AR = 0.500",
                        " area=      rest | maxDets=    1 | AP = -1.000 | AR = -1.000");
    }
}
