package dev.mnc.evaluation.matching;

import java.util.Arrays;

/** The objects and detections of an image grouped by category, each category's in the order they came. */
final class CategoryCells {

    /** By category: the number of detections while an image is filled, then the position of the next one. */
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

    void addDetection(int category) {
        register(category);
        detections[category]++;
    }

    void addTruth(int category) {
        register(category);
        truths[category]++;
    }

    private void register(int category) {
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
        int truthPosition = 0;
        for (int cell = 0; cell < count; cell++) {
            int category = categories[cell];
            first[cell] = position;
            firstTruth[cell] = truthPosition;
            position += detections[category];
            truthPosition += truths[category];
            detections[category] = first[cell];
            truths[category] = firstTruth[cell];
        }
        first[count] = position;
        firstTruth[count] = truthPosition;
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

    /** Returns the position behind the last detection of a cell, whatever the max detections. */
    int all(int cell) {
        return first[cell + 1];
    }

    int firstTruth(int cell) {
        return firstTruth[cell];
    }

    int endTruth(int cell) {
        return firstTruth[cell + 1];
    }

    /** Returns the detections by position; the array itself. */
    int[] order() {
        return order;
    }

    /** Returns the objects by truth position; the array itself. */
    int[] truthOrder() {
        return truthOrder;
    }
}
