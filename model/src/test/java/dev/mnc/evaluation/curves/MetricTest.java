package dev.mnc.evaluation.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.evaluation.curves.Average.Kind;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricTest {

    /** Every figure tells its size range, limit and overlap by its digits; no object is as large as {@code without}. */
    private record Figures(int without) implements CategoryFigures {

        @Override
        public long positives(int area) {
            return area == without ? 0 : 1 + area;
        }

        @Override
        public long counted(int area) {
            return 0;
        }

        @Override
        public double averagePrecision(int area, int threshold) {
            return 0.5 + 0.01 * area + 0.0001 * threshold;
        }

        @Override
        public double recall(int area, int limit, int threshold) {
            return 0.01 * area + 0.1 * limit + 0.0001 * threshold;
        }
    }

    private static final CategoryFigures FIGURES = new Figures(-1);

    @Test
    void everyMetricReadsItsSizeRangeLimitAndOverlaps() {
        assertThat(Metric.AP.of(FIGURES)).isCloseTo(0.50045, within(1e-12));
        assertThat(Metric.AP50.of(FIGURES)).isEqualTo(0.5);
        assertThat(Metric.AP75.of(FIGURES)).isCloseTo(0.5005, within(1e-12));
        assertThat(Metric.APs.of(FIGURES)).isCloseTo(0.51045, within(1e-12));
        assertThat(Metric.APm.of(FIGURES)).isCloseTo(0.52045, within(1e-12));
        assertThat(Metric.APl.of(FIGURES)).isCloseTo(0.53045, within(1e-12));
        assertThat(Metric.AR1.of(FIGURES)).isCloseTo(0.00045, within(1e-12));
        assertThat(Metric.AR10.of(FIGURES)).isCloseTo(0.10045, within(1e-12));
        assertThat(Metric.AR100.of(FIGURES)).isCloseTo(0.20045, within(1e-12));
        assertThat(Metric.ARs.of(FIGURES)).isCloseTo(0.21045, within(1e-12));
        assertThat(Metric.ARm.of(FIGURES)).isCloseTo(0.22045, within(1e-12));
        assertThat(Metric.ARl.of(FIGURES)).isCloseTo(0.23045, within(1e-12));
    }

    @Test
    void metricsAreNumberedInTheirOrder() {
        assertThat(Metric.values()).extracting(Metric::index).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void cocosRangesAndLimitsHaveTheFiguresOfTheirNumbers() {
        assertThat(FIGURES.positives(AreaRange.MEDIUM)).isEqualTo(3);
        assertThat(FIGURES.averagePrecision(AreaRange.LARGE, 4)).isEqualTo(FIGURES.averagePrecision(3, 4));
        assertThat(FIGURES.recall(AreaRange.SMALL, Limit.HUNDRED, 7)).isEqualTo(FIGURES.recall(1, 2, 7));
    }

    @Test
    void categoryWithoutObjectsOfASizeHasNoNumberAndDoesNotCountInTheMean() {
        CategoryFigures without = new Figures(1);
        assertThat(Metric.APs.of(without)).isEqualTo(-1);
        assertThat(Metric.APm.of(without)).isCloseTo(0.52045, within(1e-12));

        assertThat(Metric.APs.mean(List.of(without, FIGURES, without))).isEqualTo(Metric.APs.of(FIGURES));
        assertThat(Metric.APs.mean(List.of(without, without))).isEqualTo(-1);
        assertThat(Metric.APs.mean(new ArrayList<>())).isEqualTo(-1);
    }

    @Test
    void meanIsOverAllCategoriesThatHaveTheNumberEvenIfItIsZero() {
        Measure areaNumber = category -> category.positives(1) == 0 ? 0 : 0.5;

        assertThat(areaNumber.mean(List.of(FIGURES, FIGURES, new Figures(1)))).isCloseTo(1 / 3.0, within(1e-15));
    }

    @Test
    void linesAreThoseOfPycocotools() {
        assertThat(Metric.AP.line(0.1234))
                .isEqualTo(" Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.123");
        assertThat(Metric.AP75.line(0.5))
                .isEqualTo(" Average Precision  (AP) @[ IoU=0.75      | area=   all | maxDets=100 ] = 0.500");
        assertThat(Metric.AR1.line(1))
                .isEqualTo(" Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=  1 ] = 1.000");
        assertThat(Metric.ARm.line(-1))
                .isEqualTo(" Average Recall     (AR) @[ IoU=0.50:0.95 | area=medium | maxDets=100 ] = -1.000");
    }

    @Test
    void averageNeedsAnOverlap() {
        assertThat(new Average(Kind.RECALL, 0, 0, 0, 1).of(FIGURES)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Average(Kind.RECALL, 0, 0, -1, 1))
                .withMessage("an average needs an overlap from 0 on, got those from -1 to before 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Average(Kind.RECALL, 0, 0, 3, 3))
                .withMessage("an average needs an overlap from 0 on, got those from 3 to before 3");
    }
}
