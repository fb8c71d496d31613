package dev.mnc.evaluation.curves;

import dev.mnc.evaluation.curves.Average.Kind;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import java.util.Locale;

/** The twelve numbers of a COCO evaluation, in their usual order; the constants' names are the usual ones as well. */
public enum Metric implements Measure {
    AP(0, Kind.PRECISION, Average.EVERY, AreaRange.ALL, Limit.HUNDRED),
    AP50(1, Kind.PRECISION, 0, AreaRange.ALL, Limit.HUNDRED),
    AP75(2, Kind.PRECISION, 5, AreaRange.ALL, Limit.HUNDRED),
    APs(3, Kind.PRECISION, Average.EVERY, AreaRange.SMALL, Limit.HUNDRED),
    APm(4, Kind.PRECISION, Average.EVERY, AreaRange.MEDIUM, Limit.HUNDRED),
    APl(5, Kind.PRECISION, Average.EVERY, AreaRange.LARGE, Limit.HUNDRED),
    AR1(6, Kind.RECALL, Average.EVERY, AreaRange.ALL, Limit.ONE),
    AR10(7, Kind.RECALL, Average.EVERY, AreaRange.ALL, Limit.TEN),
    AR100(8, Kind.RECALL, Average.EVERY, AreaRange.ALL, Limit.HUNDRED),
    ARs(9, Kind.RECALL, Average.EVERY, AreaRange.SMALL, Limit.HUNDRED),
    ARm(10, Kind.RECALL, Average.EVERY, AreaRange.MEDIUM, Limit.HUNDRED),
    ARl(11, Kind.RECALL, Average.EVERY, AreaRange.LARGE, Limit.HUNDRED);

    private final int index;
    private final Kind kind;
    private final int threshold;
    private final AreaRange area;
    private final Limit limit;

    Metric(int index, Kind kind, int threshold, AreaRange area, Limit limit) {
        this.index = index;
        this.kind = kind;
        this.threshold = threshold;
        this.area = area;
        this.limit = limit;
    }

    /** Returns the position among the numbers, from 0. */
    public int index() {
        return index;
    }

    private Average average() {
        return Average.coco(kind, threshold, area, limit.index());
    }

    @Override
    public double of(CategoryFigures category) {
        return average().of(category);
    }

    /** Returns the line of pycocotools' table, with three decimals. */
    public String line(double value) {
        return average().line(area.label(), String.format(Locale.ROOT, "maxDets=%3d ", limit.detections()), value);
    }
}
