package dev.mnc.jobs.evaluate.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Objects as bytes in a row, between processes that run the same code. */
final class SerializedObject {

    private SerializedObject() {}

    static byte[] bytes(Serializable object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static <T> T object(byte[] bytes, Class<T> type) {
        return object(ByteBuffer.wrap(bytes), type);
    }

    static <T> T object(ByteBuffer bytes, Class<T> type) {
        try (ObjectInputStream in = new InJobClasses(bytes)) {
            return type.cast(in.readObject());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the processes of this job run different code", e);
        }
    }

    /** On a cluster the classes of the job are not those of the loader that loaded Java's own. */
    private static final class InJobClasses extends ObjectInputStream {

        InJobClasses(ByteBuffer bytes) throws IOException {
            super(new ByteArrayInputStream(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining()));
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, SerializedObject.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }
    }
}
