package dev.mnc.jobs.evaluate.spark;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.curves.MatchRecords;
import dev.mnc.evaluation.curves.PositiveImages;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.ImageEvaluator;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.evaluate.spark.shuffle.PackedRow;
import dev.mnc.jobs.evaluate.spark.shuffle.RowChunks;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Tuple2;

/**
 * Matches images, given as {@link RowChunks}. All rows of an image are in one partition; masks end here.
 *
 * @param plan what is to be found out
 */
record MatchPartition(EvaluationPlan plan)
        implements FlatMapFunction<Iterator<Tuple2<Integer, byte[]>>, PartitionOutput> {

    @Override
    public Iterator<PartitionOutput> call(Iterator<Tuple2<Integer, byte[]>> chunks) {
        return new Work().all(PackedRow.inOrder(chunks)).iterator();
    }

    private final class Work implements ImageAssembler.Receiver {

        private final List<PartitionOutput> outputs = new ArrayList<>();
        private final ImageEvaluator work = new ImageEvaluator(plan);
        private final List<BlockBounds> blocks = new ArrayList<>();
        private final Map<Integer, Long> sizes = new TreeMap<>();

        List<PartitionOutput> all(Iterator<PackedRow> rows) {
            ImageAssembler.forEach(rows, this);
            flush();
            byte[] counters = SerializedObject.bytes(work.counters());
            boolean large = counters.length > PartitionOutput.LARGE_COUNTERS;
            PartitionOutput.Small small = new PartitionOutput.Small(
                    sizes, work.positives(), large ? null : work.counters(), work.unlisted(), work.faults(), blocks);
            outputs.add(new PartitionOutput(PartitionOutput.SMALL, 0, SerializedObject.bytes(small)));
            if (large) {
                outputs.add(new PartitionOutput(PartitionOutput.COUNTERS, 0, counters));
            }
            return outputs;
        }

        @Override
        public void image(Image image, List<Annotation> annotations, DetectionColumns detections) {
            work.add(image, annotations, consumer -> {
                for (int i = 0; i < detections.count(); i++) {
                    consumer.accept(detections, i);
                }
            });
        }

        @Override
        public void unknownImage(long imageId, List<Annotation> annotations, DetectionColumns detections) {
            if (plan.compat() == Compat.NONE) {
                annotations.forEach(work.faults()::addUnknownImage);
            }
            for (int i = 0; i < detections.count(); i++) {
                work.faults().addUnknownImage(detections.ordinal(i), imageId);
            }
        }

        @Override
        public void fault(Fault fault) {
            work.faults().add(fault);
        }

        @Override
        public void block(BlockBounds block) {
            blocks.add(block);
        }

        private void flush() {
            for (int spec = 0; spec < plan.rankingSpecs().size(); spec++) {
                MatchRules rules = plan.rankingSpecs().get(spec).rules();
                MatchRecords records = work.records(spec);
                int categories = plan.categories().size();
                records.sortByCategory(categories);
                for (int category = 0; category < categories; category++) {
                    flush(spec * categories + category, category, records, rules);
                }
                PositiveImages objects = work.positives().get(spec).images();
                if (objects != null) {
                    outputs.add(new PartitionOutput(PartitionOutput.OBJECTS, spec, SerializedObject.bytes(objects)));
                }
            }
        }

        private void flush(int cell, int category, MatchRecords records, MatchRules rules) {
            Ranking ranking = new Ranking(records.count(category));
            records.copy(category, ranking);
            ranking.sort();
            if (ranking.count() > 0) {
                sizes.put(cell, (long) ranking.count());
            }
            for (int from = 0; from < ranking.count(); from += PartitionOutput.MOST_RECORDS) {
                int to = Math.min(from + PartitionOutput.MOST_RECORDS, ranking.count());
                outputs.add(new PartitionOutput(cell, to - from, ranking.toBytes(from, to, rules)));
            }
        }
    }
}
