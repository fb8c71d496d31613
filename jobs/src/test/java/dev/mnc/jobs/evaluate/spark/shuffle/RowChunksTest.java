package dev.mnc.jobs.evaluate.spark.shuffle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

@Tag("spark")
class RowChunksTest {

    /** Rows of 40 images in any order, one of them larger than a chunk. */
    private static List<Row> rows() {
        Random random = new Random(1);
        List<Row> rows = new ArrayList<>();
        for (long image = 0; image < 40; image++) {
            for (long ordinal = 0; ordinal < 5; ordinal++) {
                byte[] data = new byte[image == 7 && ordinal == 2 ? 300_000 : random.nextInt(2000)];
                random.nextBytes(data);
                rows.add(RowFactory.create(image * 1000, (int) (ordinal % 3), ordinal, data));
            }
        }
        Collections.shuffle(rows, random);
        return rows;
    }

    private static List<Tuple2<Integer, byte[]>> chunks(List<Row> rows, int partitions) {
        List<Tuple2<Integer, byte[]>> chunks = new ArrayList<>();
        new RowChunks(partitions).call(rows.iterator()).forEachRemaining(chunks::add);
        return chunks;
    }

    private static String text(long image, int kind, long ordinal, byte[] data) {
        return image + " " + kind + " " + ordinal + " " + java.util.Arrays.hashCode(data);
    }

    @Test
    void rowsComeBackImageByImageInTheOrderOfKindAndOrdinal() {
        List<Row> rows = rows();
        List<String> expected = rows.stream()
                .sorted(Comparator.<Row>comparingLong(row -> row.getLong(0))
                        .thenComparingInt(row -> row.getInt(1))
                        .thenComparingLong(row -> row.getLong(2)))
                .map(row -> text(row.getLong(0), row.getInt(1), row.getLong(2), row.getAs(3)))
                .toList();

        List<String> found = new ArrayList<>();
        PackedRow.inOrder(chunks(rows, 1).iterator()).forEachRemaining(row -> {
            byte[] data = new byte[row.data().remaining()];
            row.data().get(data);
            found.add(text(row.imageId(), row.kind(), row.ordinal(), data));
        });

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void everyImageIsInOnePartitionAndImagesAreSpreadEvenly() {
        List<Row> rows = rows();
        Map<Long, Integer> partitions = new HashMap<>();
        Map<Integer, Integer> images = new HashMap<>();
        for (Tuple2<Integer, byte[]> chunk : chunks(rows, 4)) {
            PackedRow.inOrder(List.of(chunk).iterator()).forEachRemaining(row -> {
                Integer other = partitions.put(row.imageId(), chunk._1());
                assertThat(other).isIn(null, chunk._1());
                if (other == null) {
                    images.merge(chunk._1(), 1, Integer::sum);
                }
            });
        }

        assertThat(partitions).hasSize(40);
        assertThat(images).hasSize(4);
        assertThat(images.values()).allMatch(count -> count >= 5 && count <= 15);
    }

    @Test
    void chunksAreNoLargerThanTheyNeedBe() {
        List<Tuple2<Integer, byte[]>> chunks = chunks(rows(), 1);

        assertThat(chunks).hasSizeLessThan(10);
        assertThat(chunks.stream().mapToInt(chunk -> chunk._2().length).sum())
                .isEqualTo(rows().stream()
                        .mapToInt(row -> PackedRow.HEADER + row.<byte[]>getAs(3).length)
                        .sum());
    }

    @Test
    void noRowsMakeNoChunks() {
        assertThat(chunks(List.of(), 3)).isEmpty();
        assertThat(PackedRow.inOrder(Collections.emptyIterator())).isExhausted();
    }
}
