package dev.mnc.dataset;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for image ids that are texts: first in the order they are met, and in their own order once all are known, because
 * equal scores are ranked by image id.
 */
final class ImageNumbers implements JsonEntries.ImageNames {

    /** The first numbers lie where no file has any, so that a file that mixes texts and numbers is found out. */
    private static final long FIRST = Long.MIN_VALUE;

    private final Map<String, Long> met = new HashMap<>();
    private final Map<Long, Long> renumbered = new HashMap<>();

    @Override
    public @Nullable Long idOf(String name) {
        return met.computeIfAbsent(name, unseen -> FIRST + met.size());
    }

    boolean isEmpty() {
        return met.isEmpty();
    }

    /** All texts with their last numbers, from 0. */
    Map<String, Long> inOrder() {
        Map<String, Long> ordered = new TreeMap<>(met);
        long next = 0;
        for (Map.Entry<String, Long> name : ordered.entrySet()) {
            renumbered.put(name.getValue(), next);
            name.setValue(next++);
        }
        return ordered;
    }

    /**
     * The last number of an image, once they are in order.
     *
     * @param first what {@link #idOf} gave
     */
    long last(long first, JsonEntries entries) {
        Long last = renumbered.get(first);
        if (last == null) {
            throw entries.wrong("mixes texts and numbers as image ids");
        }
        return last;
    }
}
