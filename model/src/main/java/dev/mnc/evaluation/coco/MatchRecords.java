package dev.mnc.evaluation.coco;

import java.util.Arrays;

/**
 * What became of the detections of some images: all that the metrics need of them, 40 bytes each. Masks and boxes are
 * gone. For one thread.
 */
public final class MatchRecords {

    private int count;
    private int[] categories = new int[1024];
    private double[] scores = new double[1024];
    private long[] images = new long[1024];
    private int[] ranks = new int[1024];
    private long[] matched = new long[1024];
    private long[] ignored = new long[1024];
    private int[] starts = new int[0];
    private int[] order = new int[0];

    /** Takes down an image that has been matched. */
    public void add(ImageMatch image) {
        for (int cell = 0; cell < image.cells(); cell++) {
            int first = image.first(cell);
            int end = image.end(cell);
            reserve(end - first);
            for (int position = first; position < end; position++) {
                categories[count] = image.category(cell);
                scores[count] = image.score(position);
                images[count] = image.imageId();
                ranks[count] = position - first;
                matched[count] = image.matched(position);
                ignored[count] = image.ignored(position);
                count++;
            }
        }
    }

    private void reserve(int more) {
        if (count + more > scores.length) {
            int capacity = Math.max(2 * scores.length, count + more);
            categories = Arrays.copyOf(categories, capacity);
            scores = Arrays.copyOf(scores, capacity);
            images = Arrays.copyOf(images, capacity);
            ranks = Arrays.copyOf(ranks, capacity);
            matched = Arrays.copyOf(matched, capacity);
            ignored = Arrays.copyOf(ignored, capacity);
        }
    }

    /** Number of detections taken down. */
    public int count() {
        return count;
    }

    /** Puts the detections in order of their categories; called once, after the last image. */
    public void sortByCategory(int categoryCount) {
        starts = new int[categoryCount + 2];
        for (int i = 0; i < count; i++) {
            starts[categories[i] + 2]++;
        }
        for (int c = 2; c < starts.length; c++) {
            starts[c] += starts[c - 1];
        }
        order = new int[count];
        for (int i = 0; i < count; i++) {
            order[starts[categories[i] + 1]++] = i;
        }
    }

    /** Number of detections of a category, once sorted. */
    public int count(int category) {
        return starts[category + 1] - starts[category];
    }

    /** Appends the detections of a category to a ranking, once sorted. */
    public void copy(int category, Ranking to) {
        for (int i = starts[category]; i < starts[category + 1]; i++) {
            int record = order[i];
            to.add(scores[record], images[record], ranks[record], matched[record], ignored[record]);
        }
    }
}
