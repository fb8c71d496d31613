package dev.mnc.jobs.evaluate.spark;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.columns.DetectionColumns;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Puts detections of one image that come one after the other into one row. */
public final class PackDetections implements Iterator<Row> {

    /** More than this in one row gain nothing. */
    private static final int MOST = 256;

    private final Iterator<Detection> detections;
    private final DetectionColumns columns = new DetectionColumns();
    private @Nullable Detection ahead;

    /** @param detections in any order; few changes of the image are best */
    public PackDetections(Iterator<Detection> detections) {
        this.detections = detections;
        this.ahead = following();
    }

    private @Nullable Detection following() {
        return detections.hasNext() ? detections.next() : null;
    }

    @Override
    public boolean hasNext() {
        return ahead != null;
    }

    @Override
    public Row next() {
        if (ahead == null) {
            throw new NoSuchElementException("no more detections");
        }
        columns.clear();
        long image = requireNonNull(ahead).imageId();
        while (ahead != null && ahead.imageId() == image && columns.count() < MOST) {
            columns.add(ahead);
            ahead = following();
        }
        return ImageRows.detections(columns, 0, columns.count());
    }
}
