package dev.mnc.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.pages.GallerySelection.Candidate;
import dev.mnc.pages.GallerySelection.Choice;
import dev.mnc.pages.ReportData.Pick;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GallerySelectionTest {

    @Test
    void aThirdIsWorstAThirdBestAndNoImageComesTwice() {
        List<Choice> choices = GallerySelection.choose(candidates(100), 9);

        assertThat(choices.subList(0, 3))
                .extracting(c -> c.candidate().imageId())
                .containsExactly(0L, 1L, 2L);
        assertThat(choices.subList(3, 6))
                .extracting(c -> c.candidate().imageId())
                .containsExactly(99L, 98L, 97L);
        assertThat(choices)
                .extracting(Choice::pick)
                .containsExactly(
                        Pick.WORST,
                        Pick.WORST,
                        Pick.WORST,
                        Pick.BEST,
                        Pick.BEST,
                        Pick.BEST,
                        Pick.RANDOM,
                        Pick.RANDOM,
                        Pick.RANDOM);
        assertThat(choices).extracting(c -> c.candidate().imageId()).doesNotHaveDuplicates();
    }

    @Test
    void theOrderOfTheCandidatesDoesNotMatter() {
        List<Candidate> shuffled = new ArrayList<>(candidates(50));
        Collections.shuffle(shuffled, new Random(1));

        assertThat(GallerySelection.choose(shuffled, 24)).isEqualTo(GallerySelection.choose(candidates(50), 24));
    }

    @Test
    void whereThereAreFewerImagesAllAreShown() {
        assertThat(GallerySelection.choose(candidates(5), 24)).hasSize(5);
        assertThat(GallerySelection.choose(List.of(), 24)).isEmpty();
    }

    @Test
    void ofEquallyGoodImagesThoseWithMoreOnThemAreTheBest() {
        List<Candidate> candidates = List.of(
                new Candidate(1, new ImageQuality(0, 0, 0, 0)),
                new Candidate(2, new ImageQuality(4, 0, 0, 4)),
                new Candidate(3, new ImageQuality(0, 2, 0, 0)),
                new Candidate(4, new ImageQuality(0, 3, 0, 0)));

        assertThat(GallerySelection.choose(candidates, 3))
                .startsWith(new Choice(candidates.get(3), Pick.WORST), new Choice(candidates.get(1), Pick.BEST));
    }

    @Test
    void aNegativeSizeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GallerySelection.choose(List.of(), -1))
                .withMessage("gallery size must be >= 0, got -1");
    }

    /** Image {@code i} has quality {@code i / 100}. */
    private static List<Candidate> candidates(int count) {
        return LongStream.range(0, count)
                .mapToObj(i -> new Candidate(i, new ImageQuality(1, 0, 0, i / 100.0)))
                .toList();
    }
}
