package dev.mnc.model.cascade;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The memory of an image's pixels, until they are closed. Safe for use by many threads at once. */
public final class Pixels implements AutoCloseable {

    private final AtomicReference<float @Nullable []> values;
    private final int capacity;
    private final Consumer<float[]> owner;

    private Pixels(float[] values, Consumer<float[]> owner) {
        this.values = new AtomicReference<>(values);
        this.capacity = values.length;
        this.owner = owner;
    }

    /** Wraps an array that belongs to no pool; closing it is not needed. */
    public static Pixels of(float[] values) {
        return new Pixels(values, array -> {});
    }

    /** Allocates new memory. */
    public static Pixels fresh(int capacity) {
        return of(new float[capacity]);
    }

    /** Wraps an array that is returned to its owner when it is first closed. */
    static Pixels lent(float[] values, Consumer<float[]> owner) {
        return new Pixels(values, owner);
    }

    /**
     * Returns the array; its content behind the image's last pixel is undefined.
     *
     * @throws IllegalStateException if it was closed, since by now it may hold another image
     */
    public float[] values() {
        float[] array = values.get();
        if (array == null) {
            throw new IllegalStateException("the pixels of an image were used after they were given back");
        }
        return array;
    }

    /** Returns the number of values the array can hold. */
    public int capacity() {
        return capacity;
    }

    @Override
    public void close() {
        float[] array = values.getAndSet(null);
        if (array != null) {
            owner.accept(array);
        }
    }
}
