package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.bootstrap.Interval;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.jobs.evaluate.findings.IntervalSection.Label;
import dev.mnc.jobs.evaluate.findings.IntervalSection.OfCategory;
import dev.mnc.jobs.evaluate.findings.IntervalSection.Section;
import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalFindingTest {

    private static final Estimate AP = new Estimate("AP", 0.5, new Interval(0.125, 0.25, 0.75, 0.5625, 7));
    private static final Estimate UNKNOWN = new Estimate("APl", -1, null);

    private final IntervalFinding finding = new IntervalFinding(
            List.of(
                    new IntervalSection(
                            Section.PROTOCOL,
                            List.of(Label.of("iou_type", "segm")),
                            List.of(AP, UNKNOWN),
                            List.of(new OfCategory(1, List.of(AP)), new OfCategory(2, List.of(UNKNOWN)))),
                    new IntervalSection(
                            Section.LISTS,
                            List.of(
                                    Label.of("area", "tiny"),
                                    Label.of("max_detections", 10),
                                    Label.ofNumber("iou", null)),
                            List.of(AP),
                            List.of()),
                    new IntervalSection(
                            Section.LISTS,
                            List.of(
                                    Label.of("area", "tiny"),
                                    Label.of("max_detections", 10),
                                    Label.ofNumber("iou", 0.5)),
                            List.of(UNKNOWN),
                            List.of())),
            List.of(),
            new PoissonWeights(8, 3),
            new DetectedImages(),
            HandMade.NAMES);

    private static final String SPREAD =
            "{\"value\":0.5,\"standard_error\":0.125,\"low\":0.25,\"high\":0.75," + "\"mean\":0.5625,\"replicates\":7}";

    @Test
    void entryHasTheProtocolByIouTypeAndArraysOfTheRest() {
        assertThat(HandMade.json(finding))
                .isEqualTo("{\"intervals\":{\"method\":\"" + IntervalFinding.METHOD.replace(" ", "")
                        + "\",\"level\":0.95,\"replicates\":8,\"seed\":3,"
                        + "\"segm\":{\"AP\":" + SPREAD + ",\"APl\":null,\"categories\":["
                        + "{\"id\":1,\"name\":\"cat\",\"AP\":" + SPREAD + "},"
                        + "{\"id\":2,\"name\":\"dog\",\"APl\":null}]},"
                        + "\"lists\":[{\"area\":\"tiny\",\"max_detections\":10,\"iou\":null,\"AP\":" + SPREAD + "},"
                        + "{\"area\":\"tiny\",\"max_detections\":10,\"iou\":0.5,\"APl\":null}]}}");
    }

    @Test
    void tablesAreOneForEachSectionThatHasSomething() {
        assertThat(finding.tables()).extracting("name").containsExactly("intervals", "list_intervals");
        assertThat(TableText.of("intervals", finding.tables()))
                .containsExactly(
                        "iou_type, category_id, category, metric, value, standard_error, low, high, mean, replicates",
                        "segm, -, -, AP, 0.5, 0.125, 0.25, 0.75, 0.5625, 7",
                        "segm, -, -, APl, -, -, -, -, -, -",
                        "segm, 1, cat, AP, 0.5, 0.125, 0.25, 0.75, 0.5625, 7",
                        "segm, 2, dog, APl, -, -, -, -, -, -");
        assertThat(TableText.of("list_intervals", finding.tables()))
                .containsExactly(
                        "area, max_detections, iou, metric, value, standard_error, low, high, mean, replicates",
                        "tiny, 10, -, AP, 0.5, 0.125, 0.25, 0.75, 0.5625, 7",
                        "tiny, 10, 0.5, APl, -, -, -, -, -, -");
    }

    @Test
    void linesLeaveOutWhatIsUnknownAndSingleOverlaps() {
        assertThat(finding.lines().lines())
                .containsExactly(
                        "segm: standard error and basic 95 % interval, of 8 replicates",
                        " AP    0.500  se 0.1250  0.250 to 0.750",
                        "area tiny, max_detections 10: AP 0.500  se 0.1250  0.250 to 0.750",
                        "percentile intervals would be shifted upwards, for replicates lie above the number itself:"
                                + " images drawn twice agree with themselves, and categories none of whose images is"
                                + " drawn leave the mean");
    }
}
