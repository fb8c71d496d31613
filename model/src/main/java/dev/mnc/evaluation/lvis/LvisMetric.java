package dev.mnc.evaluation.lvis;

import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.curves.Average;
import dev.mnc.evaluation.curves.Average.Kind;
import dev.mnc.evaluation.curves.CategoryFigures;
import dev.mnc.evaluation.curves.Measure;
import dev.mnc.evaluation.matching.AreaRange;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The thirteen numbers of LVIS, in their usual order ({@code LVISEval.summarize}). */
public enum LvisMetric implements Measure {
    AP("AP", Kind.PRECISION, Average.EVERY, AreaRange.ALL, null),
    AP50("AP50", Kind.PRECISION, 0, AreaRange.ALL, null),
    AP75("AP75", Kind.PRECISION, 5, AreaRange.ALL, null),
    APS("APs", Kind.PRECISION, Average.EVERY, AreaRange.SMALL, null),
    APM("APm", Kind.PRECISION, Average.EVERY, AreaRange.MEDIUM, null),
    APL("APl", Kind.PRECISION, Average.EVERY, AreaRange.LARGE, null),
    APR("APr", Kind.PRECISION, Average.EVERY, AreaRange.ALL, Frequency.RARE),
    APC("APc", Kind.PRECISION, Average.EVERY, AreaRange.ALL, Frequency.COMMON),
    APF("APf", Kind.PRECISION, Average.EVERY, AreaRange.ALL, Frequency.FREQUENT),
    AR300("AR@300", Kind.RECALL, Average.EVERY, AreaRange.ALL, null),
    AR300S("ARs@300", Kind.RECALL, Average.EVERY, AreaRange.SMALL, null),
    AR300M("ARm@300", Kind.RECALL, Average.EVERY, AreaRange.MEDIUM, null),
    AR300L("ARl@300", Kind.RECALL, Average.EVERY, AreaRange.LARGE, null);

    private final String label;
    private final Kind kind;
    private final int threshold;
    private final AreaRange area;
    private final @Nullable Frequency frequency;

    LvisMetric(String label, Kind kind, int threshold, AreaRange area, @Nullable Frequency frequency) {
        this.label = label;
        this.kind = kind;
        this.threshold = threshold;
        this.area = area;
        this.frequency = frequency;
    }

    /** Returns the usual name: {@code AP}, {@code APr}, {@code AR@300}. */
    public String label() {
        return label;
    }

    /** Returns whether it is a mean over the categories of one frequency only. */
    public boolean isOfOneFrequency() {
        return frequency != null;
    }

    /** Returns the frequencies of the categories it is the mean of. */
    Predicate<Frequency> frequencies() {
        return other -> frequency == null || frequency == other;
    }

    private Average average() {
        return Average.coco(kind, threshold, area, 0);
    }

    @Override
    public double of(CategoryFigures category) {
        return average().of(category);
    }

    /** Returns the line of the table LVIS prints, with three decimals. */
    String line(double value) {
        return average()
                .line(
                        area == AreaRange.ALL ? "all" : area.label().substring(0, 1),
                        String.format(
                                Locale.ROOT,
                                "maxDets=%3d catIds=%3s",
                                LvisRankingSpec.MAX_DETECTIONS,
                                frequency == null ? "all" : frequency.letter()),
                        value);
    }
}
