package dev.mnc.jobs.evaluate.spark.input;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.jobs.evaluate.spark.PackDetections;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** Detections as rows of {@link ImageRows}, from wherever they are. */
public final class ReadDetections {

    private ReadDetections() {}

    /** Packed detections, then the faults that came up while they were read. */
    private static Iterator<Row> withFaults(PackDetections packed, Queue<Row> faults) {
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

    private static void add(Queue<Row> faults, Reason reason, IllegalArgumentException fault) {
        faults.add(
                ImageRows.fault(new Fault(reason, Long.MIN_VALUE + faults.size(), String.valueOf(fault.getMessage()))));
    }

    /** Reads a results file as a stream, in one task: a compressed file, or one that is not the usual one. */
    public record OfFile(Map<String, Long> namedImages, SerializableConfiguration configuration)
            implements FlatMapFunction<String, Row> {

        @Override
        public Iterator<Row> call(String uri) {
            Queue<Row> faults = new ArrayDeque<>();
            PackDetections packed = new PackDetections(new Entries(uri, faults));
            return withFaults(packed, faults);
        }

        /** The entries of a file up to its end, or to where it is broken: that is a fault too, rather than the task's end. */
        private final class Entries implements Iterator<Detection> {

            private final String uri;
            private final Queue<Row> faults;
            private CocoResults.@Nullable Reader reader;
            private boolean broken;

            Entries(String uri, Queue<Row> faults) {
                this.uri = uri;
                this.faults = faults;
            }

            @Override
            public boolean hasNext() {
                try {
                    return !broken && reader().hasNext();
                } catch (UnreadableDatasetException e) {
                    broken = true;
                    add(faults, Reason.BROKEN_DETECTIONS, e);
                    return false;
                }
            }

            @Override
            public Detection next() {
                return reader().next();
            }

            private CocoResults.Reader reader() {
                CocoResults.Reader open = reader;
                if (open == null) {
                    try {
                        open = CocoResults.open(
                                Store.open(uri, configuration.value()),
                                uri,
                                namedImages,
                                fault -> add(faults, Reason.UNREADABLE_DETECTION, fault));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    reader = open;
                }
                return open;
            }
        }
    }

    /** Reads rows that hold a detection each. */
    public interface RowReader extends Serializable {

        /**
         * Makes the detection of a row.
         *
         * @throws UnreadableDatasetException if the row holds none
         */
        Detection detection(Row row);
    }

    /** Takes rows that hold a detection each, or are unreadable. */
    public record OfRows(RowReader reader) implements MapPartitionsFunction<Row, Row> {

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            Queue<Row> faults = new ArrayDeque<>();
            return withFaults(new PackDetections(new Usable(rows, faults)), faults);
        }

        /** The detections of rows that are some. */
        private final class Usable implements Iterator<Detection> {

            private final Iterator<Row> rows;
            private final Queue<Row> faults;
            private @Nullable Detection ahead;

            Usable(Iterator<Row> rows, Queue<Row> faults) {
                this.rows = rows;
                this.faults = faults;
            }

            @Override
            public boolean hasNext() {
                while (ahead == null && rows.hasNext()) {
                    try {
                        ahead = reader.detection(rows.next());
                    } catch (UnreadableDatasetException e) {
                        add(faults, Reason.UNREADABLE_DETECTION, e);
                    }
                }
                return ahead != null;
            }

            @Override
            public Detection next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("no more detections");
                }
                Detection next = requireNonNull(ahead);
                ahead = null;
                return next;
            }
        }
    }
}
