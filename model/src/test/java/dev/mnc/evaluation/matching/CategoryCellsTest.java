package dev.mnc.evaluation.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CategoryCellsTest {

    @Test
    void imageAfterImageIsPutInOrderOfTheCategories() {
        Random random = new Random(8);
        CategoryCells cells = new CategoryCells(60);
        for (int trial = 0; trial < 300; trial++) {
            int categories = 1 + random.nextInt(60);
            int[] detections = random.ints(random.nextInt(400), 0, categories).toArray();
            int[] truths = random.ints(random.nextInt(200), 0, categories).toArray();
            cells.clear();
            Arrays.stream(detections).forEach(cells::addDetection);
            Arrays.stream(truths).forEach(cells::addTruth);

            cells.arrange(truths, truths.length, detections, detections.length);

            TreeSet<Integer> present = new TreeSet<>();
            Arrays.stream(detections).forEach(present::add);
            Arrays.stream(truths).forEach(present::add);
            assertThat(cells.count()).isEqualTo(present.size());
            int cell = 0;
            for (int category : present) {
                assertThat(cells.category(cell)).isEqualTo(category);
                assertThat(Arrays.copyOfRange(cells.order(), cells.first(cell), cells.all(cell)))
                        .isEqualTo(indicesOf(detections, category));
                assertThat(Arrays.copyOfRange(cells.truthOrder(), cells.firstTruth(cell), cells.endTruth(cell)))
                        .isEqualTo(indicesOf(truths, category));
                cell++;
            }
        }
    }

    @Test
    void lastOfSixteenCategoriesHasAnEnd() {
        CategoryCells cells = new CategoryCells(16);
        int[] categories = IntStream.range(0, 16).toArray();
        Arrays.stream(categories).forEach(cells::addDetection);

        cells.arrange(new int[0], 0, categories, 16);

        assertThat(cells.first(15)).isEqualTo(15);
        assertThat(cells.all(15)).isEqualTo(16);
        assertThat(cells.endTruth(15)).isZero();
    }

    private static int[] indicesOf(int[] categories, int category) {
        return IntStream.range(0, categories.length)
                .filter(i -> categories[i] == category)
                .toArray();
    }
}
