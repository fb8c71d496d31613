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

    public void start(Consumer<ImageSource.Taker> detections) {
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

    public void forEachKept(ImageSource.Taker taker) {
        for (int i = 0; i < count; i++) {
            if (!dropped[i]) {
                taker.take(columns[i], indices[i]);
            }
        }
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The category of one, listed or not. */
    public long categoryId(int candidate) {
        return columns[candidate].categoryId(indices[candidate]);
    }

    /** The score of one. */
    public double score(int candidate) {
        return columns[candidate].score(indices[candidate]);
    }

    /** Drops one. */
    public void drop(int candidate) {
        dropped[candidate] = true;
    }
}
