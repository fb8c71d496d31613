package dev.mnc.jobs.evaluate.result;

import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.jobs.evaluate.rows.ImageTable;
import dev.mnc.schemas.Category;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The part of the ground truth that is small whatever the number of its images.
 *
 * @param categories the listed ones
 * @param frequencies of the categories of LVIS, by id, else empty
 * @param imageNames how an image table may name the images
 * @param warnings what the ground truth has that was left out, a line each
 */
public record TruthSummary(
        List<Category> categories,
        Map<Long, Frequency> frequencies,
        ImageTable.Names imageNames,
        List<String> warnings) {

    public TruthSummary {
        categories = List.copyOf(categories);
        warnings = List.copyOf(warnings);
    }

    /** Returns the names of the categories by id; the last of more than one. */
    public Map<Long, String> categoryNames() {
        return categories.stream().collect(Collectors.toMap(Category::id, Category::name, (one, other) -> other));
    }

    /** Returns the numbers of the categories by id. */
    LongIndex categoryIndex() {
        return new LongIndex(categories.stream().map(Category::id).toList());
    }
}
