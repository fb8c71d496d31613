package dev.mnc.pages;

import dev.mnc.schemas.Category;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The colours of the categories in the style sheet, and their positions in lists. */
final class CategoryColours {

    private static final int COLOURS = 12;

    private final Map<Long, Integer> positions = new HashMap<>();
    private final Map<Long, Category> categories = new TreeMap<>();

    private CategoryColours() {}

    /** Assigns colours in the order of the ids, to every category that occurs. */
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
        colours.categories.keySet().forEach(id -> colours.positions.put(id, colours.positions.size()));
        return colours;
    }

    /** Returns all categories, by id. */
    Iterable<Category> categories() {
        return categories.values();
    }

    /** Returns the position of a category, from 0, in the order of the ids. */
    int position(Category category) {
        return positions.getOrDefault(category.id(), 0);
    }

    /** Returns the style sheet's class of a category. */
    String styleClass(Category category) {
        return "c" + position(category) % COLOURS;
    }
}
