package dev.mnc.evaluation.matching;

import java.util.Arrays;

/** Puts the objects and detections of an image in order of their categories, each category's in the order they came. */
final class CategoryCells {

    /** By category, while an image is filled how many, then where the next one goes. */
    private final int[] detections;

    private final int[] truths;
    private final boolean[] seen;
    private int count;
    private final int[] categories;
    private int[] first = new int[16];
    private int[] firstTruth = new int[16];
    private int[] order = new int[128];
    private int[] truthOrder = new int[64];

    CategoryCells(int categories) {
        this.detections = new int[categories];
        this.truths = new int[categories];
        this.seen = new boolean[categories];
        this.categories = new int[categories];
    }

    void clear() {
        for (int cell = 0; cell < count; cell++) {
            int category = categories[cell];
            seen[category] = false;
            detections[category] = 0;
            truths[category] = 0;
        }
        count = 0;
    }

    void detection(int category) {
        see(category);
        detections[category]++;
    }

    void truth(int category) {
        see(category);
        truths[category]++;
    }

    private void see(int category) {
        if (!seen[category]) {
            seen[category] = true;
            categories[count++] = category;
        }
    }

    void arrange(int[] truthCategories, int truthCount, int[] detectionCategories, int detectionCount) {
        Arrays.sort(categories, 0, count);
        if (first.length <= count) {
            first = new int[2 * count];
            firstTruth = new int[2 * count];
        }
        if (order.length < detectionCount) {
            order = new int[2 * detectionCount];
        }
        if (truthOrder.length < truthCount) {
            truthOrder = new int[2 * truthCount];
        }
        int position = 0;
        int place = 0;
        for (int cell = 0; cell < count; cell++) {
            int category = categories[cell];
            first[cell] = position;
            firstTruth[cell] = place;
            position += detections[category];
            place += truths[category];
            detections[category] = first[cell];
            truths[category] = firstTruth[cell];
        }
        first[count] = position;
        firstTruth[count] = place;
        for (int i = 0; i < detectionCount; i++) {
            order[detections[detectionCategories[i]]++] = i;
        }
        for (int i = 0; i < truthCount; i++) {
            truthOrder[truths[truthCategories[i]]++] = i;
        }
    }

    int count() {
        return count;
    }

    int category(int cell) {
        return categories[cell];
    }

    int first(int cell) {
        return first[cell];
    }

    /** Behind the last detection of a cell, however many there are. */
    int all(int cell) {
        return first[cell + 1];
    }

    int firstTruth(int cell) {
        return firstTruth[cell];
    }

    int endTruth(int cell) {
        return firstTruth[cell + 1];
    }

    /** Detections by position. */
    int[] order() {
        return order;
    }

    /** Objects by place. */
    int[] truthOrder() {
        return truthOrder;
    }
}
