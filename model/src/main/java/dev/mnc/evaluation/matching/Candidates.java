package dev.mnc.evaluation.matching;

import dev.mnc.dataset.columns.DetectionColumns;
import java.util.Arrays;
import java.util.function.Consumer;

/** The detections of an image, of which some may be dropped. For one thread. */
public final class Candidates {

    private int count;
    private DetectionColumns[] columns = new DetectionColumns[128];
    private int[] indices = new int[128];
    private boolean[] dropped = new boolean[128];

    /**
     * Starts an image with all of its detections, none dropped.
     *
     * @param detections hands over the detections of the image in the order of the file
     */
    public void start(Consumer<ImageSource.DetectionConsumer> detections) {
        count = 0;
        detections.accept(this::add);
        Arrays.fill(dropped, 0, count, false);
    }

    private void add(DetectionColumns from, int index) {
        if (count == indices.length) {
            columns = Arrays.copyOf(columns, 2 * count);
            indices = Arrays.copyOf(indices, 2 * count);
            dropped = Arrays.copyOf(dropped, 2 * count);
        }
        columns[count] = from;
        indices[count++] = index;
    }

    /** Hands over the detections that were not dropped, in the order of the file. */
    public void forEachRemaining(ImageSource.DetectionConsumer consumer) {
        for (int i = 0; i < count; i++) {
            if (!dropped[i]) {
                consumer.accept(columns[i], indices[i]);
            }
        }
    }

    /** Returns the number of detections, dropped ones included. */
    public int count() {
        return count;
    }

    /** Returns the category id of a detection, listed or not. */
    public long categoryId(int candidate) {
        return columns[candidate].categoryId(indices[candidate]);
    }

    /** Returns the score of a detection, any double. */
    public double score(int candidate) {
        return columns[candidate].score(indices[candidate]);
    }

    /** Drops a detection. */
    public void drop(int candidate) {
        dropped[candidate] = true;
    }
}
