package dev.mnc.evaluation.matching;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;

/** Numbers ids in their order, from 0. Immutable. */
public final class LongIndex implements Serializable {

    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long[] ids;
    private final int[] table;
    private final int shift;

    /** @param ids in any order; an id that occurs more than once counts once */
    public LongIndex(Collection<Long> ids) {
        this.ids = ids.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
        int bits = Math.max(1, 33 - Integer.numberOfLeadingZeros(this.ids.length));
        this.table = new int[1 << bits];
        this.shift = Long.SIZE - bits;
        Arrays.fill(table, -1);
        for (int i = 0; i < this.ids.length; i++) {
            int slot = slot(this.ids[i]);
            while (table[slot] >= 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = i;
        }
    }

    private int slot(long id) {
        return (int) ((id * SPREAD) >>> shift);
    }

    /** Number of ids. */
    public int size() {
        return ids.length;
    }

    /** The id of a number. */
    public long id(int number) {
        return ids[number];
    }

    /** The number of an id, or -1 if it is not among them. */
    public int of(long id) {
        int slot = slot(id);
        while (table[slot] >= 0) {
            if (ids[table[slot]] == id) {
                return table[slot];
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return -1;
    }
}
