package dev.mnc.evaluation;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.schemas.Category;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/** How many objects of each category there are to be found, by size; crowds and objects of unlisted images do not count. */
public final class Positives implements Serializable {

    private static final int AREAS = AreaRange.values().length;

    /** By category the objects of each size, and last of any. */
    private final Map<Long, long[]> counts = new TreeMap<>();

    private Positives() {}

    /** Counts the ground truth. */
    public static Positives of(GroundTruth truth) {
        Positives positives = new Positives();
        for (Category category : truth.categories()) {
            positives.counts.put(category.id(), new long[AREAS + 1]);
        }
        for (Annotation annotation : truth.annotations()) {
            long[] counts = positives.counts.get(annotation.categoryId());
            if (counts != null && !annotation.crowd() && truth.image(annotation.imageId()) != null) {
                for (AreaRange area : AreaRange.values()) {
                    counts[area.index()] += area.holds(annotation.area()) ? 1 : 0;
                }
                counts[AREAS]++;
            }
        }
        return positives;
    }

    /** Objects of a category whatever area the file gives them; 0 for a category that is not listed. */
    public long count(long categoryId) {
        long[] areas = counts.get(categoryId);
        return areas == null ? 0 : areas[AREAS];
    }

    /** Objects of a category and size; 0 for a category that is not listed. */
    public long count(long categoryId, AreaRange area) {
        long[] areas = counts.get(categoryId);
        return areas == null ? 0 : areas[area.index()];
    }
}
