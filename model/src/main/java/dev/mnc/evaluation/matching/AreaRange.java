package dev.mnc.evaluation.matching;

import java.util.Locale;

/** COCO's area ranges of objects, px²; both ends belong to a range, so an area of 1024 is small and medium. */
public enum AreaRange {
    ALL(0, 0, 1e10),
    SMALL(1, 0, 1024),
    MEDIUM(2, 1024, 9216),
    LARGE(3, 9216, 1e10);

    private final int index;
    private final double from;
    private final double to;

    AreaRange(int index, double from, double to) {
        this.index = index;
        this.from = from;
        this.to = to;
    }

    /** Returns whether an object of this many px² belongs to the range. */
    public boolean holds(double area) {
        return !(area < from || area > to);
    }

    /** Returns the least area, px². */
    public double from() {
        return from;
    }

    /** Returns the greatest area, px². */
    public double to() {
        return to;
    }

    /** Returns the position among the ranges, from 0. */
    public int index() {
        return index;
    }

    /** Returns the name in COCO's table: {@code all}, {@code small}, {@code medium}, {@code large}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
