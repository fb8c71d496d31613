package dev.mnc.evaluation.curves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatchRecordsTest {

    private static final Box BOX = new Box(0, 0, 10, 10);

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 500})
    void eachCategoryIsCopiedInTheOrderItCame(int count) {
        Random random = new Random(count);
        int[] categories = random.ints(count, 1, 6).toArray();
        MatchRecords records = new MatchRecords();
        for (int i = 0; i < count; i++) {
            records.add(categories[i], 1 - i / 1000.0, i * 3L, i % 7, i * 5L, i * 6L);
        }
        assertThat(records.count()).isEqualTo(count);

        records.sortByCategory(7);

        for (int category = 0; category < 7; category++) {
            int wanted = category;
            int[] expected = IntStream.range(0, count)
                    .filter(i -> categories[i] == wanted)
                    .toArray();
            assertThat(records.count(category)).isEqualTo(expected.length);
            Ranking ranking = new Ranking(0);
            records.copy(category, ranking);
            ranking.sort();
            assertThat(ranking.count()).isEqualTo(expected.length);
            for (int k = 0; k < expected.length; k++) {
                int i = expected[k];
                assertThat(ranking.score(k)).isEqualTo(1 - i / 1000.0);
                assertThat(ranking.image(k)).isEqualTo(i * 3L);
                assertThat(ranking.rank(k)).isEqualTo(i % 7);
                assertThat(ranking.matched(k)).isEqualTo(i * 5L);
                assertThat(ranking.ignored(k)).isEqualTo(i * 6L);
            }
        }
    }

    @Test
    void noRecordsHaveNoneOfAnyCategory() {
        MatchRecords records = new MatchRecords();
        records.sortByCategory(3);
        Ranking ranking = new Ranking(0);
        records.copy(2, ranking);

        assertThat(records.count()).isZero();
        assertThat(records.count(2)).isZero();
        assertThat(ranking.count()).isZero();
    }

    @Test
    void bestDetectionsOfEachCategoryOfAnImageAreTakenUpToALimit() {
        MatchRules rules = MatchRules.coco(Compat.NONE).upTo(4);
        ImageMatch match = new ImageMatch(new Matching(IouType.BBOX, DetectionArea.COMPARED, rules), 3);
        match.start(new Image(17, "17.jpg", 50, 50), new FaultLog());
        match.addTruth(new Annotation(1, 17, 2, BOX, 100, false, null), 2);
        DetectionColumns columns = DetectionColumns.of(IntStream.range(0, 12)
                .mapToObj(i -> new Detection(i, 17, 1 + i % 2, i / 16.0, BOX, null))
                .toList());
        for (int i = 0; i < 12; i++) {
            match.addDetection(columns, i, (int) columns.categoryId(i));
        }
        match.match();
        MatchRecords records = new MatchRecords();
        records.add(match, 3);
        assertThat(records.count()).isEqualTo(6);
        records.add(match);
        assertThat(records.count()).isEqualTo(14);
        records.sortByCategory(3);

        assertThat(IntStream.range(0, 3).map(records::count)).containsExactly(0, 7, 7);
        Ranking ranking = new Ranking(0);
        records.copy(2, ranking);
        ranking.sort();
        assertThat(IntStream.range(0, 7).mapToObj(ranking::score))
                .isEqualTo(List.of(11 / 16.0, 11 / 16.0, 9 / 16.0, 9 / 16.0, 7 / 16.0, 7 / 16.0, 5 / 16.0));
        assertThat(IntStream.range(0, 7).map(ranking::rank)).containsExactly(0, 0, 1, 1, 2, 2, 3);
        assertThat(ranking.image(0)).isEqualTo(17);
        assertThat(ranking.matched(0)).isEqualTo(rules.everything());
        assertThat(ranking.matched(2)).isZero();
        assertThat(ranking.ignored(2)).isEqualTo(rules.everything() & ~0xFFFFFL);
    }

    private static void match(ImageMatch match, int categories, int count) {
        match.start(new Image(17, "17.jpg", 50, 50), new FaultLog());
        DetectionColumns columns = DetectionColumns.of(IntStream.range(0, count)
                .mapToObj(i -> new Detection(i, 17, i % categories, 0.5, BOX, null))
                .toList());
        for (int i = 0; i < count; i++) {
            match.addDetection(columns, i, (int) columns.categoryId(i));
        }
        match.match();
    }

    @Test
    void nothingOfTheImageBeforeIsTakenAgain() {
        ImageMatch match =
                new ImageMatch(new Matching(IouType.BBOX, DetectionArea.COMPARED, MatchRules.coco(Compat.NONE)), 3);
        MatchRecords records = new MatchRecords();
        match(match, 3, 30);
        records.add(match);
        assertThat(records.count()).isEqualTo(30);
        match(match, 1, 4);
        records.add(match);
        assertThat(records.count()).isEqualTo(34);
    }

    @Test
    void firstImageMayHaveAnyNumberOfDetectionsOfOneCategory() {
        MatchRules rules = MatchRules.coco(Compat.NONE).upTo(300);
        ImageMatch match = new ImageMatch(new Matching(IouType.BBOX, DetectionArea.COMPARED, rules), 1);
        MatchRecords records = new MatchRecords();
        match(match, 1, 250);
        records.add(match);

        records.sortByCategory(1);

        assertThat(records.count(0)).isEqualTo(250);
    }
}
