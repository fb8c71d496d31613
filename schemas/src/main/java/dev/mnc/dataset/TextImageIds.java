package dev.mnc.dataset;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that stand for image ids that are texts: first in the order of occurrence, and in the order of the texts
 * once all are known, because equal scores are ranked by image id. They lie in a range that no file uses, so that no
 * number in a file means an image with a text.
 */
final class TextImageIds implements JsonEntries.ImageNames {

    /** The number of a text that no image has. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final long FIRST = Long.MIN_VALUE;

    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<Long, Long> renumbered = new HashMap<>();

    /** Returns whether a number stands for a text. */
    static boolean isOfText(long id) {
        return id < FIRST + Integer.MAX_VALUE || id == UNKNOWN;
    }

    @Override
    public @Nullable Long idOf(String name) {
        return numbers.computeIfAbsent(name, unseen -> FIRST + numbers.size());
    }

    boolean isEmpty() {
        return numbers.isEmpty();
    }

    /**
     * Returns the texts of images with their final numbers.
     *
     * @param images numbers from {@link #idOf}, and the ids that are numbers
     */
    Map<String, Long> inOrder(Collection<Long> images, JsonEntries entries) {
        Map<String, Long> ordered = new TreeMap<>(numbers);
        ordered.values().retainAll(images);
        if (!ordered.isEmpty() && !images.stream().allMatch(TextImageIds::isOfText)) {
            throw entries.wrong("mixes texts and numbers as image ids");
        }
        long next = FIRST;
        for (Map.Entry<String, Long> name : ordered.entrySet()) {
            renumbered.put(name.getValue(), next);
            name.setValue(next++);
        }
        return ordered;
    }

    /**
     * Returns the final number of an image, after {@link #inOrder}; {@link #UNKNOWN} if it is a text that no image has.
     *
     * @param first number from {@link #idOf}, or an id that is a number
     */
    long finalNumber(long first) {
        return isOfText(first) ? renumbered.getOrDefault(first, UNKNOWN) : first;
    }
}
