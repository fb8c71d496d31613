package dev.mnc.jobs.corpus;

import java.util.Arrays;

/** A stable merge sort of longs by a given order; boxing a million of them would be slow and take much memory. */
final class LongSort {

    private static final int SMALL = 8;

    /** An order of longs. */
    interface Order {

        /** Returns a negative number, 0 or a positive one as {@code a} comes before, with or after {@code b}. */
        int compare(long a, long b);
    }

    private LongSort() {}

    static void sort(long[] values, Order order) {
        sort(values, Arrays.copyOf(values, values.length), 0, values.length, order);
    }

    /** Sorts {@code [from, to)} of {@code values}; both arrays hold the same there at the start. */
    private static void sort(long[] values, long[] spare, int from, int to, Order order) {
        if (to - from <= SMALL) {
            insert(values, from, to, order);
            return;
        }
        int middle = (from + to) >>> 1;
        sort(spare, values, from, middle, order);
        sort(spare, values, middle, to, order);
        if (order.compare(spare[middle - 1], spare[middle]) <= 0) { // most listings come sorted
            System.arraycopy(spare, from, values, from, to - from);
            return;
        }
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            boolean takesLeft = right >= to || (left < middle && order.compare(spare[left], spare[right]) <= 0);
            values[i] = takesLeft ? spare[left++] : spare[right++];
        }
    }

    private static void insert(long[] values, int from, int to, Order order) {
        for (int i = from + 1; i < to; i++) {
            long value = values[i];
            int at = i;
            while (at > from && order.compare(values[at - 1], value) > 0) {
                values[at] = values[at - 1];
                at--;
            }
            values[at] = value;
        }
    }
}
