package dev.mnc.dataset;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for image ids that are texts: first in the order they are met, and in their own order once all are known, because
 * equal scores are ranked by image id. They lie where no file has any, so that nobody's number means an image with a text.
 */
final class TextImageIds implements JsonEntries.ImageNames {

    /** In place of a text that no image has. */
    static final long NOWHERE = Long.MAX_VALUE;

    private static final long FIRST = Long.MIN_VALUE;

    private final Map<String, Long> met = new HashMap<>();
    private final Map<Long, Long> renumbered = new HashMap<>();

    /** Whether a number stands for a text. */
    static boolean isOfText(long id) {
        return id < FIRST + Integer.MAX_VALUE || id == NOWHERE;
    }

    @Override
    public @Nullable Long idOf(String name) {
        return met.computeIfAbsent(name, unseen -> FIRST + met.size());
    }

    boolean isEmpty() {
        return met.isEmpty();
    }

    /**
     * The texts that images have, with their last numbers.
     *
     * @param images what {@link #idOf} gave for them, and the ids that are numbers
     */
    Map<String, Long> inOrder(Collection<Long> images, JsonEntries entries) {
        Map<String, Long> ordered = new TreeMap<>(met);
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
     * The last number of an image, once they are in order; {@link #NOWHERE} if it is a text that no image has.
     *
     * @param first what {@link #idOf} gave, or an id that is a number
     */
    long last(long first) {
        return isOfText(first) ? renumbered.getOrDefault(first, NOWHERE) : first;
    }
}
