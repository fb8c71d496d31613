package dev.mnc.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.geometry.Mask;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageQualityTest {

    private static final Category CAT = new Category(1, "cat");
    private static final Category DOG = new Category(2, "dog");

    @Test
    void anExactPredictionOfEachObjectIsWorthOne() {
        Mask mask = row(2, 4);
        ImageQuality quality =
                ImageQuality.of(List.of(new AnnotatedObject(CAT, mask)), List.of(new Instance(CAT, 0.9, mask)), 0.5);

        assertThat(quality).isEqualTo(new ImageQuality(1, 0, 0, 1));
        assertThat(quality.value()).isEqualTo(1);
    }

    @Test
    void theWrongCategoryOrHalfTheOverlapIsNoMatch() {
        List<AnnotatedObject> truth = List.of(new AnnotatedObject(CAT, row(0, 4)));

        assertThat(ImageQuality.of(truth, List.of(new Instance(DOG, 0.9, row(0, 4))), 0.5))
                .isEqualTo(new ImageQuality(0, 1, 1, 0));
        assertThat(ImageQuality.of(truth, List.of(new Instance(CAT, 0.9, row(0, 2))), 0.5))
                .isEqualTo(new ImageQuality(0, 1, 1, 0));
        assertThat(ImageQuality.of(truth, List.of(new Instance(CAT, 0.9, row(0, 3))), 0.5))
                .isEqualTo(new ImageQuality(1, 0, 0, 0.75));
    }

    @Test
    void theHighestScoreChoosesFirstAndADuplicateIsSurplus() {
        List<AnnotatedObject> truth = List.of(new AnnotatedObject(CAT, row(0, 4)));
        List<Instance> twice = List.of(new Instance(CAT, 0.6, row(0, 4)), new Instance(CAT, 0.9, row(0, 3)));

        ImageQuality quality = ImageQuality.of(truth, twice, 0.5);

        assertThat(quality).isEqualTo(new ImageQuality(1, 0, 1, 0.75));
        assertThat(quality.value()).isEqualTo(0.75 / 1.5);
    }

    @Test
    void predictionsBelowTheLeastScoreAreNotMade() {
        List<Instance> unsure = List.of(new Instance(CAT, 0.49, row(0, 4)));

        assertThat(ImageQuality.of(List.of(), unsure, 0.5).value()).isEqualTo(1);
        assertThat(ImageQuality.of(List.of(), unsure, 0.49).value()).isZero();
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageQuality(1, 0, 0, 1.5))
                .withMessage("counts must be >= 0 and the IoU sum within the matches, got 1, 0, 0, 1.5");
    }

    /** Pixels of a single row of eight. */
    private static Mask row(int from, int to) {
        return Mask.ofRuns(1, 8, from, to - from, 8 - to);
    }
}
