package dev.mnc.training.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The names of the categories of imported weights. */
public final class CategoryNames {

    private static final String REMEDY = "give one name a line, a JSON list of names, or a COCO json with categories";

    private CategoryNames() {}

    private static List<Category> numbered(List<String> names) {
        List<Category> categories = new ArrayList<>();
        for (String name : names) {
            categories.add(new Category(categories.size() + 1, name));
        }
        return List.copyOf(categories);
    }

    /**
     * Reads categories in the order of the classes 1, 2, …: one name a line, a JSON list of names, or COCO's
     * {@code categories} (the list itself or a file that holds it) with their ids. Names without ids are numbered from
     * 1. A background class in front is left out.
     *
     * @throws UnusableWeightsException if the file holds something else
     */
    public static List<Category> read(Path file) throws IOException {
        String text = Files.readString(file).strip();
        List<Category> categories =
                text.startsWith("[") || text.startsWith("{") ? fromJson(file, text) : fromLines(text);
        if (categories.isEmpty()) {
            throw new UnusableWeightsException("categories file " + file + " names no category", REMEDY);
        }
        return categories;
    }

    private static List<Category> fromLines(String text) {
        return numbered(text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !isBackground(line))
                .toList());
    }

    private static List<Category> fromJson(Path file, String text) {
        JsonNode list;
        try {
            JsonNode root = new ObjectMapper().readTree(text);
            list = root.isObject() ? root.path("categories") : root;
        } catch (JsonProcessingException e) {
            throw new UnusableWeightsException(
                    "categories file " + file + " is not valid JSON: " + e.getOriginalMessage(), REMEDY, e);
        }
        List<String> names = new ArrayList<>();
        List<Category> withIds = new ArrayList<>();
        for (JsonNode item : list) {
            if (item.isTextual()) {
                names.add(item.asText());
            } else if (item.path("name").isTextual() && item.path("id").isIntegralNumber()) {
                withIds.add(
                        new Category(item.path("id").asLong(), item.path("name").asText()));
            } else {
                throw new UnusableWeightsException(
                        "categories file " + file + " lists " + item + ", which is neither a name nor an object with"
                                + " name and id",
                        REMEDY);
            }
        }
        names.removeIf(CategoryNames::isBackground);
        withIds.removeIf(category -> isBackground(category.name()));
        if (!names.isEmpty() && !withIds.isEmpty()) {
            throw new UnusableWeightsException("categories file " + file + " mixes names with objects", REMEDY);
        }
        return names.isEmpty() ? List.copyOf(withIds) : numbered(names);
    }

    private static boolean isBackground(String name) {
        return List.of("background", "__background__").contains(name.toLowerCase(Locale.ROOT));
    }
}
