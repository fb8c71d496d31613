package dev.mnc.jobs.evaluate.spark.input;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.CocoStream;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The annotations of a COCO json, read as a stream in one task. Of annotations with one id the last stands for all: in
 * each one's position if pycocotools is followed, else once.
 *
 * @param repeated ids that occur more than once, with the positions at which they do
 */
public record ReadAnnotations(
        CocoDialect dialect,
        Map<Long, List<Integer>> repeated,
        Map<String, Long> namedImages,
        Compat compat,
        SerializableConfiguration configuration)
        implements FlatMapFunction<String, Row> {

    @Override
    public Iterator<Row> call(String uri) throws IOException {
        Queue<Row> ready = new ArrayDeque<>();
        CocoStream.Reader reader = CocoStream.annotations(
                Store.open(uri, configuration.value()),
                uri,
                dialect,
                namedImages,
                fault -> ready.add(ImageRows.fault(new Fault(
                        Reason.UNREADABLE_GROUND_TRUTH, Long.MIN_VALUE, String.valueOf(fault.getMessage())))));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                while (ready.isEmpty() && reader.hasNext()) {
                    add(reader.next(), reader.position(), ready);
                }
                if (ready.isEmpty()) {
                    close(reader);
                }
                return !ready.isEmpty();
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("no more annotations");
                }
                return ready.remove();
            }
        };
    }

    private void add(Annotation annotation, int position, Queue<Row> ready) {
        List<Integer> positions = repeated.get(annotation.id());
        if (positions == null) {
            ready.add(ImageRows.annotation(annotation, position));
        } else if (position == positions.get(positions.size() - 1)) {
            List<Integer> standing = compat == Compat.PYCOCOTOOLS ? positions : positions.subList(0, 1);
            standing.forEach(each -> ready.add(ImageRows.annotation(annotation, each)));
        }
    }

    private static void close(CocoStream.Reader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
