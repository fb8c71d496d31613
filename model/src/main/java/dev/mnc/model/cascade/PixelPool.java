package dev.mnc.model.cascade;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * A pool of memory for pixels that is used again and again. An image's pixels are a megabyte and more and wait for
 * their batch for seconds: fresh memory for each would have to be cleared first, and be copied by Java's collector
 * while it waits.
 *
 * <p>Pixels that are never closed cost no more than fresh memory does. Safe for use by many threads at once.
 */
public final class PixelPool {

    private final long limit;
    /** The idle arrays, the last returned first. */
    private final Deque<float[]> idle = new ArrayDeque<>();

    private long idleBytes;

    /**
     * Creates an empty pool.
     *
     * @param limit most bytes of idle arrays; the longest idle are dropped first
     */
    public PixelPool(long limit) {
        this.limit = limit;
    }

    /** Returns memory for so many numbers, which is not cleared. */
    public Pixels lend(int capacity) {
        return Pixels.lent(array(capacity), this::takeBack);
    }

    private float[] array(int capacity) {
        synchronized (idle) {
            for (Iterator<float[]> arrays = idle.iterator(); arrays.hasNext(); ) {
                float[] array = arrays.next();
                if (array.length == capacity) {
                    arrays.remove();
                    idleBytes -= bytes(array);
                    return array;
                }
            }
        }
        return new float[capacity];
    }

    private void takeBack(float[] array) {
        synchronized (idle) {
            idle.addFirst(array);
            idleBytes += bytes(array);
            while (idleBytes > limit) {
                idleBytes -= bytes(idle.removeLast());
            }
        }
    }

    private static long bytes(float[] array) {
        return 4L * array.length;
    }
}
