package dev.mnc.jobs.evaluate.spark.shuffle;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/**
 * The form in which numbered chunks of bytes travel through a shuffle: the number, the length, the bytes. Spark's own
 * serializers are made for any object, and a task takes longer to set one up than to write its chunks.
 */
final class ChunkSerializer extends Serializer implements Serializable {

    private static final long serialVersionUID = 1;

    @Override
    public SerializerInstance newInstance() {
        return new Instance();
    }

    @Override
    public boolean supportsRelocationOfSerializedObjects() {
        return true;
    }

    private static final class Instance extends SerializerInstance {

        @Override
        public SerializationStream serializeStream(OutputStream out) {
            return new Out(new DataOutputStream(new BufferedOutputStream(out)));
        }

        @Override
        public DeserializationStream deserializeStream(InputStream in) {
            return new In(new DataInputStream(in));
        }

        @Override
        public <T> ByteBuffer serialize(T object, ClassTag<T> type) {
            throw new UnsupportedOperationException("chunks are written to streams only");
        }

        @Override
        public <T> T deserialize(ByteBuffer bytes, ClassTag<T> type) {
            throw new UnsupportedOperationException("chunks are read from streams only");
        }

        @Override
        public <T> T deserialize(ByteBuffer bytes, ClassLoader loader, ClassTag<T> type) {
            return deserialize(bytes, type);
        }
    }

    private static final class Out extends SerializationStream {

        private final DataOutputStream out;

        Out(DataOutputStream out) {
            this.out = out;
        }

        @Override
        public <T> SerializationStream writeObject(T object, ClassTag<T> type) {
            try {
                if (object instanceof Integer number) {
                    out.writeInt(number);
                } else {
                    byte[] bytes = (byte[]) object;
                    out.writeInt(bytes.length);
                    out.write(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        @Override
        public void flush() {
            try {
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class In extends DeserializationStream {

        private final DataInputStream in;

        In(DataInputStream in) {
            this.in = in;
        }

        @Override
        public Iterator<Tuple2<Object, Object>> asKeyValueIterator() {
            return CollectionConverters.asScala(new Chunks(in));
        }

        @Override
        public <T> T readObject(ClassTag<T> type) {
            throw new UnsupportedOperationException("chunks are read with their numbers");
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Chunks implements java.util.Iterator<Tuple2<Object, Object>> {

        private final DataInputStream in;
        private @Nullable Tuple2<Object, Object> ahead;
        private boolean ended;

        Chunks(DataInputStream in) {
            this.in = in;
        }

        @Override
        public boolean hasNext() {
            try {
                if (ahead == null && !ended) {
                    ahead = read();
                    ended = ahead == null;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return ahead != null;
        }

        private @Nullable Tuple2<Object, Object> read() throws IOException {
            int first = in.read();
            if (first < 0) {
                in.close();
                return null;
            }
            int number = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            return new Tuple2<>(number, bytes);
        }

        @Override
        public Tuple2<Object, Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more chunks");
            }
            Tuple2<Object, Object> next = requireNonNull(ahead);
            ahead = null;
            return next;
        }
    }
}
