package dev.mnc.jobs.evaluate.spark.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;

@Tag("spark")
class ChunkSerializerTest {

    private static final int[] NUMBERS = {0, 1, 255, 256, 65_536, Integer.MAX_VALUE};

    private final SerializerInstance serializer = new ChunkSerializer().newInstance();

    private static byte[] chunk(int number) {
        byte[] chunk = new byte[number % 7 * 3000];
        new Random(number).nextBytes(chunk);
        return chunk;
    }

    private byte[] written() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SerializationStream out = serializer.serializeStream(bytes)) {
            for (int number : NUMBERS) {
                out.writeKey(number, ClassTag.apply(Integer.class));
                out.writeValue(chunk(number), ClassTag.apply(byte[].class));
            }
        }
        return bytes.toByteArray();
    }

    private Iterator<Tuple2<Object, Object>> read(byte[] bytes) {
        return serializer.deserializeStream(new ByteArrayInputStream(bytes)).asKeyValueIterator();
    }

    @Test
    void chunksComeBackWithTheirNumbersInOrder() {
        Iterator<Tuple2<Object, Object>> read = read(written());
        for (int number : NUMBERS) {
            assertThat(read.hasNext()).isTrue();
            Tuple2<Object, Object> chunk = read.next();
            assertThat(chunk._1()).isEqualTo(number);
            assertThat((byte[]) chunk._2()).isEqualTo(chunk(number));
        }
        assertThat(read.hasNext()).isFalse();
    }

    @Test
    void chunksThatWereWrittenOneAfterTheOtherMayBePutTogether() {
        byte[] one = written();
        byte[] both = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, both, one.length, one.length);

        assertThat(read(both).size()).isEqualTo(2 * NUMBERS.length);
    }

    @Test
    void streamThatEndsWithinAChunkIsAnError() {
        byte[] all = written();
        for (int length : new int[] {1, 3, 7, all.length - 1}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(all, length)).size())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseInstanceOf(EOFException.class);
        }
    }
}
