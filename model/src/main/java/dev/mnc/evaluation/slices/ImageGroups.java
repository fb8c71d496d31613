package dev.mnc.evaluation.slices;

import dev.mnc.evaluation.matching.LongIndex;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The images grouped by the values that columns of a table have for them. An image that is not in the table, or has no
 * value there, belongs to a group of its own kind. 8 bytes an image and 4 a column. Immutable.
 */
public final class ImageGroups implements Serializable {

    /** The maximum number of values of a column. */
    public static final int MOST_VALUES = 200;

    private final List<String> columns;
    private final List<List<String>> values = new ArrayList<>();
    private final LongIndex images;
    private final int[] groups;

    /**
     * Groups images.
     *
     * @param columns names of the columns
     * @param rows the values of each image in the order of the columns, null where it has none
     * @throws IllegalArgumentException if a column has more than {@value #MOST_VALUES} values
     */
    public ImageGroups(List<String> columns, Map<Long, List<@Nullable String>> rows) {
        this.columns = List.copyOf(columns);
        this.images = new LongIndex(rows.keySet());
        this.groups = new int[columns.size() * images.size()];
        for (int column = 0; column < columns.size(); column++) {
            TreeSet<String> distinct = new TreeSet<>();
            for (List<@Nullable String> row : rows.values()) {
                String value = row.get(column);
                if (value != null) {
                    distinct.add(value);
                }
                if (distinct.size() > MOST_VALUES) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT,
                            "column %s has more than %d different values, among them %s",
                            columns.get(column),
                            MOST_VALUES,
                            distinct.stream().limit(3).toList()));
                }
            }
            List<String> sorted = List.copyOf(distinct);
            values.add(sorted);
            for (int image = 0; image < images.size(); image++) {
                String value = rows.getOrDefault(images.id(image), List.of()).get(column);
                groups[column * images.size() + image] =
                        value == null ? sorted.size() : Collections.binarySearch(sorted, value);
            }
        }
    }

    /** Returns the names of the columns. */
    public List<String> columns() {
        return columns;
    }

    /**
     * Returns the values of a column, in order. The index of a value is that of its group; the group of no value comes
     * last.
     */
    public List<String> values(int column) {
        return values.get(column);
    }

    /** Returns the value of a group, or null for the group of no value. */
    public @Nullable String value(int column, int group) {
        return group == values.get(column).size() ? null : values.get(column).get(group);
    }

    /** Returns the number of images in the table. */
    public int size() {
        return images.size();
    }

    /** Returns whether an image is in the table. */
    public boolean has(long imageId) {
        return images.of(imageId) >= 0;
    }

    /** Returns the index of the group of an image. */
    public int group(int column, long imageId) {
        int image = images.of(imageId);
        return image < 0 ? values.get(column).size() : groups[column * images.size() + image];
    }
}
