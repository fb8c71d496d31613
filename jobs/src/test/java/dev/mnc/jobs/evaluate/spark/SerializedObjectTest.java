package dev.mnc.jobs.evaluate.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.NotSerializableException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SerializedObjectTest {

    private record Holder(Object content) implements Serializable {}

    @Test
    void objectsComeBackEqual() {
        BlockBounds bounds = new BlockBounds(3, 10, 200);

        assertThat(SerializedObject.object(SerializedObject.bytes(bounds), BlockBounds.class))
                .isEqualTo(bounds);
        assertThat(SerializedObject.object(SerializedObject.bytes(new Holder(bounds)), Holder.class))
                .isEqualTo(new Holder(bounds));
    }

    @Test
    void anotherTypeIsRefused() {
        byte[] bytes = SerializedObject.bytes(new BlockBounds(3, 10, 200));

        assertThatThrownBy(() -> SerializedObject.object(bytes, Holder.class)).isInstanceOf(ClassCastException.class);
    }

    @Test
    void whatCannotBeWrittenOrReadStopsTheJob() {
        byte[] bytes = SerializedObject.bytes(new BlockBounds(3, 10, 200));

        assertThatThrownBy(() -> SerializedObject.bytes(new Holder(new Object())))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(NotSerializableException.class);
        assertThatThrownBy(() -> SerializedObject.object(Arrays.copyOf(bytes, bytes.length / 2), BlockBounds.class))
                .isInstanceOf(UncheckedIOException.class);
    }
}
