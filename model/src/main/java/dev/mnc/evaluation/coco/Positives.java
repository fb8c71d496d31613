package dev.mnc.evaluation.coco;

import java.io.Serializable;
import java.util.Arrays;

/** How many objects of each category there are to be found, by size; crowds do not count. For one thread. */
public final class Positives implements Serializable {

    private final MatchRules rules;
    private final long[] counts;

    /** @param categories how many categories there are */
    public Positives(MatchRules rules, int categories) {
        this.rules = rules;
        this.counts = new long[categories * rules.areas()];
    }

    /** Counts the objects of an image. */
    public void add(ImageMatch image) {
        for (int cell = 0; cell < image.cells(); cell++) {
            int at = image.category(cell) * rules.areas();
            for (int place = image.firstTruth(cell); place < image.endTruth(cell); place++) {
                for (int area = 0; area < rules.areas(); area++) {
                    counts[at + area] += !image.crowd(place) && rules.holds(area, image.truthArea(place)) ? 1 : 0;
                }
            }
        }
    }

    /** Adds what was counted elsewhere. */
    public void add(Positives other) {
        Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    }

    /** The objects of a category by size range. */
    public long[] of(int category) {
        return Arrays.copyOfRange(counts, category * rules.areas(), (category + 1) * rules.areas());
    }
}
