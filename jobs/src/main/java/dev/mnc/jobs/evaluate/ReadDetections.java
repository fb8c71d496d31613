package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.evaluation.coco.FaultLog.Fault;
import dev.mnc.evaluation.coco.FaultLog.Reason;
import dev.mnc.jobs.evaluate.distributed.ImageRows;
import dev.mnc.jobs.evaluate.distributed.PackDetections;
import dev.mnc.jobs.label.Store;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/** Detections as rows of {@link ImageRows}, from wherever they are. */
final class ReadDetections {

    private ReadDetections() {}

    /** Reads a results file as a stream, in one task: a compressed file, or one that is not the usual one. */
    record OfFile(Map<String, Long> namedImages, SerializableConfiguration configuration)
            implements FlatMapFunction<String, Row> {

        @Override
        public Iterator<Row> call(String uri) throws IOException {
            Queue<Row> faults = new ArrayDeque<>();
            CocoResults.Reader reader = CocoResults.open(
                    Store.open(uri, configuration.value()),
                    uri,
                    namedImages,
                    fault -> faults.add(ImageRows.fault(new Fault(
                            Reason.UNREADABLE_DETECTION,
                            Long.MIN_VALUE + faults.size(),
                            String.valueOf(fault.getMessage())))));
            PackDetections packed = new PackDetections(reader);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return packed.hasNext() || !faults.isEmpty();
                }

                @Override
                public Row next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException("no more detections");
                    }
                    return packed.hasNext() ? packed.next() : faults.remove();
                }
            };
        }
    }

    /** Takes rows of {@link DetectionRows#SCHEMA}. */
    record OfRows() implements MapPartitionsFunction<Row, Row> {

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            return new PackDetections(new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public Detection next() {
                    return DetectionRows.detection(rows.next());
                }
            });
        }
    }
}
