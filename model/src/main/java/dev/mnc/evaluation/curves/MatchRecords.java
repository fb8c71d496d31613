package dev.mnc.evaluation.curves;

import dev.mnc.evaluation.matching.ImageMatch;
import java.util.Arrays;

/**
 * What became of the detections of some images: all that the metrics need of them, 40 bytes each. Masks and boxes are
 * gone. For one thread.
 */
public final class MatchRecords {

    private int count;
    private int[] categories = {};
    private double[] scores = {};
    private long[] images = {};
    private int[] ranks = {};
    private long[] matched = {};
    private long[] ignored = {};
    private int[] starts = {};
    private int[] order = {};

    /** Takes down an image that has been matched. */
    public void add(ImageMatch image) {
        add(image, image.rules().maxDetections());
    }

    /** Takes down the best detections of each category in an image that has been matched, at most so many. */
    public void add(ImageMatch image, int limit) {
        for (int cell = 0; cell < image.cells(); cell++) {
            int first = image.first(cell);
            int end = Math.min(image.end(cell), first + limit);
            reserve(end - first);
            for (int position = first; position < end; position++) {
                put(
                        image.category(cell),
                        image.score(position),
                        image.imageId(),
                        position - first,
                        image.matched(position),
                        image.ignored(position));
            }
        }
    }

    /**
     * Takes down a detection.
     *
     * @param category number of the category in whose ranking it stands
     * @param rank among the image's detections in that ranking, which with score and image decides where it stands
     * @param foundSome for which pairs of the lane's rules it found an object
     * @param doesNotCount for which pairs it does not count
     */
    public void add(int category, double score, long image, int rank, long foundSome, long doesNotCount) {
        reserve(1);
        put(category, score, image, rank, foundSome, doesNotCount);
    }

    private void put(int category, double score, long image, int rank, long foundSome, long doesNotCount) {
        categories[count] = category;
        scores[count] = score;
        images[count] = image;
        ranks[count] = rank;
        matched[count] = foundSome;
        ignored[count] = doesNotCount;
        count++;
    }

    private void reserve(int more) {
        if (count + more > scores.length) {
            int capacity = Math.max(64, Math.max(2 * scores.length, count + more));
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
        if (count == 0) {
            return;
        }
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
        return count == 0 ? 0 : starts[category + 1] - starts[category];
    }

    /** Appends the detections of a category to a ranking, once sorted. */
    public void copy(int category, Ranking to) {
        int first = count == 0 ? 0 : starts[category];
        for (int i = first; i < first + count(category); i++) {
            int record = order[i];
            to.add(scores[record], images[record], ranks[record], matched[record], ignored[record]);
        }
    }
}
