package dev.mnc.model.cascade;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The memory that an image's pixels lie in until they are closed. Safe for use by many threads at once. */
public final class Pixels implements AutoCloseable {

    private final AtomicReference<float @Nullable []> values;
    private final int capacity;
    private final Consumer<float[]> owner;

    private Pixels(float[] values, Consumer<float[]> owner) {
        this.values = new AtomicReference<>(values);
        this.capacity = values.length;
        this.owner = owner;
    }

    /** Memory that nobody wants back; closing it is not needed. */
    public static Pixels of(float[] values) {
        return new Pixels(values, array -> {});
    }

    /** Memory that was never used. */
    public static Pixels fresh(int capacity) {
        return of(new float[capacity]);
    }

    /** Memory that its owner gets back once, when it is closed first. */
    static Pixels lent(float[] values, Consumer<float[]> owner) {
        return new Pixels(values, owner);
    }

    /**
     * The array; what lies in it behind the image's last pixel means nothing.
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

    /** How many numbers there is room for. */
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
