package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/** Reads a results file as a stream, in one task: JSON cannot be entered in the middle. */
record ReadResults(Broadcast<GroundTruth> truth, SerializableConfiguration configuration)
        implements FlatMapFunction<String, Row> {

    @Override
    public Iterator<Row> call(String uri) throws IOException {
        GroundTruth known = truth.value();
        CocoResults.Reader reader = CocoResults.open(Store.open(uri, configuration.value()), uri, known.namedImages());
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                boolean more = reader.hasNext();
                if (!more) {
                    close(reader);
                }
                return more;
            }

            @Override
            public Row next() {
                Detection detection = reader.next();
                return DetectionRows.row(detection, known.imageOf(detection));
            }
        };
    }

    private static void close(CocoResults.Reader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
