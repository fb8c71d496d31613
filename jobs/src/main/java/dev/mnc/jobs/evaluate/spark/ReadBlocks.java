package dev.mnc.jobs.evaluate.spark;

import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.dataset.columns.ResultsBlocks;
import dev.mnc.dataset.columns.ResultsBlocks.Part;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads blocks of a results file. An ordinal is the number of the block and, in its lower half, the position in it.
 *
 * @param uri the file, not compressed
 * @param size its bytes
 */
public record ReadBlocks(String uri, long size, SerializableConfiguration configuration)
        implements FlatMapFunction<Iterator<Long>, Row> {

    @Override
    public Iterator<Row> call(Iterator<Long> blocks) throws IOException {
        return new Rows(blocks);
    }

    private final class Rows implements Iterator<Row> {

        private final Iterator<Long> blocks;
        private final Path path = Store.hadoop(uri);
        private final FileSystem store;
        private final DetectionColumns columns = new DetectionColumns();
        private final ResultsBlocks file = new ResultsBlocks(this::read);
        private int from;

        Rows(Iterator<Long> blocks) throws IOException {
            this.blocks = blocks;
            this.store = path.getFileSystem(configuration.value());
        }

        private void read(long position, byte[] into, int length) throws IOException {
            try (FSDataInputStream in = store.open(path)) {
                in.readFully(position, into, 0, length);
            }
        }

        @Override
        public boolean hasNext() {
            return from < columns.count() || blocks.hasNext();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more blocks");
            }
            if (from == columns.count()) {
                return read(blocks.next());
            }
            int to = from + 1;
            while (to < columns.count() && columns.imageId(to) == columns.imageId(from)) {
                to++;
            }
            Row row = ImageRows.detections(columns, from, to);
            from = to;
            return row;
        }

        private Row read(long block) {
            try {
                Part part = file.read(block * ResultsBlocks.BLOCK, size, columns);
                columns.startAt(block << Integer.SIZE);
                from = 0;
                return ImageRows.block(new BlockBounds(block, part.start(), part.end()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
