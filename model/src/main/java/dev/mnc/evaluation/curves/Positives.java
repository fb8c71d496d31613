package dev.mnc.evaluation.curves;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.MatchRules;
import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The number of objects to be found of each category, by area range; crowds do not count. For one thread. For one
 * thread.
 */
public final class Positives implements Serializable {

    private final MatchRules rules;
    private final int categories;

    /** By category and area range; empty while nothing was counted. */
    private long[] counts = {};

    /** Not serialized: it grows with the number of images. */
    private transient @Nullable PositiveImages images;

    private transient long image;

    /**
     * Creates counts of 0.
     *
     * @param categories number of categories
     */
    public Positives(MatchRules rules, int categories) {
        this.rules = rules;
        this.categories = categories;
    }

    /** Creates counts of 0 that also record the image of each object. */
    public static Positives byImage(MatchRules rules, int categories) {
        Positives positives = new Positives(rules, categories);
        positives.images = new PositiveImages();
        return positives;
    }

    /** Sets the image of the objects that are counted from now on. */
    public void start(long imageId) {
        image = imageId;
    }

    /** Returns the image of each object, or null if images are not recorded. */
    public @Nullable PositiveImages images() {
        return images;
    }

    /** Counts the objects of an image. */
    public void add(ImageMatch image) {
        for (int cell = 0; cell < image.cells(); cell++) {
            int at = image.category(cell) * rules.areas();
            for (int object = image.firstTruth(cell); object < image.endTruth(cell); object++) {
                if (!image.crowd(object)) {
                    count(at, image.truthArea(object));
                }
            }
        }
    }

    private void count(int at, double size) {
        for (int area = 0; area < rules.areas(); area++) {
            if (rules.holds(area, size)) {
                count(at + area);
            }
        }
    }

    private void count(int cell) {
        reserve();
        counts[cell]++;
        if (images != null) {
            images.add(image, cell);
        }
    }

    /** Counts an object of a category in one of the area ranges. */
    public void add(int category, int area) {
        count(category * rules.areas() + area);
    }

    private void reserve() {
        if (counts.length == 0) {
            counts = new long[categories * rules.areas()];
        }
    }

    /** Adds the counts of other images. */
    public void add(Positives other) {
        if (other.counts.length > 0) {
            reserve();
            Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
        }
    }

    /** Returns the objects of a category by area range. */
    public long[] of(int category) {
        return counts.length == 0
                ? new long[rules.areas()]
                : Arrays.copyOfRange(counts, category * rules.areas(), (category + 1) * rules.areas());
    }
}
