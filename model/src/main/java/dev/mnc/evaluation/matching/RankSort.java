package dev.mnc.evaluation.matching;

/** A stable merge sort of indices by keys, which moves nothing but the indices. */
public final class RankSort {

    private static final int SHORT = 12;

    private int[] spare = new int[128];

    /** Sorts {@code order[from .. to)} by rising {@code keys[order[i]]}; indices with equal keys keep their order. */
    public void sort(int[] order, int from, int to, long[] keys) {
        for (int start = from; start < to; start += SHORT) {
            insert(order, start, Math.min(start + SHORT, to), keys);
        }
        if (spare.length < to - from) {
            spare = new int[to - from];
        }
        for (long width = SHORT; width < to - from; width *= 2) {
            for (long start = from; start + width < to; start += 2 * width) {
                merge(order, (int) start, (int) (start + width), (int) Math.min(start + 2 * width, to), keys);
            }
        }
    }

    private static void insert(int[] order, int from, int to, long[] keys) {
        for (int i = from + 1; i < to; i++) {
            int moved = order[i];
            long key = keys[moved];
            int j = i;
            while (j > from && keys[order[j - 1]] > key) {
                order[j] = order[j - 1];
                j--;
            }
            order[j] = moved;
        }
    }

    private void merge(int[] order, int from, int middle, int to, long[] keys) {
        if (keys[order[middle - 1]] <= keys[order[middle]]) {
            return;
        }
        int left = middle - from;
        System.arraycopy(order, from, spare, 0, left);
        int i = 0;
        int j = middle;
        int at = from;
        while (i < left && j < to) {
            order[at++] = keys[order[j]] < keys[spare[i]] ? order[j++] : spare[i++];
        }
        System.arraycopy(spare, i, order, at, left - i);
    }
}
