package dev.mnc.evaluation.matching;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;

/** An index of ids by their order, from 0. Immutable. */
public final class LongIndex implements Serializable {

    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long[] ids;
    private final int[] table;
    private final int shift;

    /**
     * Creates an index.
     *
     * @param ids in any order; an id that occurs more than once counts once
     */
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

    /** Returns the number of ids. */
    public int size() {
        return ids.length;
    }

    /** Returns the id at a position. */
    public long id(int position) {
        return ids[position];
    }

    /** Returns the position of an id, or -1 if it is not in the index. */
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
