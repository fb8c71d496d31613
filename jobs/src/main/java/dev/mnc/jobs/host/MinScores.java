package dev.mnc.jobs.host;

import dev.mnc.schemas.Instance;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The lowest scores with which instances are written.
 *
 * @param usual for categories without a score of their own, in [0, 1]
 * @param byCategory by category id, in [0, 1]
 */
public record MinScores(double usual, Map<Long, Double> byCategory) implements Serializable {

    public MinScores {
        byCategory = new TreeMap<>(byCategory);
        require(usual, "the usual score");
        byCategory.forEach((category, score) -> require(score, "the score of category " + category));
    }

    private static void require(double score, String what) {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "%s must be in [0, 1], got %s", what, score));
        }
    }

    /**
     * Reads scores of single categories.
     *
     * @param entries {@code ID=SCORE} each
     */
    public static Map<Long, Double> parse(List<String> entries) {
        Map<Long, Double> scores = new TreeMap<>();
        for (String entry : entries) {
            String[] parts = entry.split("=", -1);
            try {
                if (parts.length != 2) {
                    throw new NumberFormatException(entry);
                }
                scores.put(Long.valueOf(parts[0].strip()), Double.valueOf(parts[1].strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "a category's score is written ID=SCORE, for example 18=0.4, got " + entry, e);
            }
        }
        return scores;
    }

    /** Returns the least of all these scores. */
    public double least() {
        return byCategory.values().stream().mapToDouble(Double::doubleValue).reduce(usual, Math::min);
    }

    /**
     * Returns the instances whose score is enough for their category, in the same order.
     *
     * @param instances with at least the {@link #least} score
     */
    public List<Instance> filter(List<Instance> instances) {
        if (byCategory.isEmpty()) {
            return instances;
        }
        return instances.stream()
                .filter(instance -> instance.score()
                        >= byCategory.getOrDefault(instance.category().id(), usual))
                .toList();
    }

    /** Returns the scores of single categories, {@code ID=SCORE} each, by id. */
    public List<String> entries() {
        return byCategory.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}
