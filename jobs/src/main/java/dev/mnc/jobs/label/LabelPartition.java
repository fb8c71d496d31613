package dev.mnc.jobs.label;

import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Labels a partition's images on an executor.
 *
 * @param source where the executor gets its model
 * @param config of the job
 * @param configuration for reading from an object store
 * @param images counts images done, for the progress line
 * @param failures counts those that failed, for the progress line
 */
record LabelPartition(
        PredictorSource source,
        LabelConfig config,
        Broadcast<SerializableConfiguration> configuration,
        LongAccumulator images,
        LongAccumulator failures)
        implements FlatMapFunction<Iterator<List<ImageRef>>, ImageOutcome> {

    @Override
    public Iterator<ImageOutcome> call(Iterator<List<ImageRef>> partition) {
        List<ImageRef> work = new ArrayList<>();
        partition.forEachRemaining(work::addAll);
        ReadAhead files = new ReadAhead(work, config, configuration.value().value());
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> files.close());
        return new Counted(new ImageLabeler(files, source.predictor(), config), images, failures);
    }

    private record Counted(Iterator<ImageOutcome> outcomes, LongAccumulator images, LongAccumulator failures)
            implements Iterator<ImageOutcome> {

        @Override
        public boolean hasNext() {
            return outcomes.hasNext();
        }

        @Override
        public ImageOutcome next() {
            ImageOutcome outcome = outcomes.next();
            images.add(1L);
            if (outcome.failure() != null) {
                failures.add(1L);
            }
            return outcome;
        }
    }
}
