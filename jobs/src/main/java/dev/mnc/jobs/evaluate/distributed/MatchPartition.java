package dev.mnc.jobs.evaluate.distributed;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.DetectionArea;
import dev.mnc.evaluation.coco.FaultLog;
import dev.mnc.evaluation.coco.ImageMatch;
import dev.mnc.evaluation.coco.LongIndex;
import dev.mnc.evaluation.coco.MatchRecords;
import dev.mnc.evaluation.coco.MatchRules;
import dev.mnc.evaluation.coco.Positives;
import dev.mnc.evaluation.coco.Ranking;
import dev.mnc.evaluation.shapes.IouType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Matches images. All rows of an image stand together in one partition, in the order of kind and ordinal; masks end here.
 *
 * @param categories the listed ones
 */
record MatchPartition(List<IouType> types, DetectionArea area, MatchRules rules, LongIndex categories)
        implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Work().all(rows).iterator();
    }

    private final class Work {

        private final List<Row> pieces = new ArrayList<>();
        private final List<ImageMatch> matches = new ArrayList<>();
        private final List<MatchRecords> records = new ArrayList<>();
        private final List<Positives> positives = new ArrayList<>();
        private final FaultLog faults = new FaultLog();
        private final Map<Long, Long> unlisted = new TreeMap<>();
        private final List<BlockEnds> blocks = new ArrayList<>();
        private final Map<Integer, Long> sizes = new TreeMap<>();
        private final DetectionColumns columns = new DetectionColumns();
        private final List<Annotation> annotations = new ArrayList<>();
        private @Nullable Image image;
        private long imageId;
        private boolean any;

        Work() {
            for (IouType type : types) {
                matches.add(new ImageMatch(type, area, rules, categories.size()));
                records.add(new MatchRecords());
                positives.add(new Positives(rules, categories.size()));
            }
        }

        List<Row> all(Iterator<Row> rows) {
            while (rows.hasNext()) {
                Row row = rows.next();
                if (any && row.getLong(0) != imageId) {
                    matchImage();
                }
                any = true;
                imageId = row.getLong(0);
                take(row);
            }
            if (any) {
                matchImage();
            }
            flush();
            Pieces.Small small = new Pieces.Small(sizes, positives, unlisted, faults, blocks);
            pieces.add(RowFactory.create(-1, 0, Sent.bytes(small)));
            return pieces;
        }

        private void take(Row row) {
            switch (row.getInt(1)) {
                case ImageRows.IMAGE -> image = ImageRows.image(row);
                case ImageRows.ANNOTATION -> annotations.add(ImageRows.annotation(row));
                case ImageRows.DETECTIONS -> ImageRows.detections(row, columns);
                case ImageRows.FAULT -> faults.add(ImageRows.fault(row));
                default -> blocks.add(Sent.object(row.<byte[]>getAs(3), BlockEnds.class));
            }
        }

        private void matchImage() {
            Image known = image;
            if (known == null) {
                for (int i = 0; i < columns.count(); i++) {
                    faults.unknownImage(columns.ordinal(i), imageId);
                }
            } else {
                match(known, columns.inOrder());
            }
            image = null;
            annotations.clear();
            columns.clear();
        }

        private void match(Image known, DetectionColumns detections) {
            boolean told = false;
            for (int type = 0; type < types.size(); type++) {
                boolean masks = types.get(type).comparesMasks();
                ImageMatch match = matches.get(type);
                match.start(known, masks && told ? new FaultLog() : faults);
                told |= masks;
                for (Annotation annotation : annotations) {
                    int category = categories.of(annotation.categoryId());
                    if (category >= 0) {
                        match.truth(annotation, category);
                    }
                }
                for (int i = 0; i < detections.count(); i++) {
                    int category = categories.of(detections.categoryId(i));
                    if (category >= 0) {
                        match.detection(detections, i, category);
                    } else if (type == 0) {
                        unlisted.merge(detections.categoryId(i), 1L, Long::sum);
                    }
                }
                match.match();
                positives.get(type).add(match);
                records.get(type).add(match);
            }
        }

        private void flush() {
            for (int type = 0; type < types.size(); type++) {
                MatchRecords its = records.get(type);
                its.sortByCategory(categories.size());
                for (int category = 0; category < categories.size(); category++) {
                    Ranking ranking = new Ranking(its.count(category));
                    its.copy(category, ranking);
                    ranking.sort();
                    int cell = type * categories.size() + category;
                    if (ranking.count() > 0) {
                        sizes.put(cell, (long) ranking.count());
                    }
                    for (int from = 0; from < ranking.count(); from += Pieces.MOST_RECORDS) {
                        int to = Math.min(from + Pieces.MOST_RECORDS, ranking.count());
                        pieces.add(RowFactory.create(cell, to - from, ranking.toBytes(from, to, rules)));
                    }
                }
            }
        }
    }
}
