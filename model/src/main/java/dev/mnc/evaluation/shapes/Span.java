package dev.mnc.evaluation.shapes;

/**
 * Sorted intervals {@code [start, end)} within an array, start and end in turn; the compiler keeps it off the heap.
 *
 * @param ends the array itself
 * @param from index of the first start
 * @param to exclusive index of the last end
 */
record Span(int[] ends, int from, int to) {

    /** Returns the number of pixels in the intervals. */
    long pixels() {
        int[] array = ends;
        long sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += array[i + 1] - array[i];
        }
        return sum;
    }

    /** Returns the number of pixels that lie in these intervals and in others. */
    long intersection(Span other) {
        if (from == to || other.from == other.to) {
            return 0;
        }
        int[] first = ends;
        int[] second = other.ends;
        int end = to;
        int otherEnd = other.to;
        int i = firstEndingBehind(second[other.from]);
        int j = i == end ? otherEnd : other.firstEndingBehind(first[i]);
        long both = 0;
        while (i < end && j < otherEnd) {
            int endA = first[i + 1];
            int endB = second[j + 1];
            int overlap = Math.min(endA, endB) - Math.max(first[i], second[j]);
            both += Math.max(overlap, 0);
            if (endA < endB) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return both;
    }

    /** Returns the index of the first interval that ends behind a position. */
    private int firstEndingBehind(int position) {
        int low = 0;
        int high = (to - from) / 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[from + 2 * middle + 1] > position) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return from + 2 * low;
    }
}
