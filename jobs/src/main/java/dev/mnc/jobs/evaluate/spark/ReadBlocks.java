package dev.mnc.jobs.evaluate.spark;

import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.dataset.columns.ResultsBlocks;
import dev.mnc.dataset.columns.ResultsBlocks.Part;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
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
        implements FlatMapFunction<Long, Row> {

    @Override
    public Iterator<Row> call(Long block) throws IOException {
        Path path = Store.hadoop(uri);
        try (FSDataInputStream in = path.getFileSystem(configuration.value()).open(path)) {
            Part part = new ResultsBlocks((position, into, length) -> in.readFully(position, into, 0, length))
                    .read(block * ResultsBlocks.BLOCK, size);
            part.columns().startAt(block << Integer.SIZE);
            List<Row> rows = new ArrayList<>();
            rows.add(ImageRows.block(new BlockBounds(block, part.start(), part.end())));
            addImages(part.columns(), rows);
            return rows.iterator();
        }
    }

    private static void addImages(DetectionColumns columns, List<Row> rows) {
        int from = 0;
        while (from < columns.count()) {
            int to = from + 1;
            while (to < columns.count() && columns.imageId(to) == columns.imageId(from)) {
                to++;
            }
            rows.add(ImageRows.detections(columns, from, to));
            from = to;
        }
    }
}
