package dev.mnc.evaluation.curves;

import dev.mnc.evaluation.matching.ImageMatch;
import java.util.Arrays;

/**
 * The match results of the detections of some images: all that the metrics need of them, 40 bytes each, without masks
 * and boxes. For one thread.
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

    /** Adds the detections of an image that has been matched. */
    public void add(ImageMatch image) {
        add(image, image.rules().maxDetections());
    }

    /** Adds the best detections of each category in an image that has been matched, at most {@code limit}. */
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
     * Adds a detection.
     *
     * @param category index of the category in whose ranking it stands
     * @param rank among the image's detections in that ranking, which with score and image decides where it stands
     * @param matchedBits the pairs of the spec's rules for which it found an object
     * @param ignoredBits the pairs for which it does not count
     */
    public void add(int category, double score, long image, int rank, long matchedBits, long ignoredBits) {
        reserve(1);
        put(category, score, image, rank, matchedBits, ignoredBits);
    }

    private void put(int category, double score, long image, int rank, long matchedBits, long ignoredBits) {
        categories[count] = category;
        scores[count] = score;
        images[count] = image;
        ranks[count] = rank;
        matched[count] = matchedBits;
        ignored[count] = ignoredBits;
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

    /** Returns the number of detections. */
    public int count() {
        return count;
    }

    /** Groups the detections by category; called once, after the last image. */
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

    /** Returns the number of detections of a category, once sorted. */
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
