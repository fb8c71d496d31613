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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Matches images. All rows of an image stand together in one partition, in the order of kind and ordinal; masks end here.
 *
 * @param pass what is to be found out
 */
record MatchPartition(EvaluationPlan pass) implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Work().all(rows).iterator();
    }

    private final class Work implements ImageAssembler.Taker {

        private final List<Row> pieces = new ArrayList<>();
        private final ImageEvaluator work = new ImageEvaluator(pass);
        private final List<BlockBounds> blocks = new ArrayList<>();
        private final Map<Integer, Long> sizes = new TreeMap<>();

        List<Row> all(Iterator<Row> rows) {
            ImageAssembler.forEach(rows, this);
            flush();
            byte[] tallies = SerializedObject.bytes(work.counters());
            boolean large = tallies.length > PartitionOutput.LARGE_TALLIES;
            PartitionOutput.Small small = new PartitionOutput.Small(
                    sizes, work.positives(), large ? null : work.counters(), work.unlisted(), work.faults(), blocks);
            pieces.add(RowFactory.create(PartitionOutput.SMALL, 0, SerializedObject.bytes(small)));
            if (large) {
                pieces.add(RowFactory.create(PartitionOutput.TALLIES, 0, tallies));
            }
            return pieces;
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
            if (pass.compat() == Compat.NONE) {
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
            for (int lane = 0; lane < pass.rankingSpecs().size(); lane++) {
                MatchRules rules = pass.rankingSpecs().get(lane).rules();
                MatchRecords its = work.records(lane);
                int categories = pass.categories().size();
                its.sortByCategory(categories);
                for (int category = 0; category < categories; category++) {
                    flush(lane * categories + category, category, its, rules);
                }
                PositiveImages objects = work.positives().get(lane).images();
                if (objects != null) {
                    pieces.add(RowFactory.create(PartitionOutput.OBJECTS, lane, SerializedObject.bytes(objects)));
                }
            }
        }

        private void flush(int cell, int category, MatchRecords its, MatchRules rules) {
            Ranking ranking = new Ranking(its.count(category));
            its.copy(category, ranking);
            ranking.sort();
            if (ranking.count() > 0) {
                sizes.put(cell, (long) ranking.count());
            }
            for (int from = 0; from < ranking.count(); from += PartitionOutput.MOST_RECORDS) {
                int to = Math.min(from + PartitionOutput.MOST_RECORDS, ranking.count());
                pieces.add(RowFactory.create(cell, to - from, ranking.toBytes(from, to, rules)));
            }
        }
    }
}
