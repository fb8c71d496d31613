package dev.mnc.jobs.evaluate.findings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.parquet.TableText;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageFindingTest {

    private static final double SCORE = 0.5;

    private static ImageFinding finding() {
        Outcome outcome = HandMade.outcome(
                List.of(HandMade.BOXES),
                ImageFinding.counters(List.of(HandMade.BOXES), SCORE, ScoreTarget.DEFAULT, null));
        return new ImageFinding(outcome, SCORE, ScoreTarget.DEFAULT, HandMade.NAMES);
    }

    @Test
    void entryHasTheEmptyImagesAndTheCategoriesWithoutObjects() {
        assertThat(HandMade.json(finding()))
                .isEqualTo("{\"false_alarms\":{\"bbox\":{\"score\":0.5,\"iou\":0.5,\"images\":2,"
                        + "\"images_without_objects\":"
                        + "{\"images\":1,\"detections\":2,\"at_score\":1,\"at_score_per_image\":1.0},"
                        + "\"categories_without_ground_truth\":"
                        + "[{\"id\":2,\"name\":\"dog\",\"images\":1,\"detections\":1,\"at_score\":0}]}}}");
    }

    @Test
    void falseAlarmsAreThoseOfImagesWithoutAnObjectOfTheCategory() {
        assertThat(TableText.of("false_alarms", finding().tables()))
                .containsExactly(
                        "iou_type, category_id, category, positives, score, images, detections, images_at_score,"
                                + " at_score",
                        "bbox, 1, cat, 2, 0.5, 1, 1, 1, 1",
                        "bbox, 2, dog, 0, 0.5, 1, 1, 0, 0");
        assertThat(finding().alarms()).containsOnlyKeys(IouType.BBOX);
    }

    @Test
    void worstImagesComeFirst() {
        assertThat(TableText.of("worst_images", finding().tables()))
                .containsExactly(
                        "iou_type, category_id, category, score, iou, place, image_id, file_name, errors, missed, wrong",
                        "bbox, 1, cat, 0.5, 0.5, 1, 1, one.jpg, 2, 1, 1",
                        "bbox, 1, cat, 0.5, 0.5, 2, 2, two.jpg, 1, 0, 1");
    }
}
