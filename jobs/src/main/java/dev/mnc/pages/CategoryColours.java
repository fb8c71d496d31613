package dev.mnc.pages;

import dev.mnc.schemas.Category;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which category is drawn in which of the style sheet's colours, and at which place it is listed. */
final class CategoryColours {

    private static final int COLOURS = 12;

    private final Map<Long, Integer> places = new HashMap<>();
    private final Map<Long, Category> categories = new TreeMap<>();

    private CategoryColours() {}

    /** Gives the colours out in the order of the ids, to every category that occurs. */
    static CategoryColours of(ReportData data) {
        CategoryColours colours = new CategoryColours();
        Stream.concat(
                        data.results().stream()
                                .flatMap(result ->
                                        result.categories().stream().map(ReportData.CategoryResult::category)),
                        data.gallery().stream()
                                .flatMap(image -> Stream.concat(
                                        image.truth().stream().map(AnnotatedObject::category),
                                        image.predictions().stream().map(p -> p.category()))))
                .forEach(category -> colours.categories.putIfAbsent(category.id(), category));
        colours.categories.keySet().forEach(id -> colours.places.put(id, colours.places.size()));
        return colours;
    }

    /** All categories, by id. */
    Iterable<Category> categories() {
        return categories.values();
    }

    /** From 0, in the order of the ids. */
    int place(Category category) {
        return places.getOrDefault(category.id(), 0);
    }

    /** The style sheet's class. */
    String styleClass(Category category) {
        return "c" + place(category) % COLOURS;
    }
}
