package dev.mnc.model;

import dev.mnc.schemas.Category;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The card of a model that outputs final instances, such as a Mask R-CNN of another project.
 *
 * @param name of the model
 * @param categories it can find, at least one, no id twice
 * @param tensors its input and outputs
 * @param training origin of its weights: free-form facts
 * @param files sha256 in hex of each file, by its path in the model's directory
 */
public record InstancesCard(
        String name,
        List<Category> categories,
        InstancesSignature tensors,
        SortedMap<String, String> training,
        SortedMap<String, String> files)
        implements ModelDescription {

    public InstancesCard {
        categories = List.copyOf(categories);
        training = new TreeMap<>(training);
        files = new TreeMap<>(files);
        if (categories.isEmpty()) {
            throw new IllegalArgumentException("a model must have at least one category");
        }
        Set<Long> ids = new HashSet<>();
        for (Category category : categories) {
            if (!ids.add(category.id())) {
                throw new IllegalArgumentException("two categories have the id " + category.id());
            }
        }
    }

    /** Returns the categories by the number that stands for them in the model's output of classes. */
    Map<Long, Category> categoriesByNumber() {
        Map<Long, Category> byNumber = new HashMap<>();
        for (int i = 0; i < categories.size(); i++) {
            long number = switch (tensors.classes().numbers()) {
                case CATEGORY_ID -> categories.get(i).id();
                case FROM_0 -> i;
                case FROM_1 -> i + 1L;
            };
            byNumber.put(number, categories.get(i));
        }
        return byNumber;
    }
}
