package dev.mnc.evaluation.errors;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.shapes.IouType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The matrix of the categories that are taken for others at one score: see {@link ConfusionCounter} for what is
 * counted. Of a category at this score the entry on the diagonal is the number of its true positives, the other entries
 * of its column (detections) add up to its false positives, and those of its row (objects) to its false negatives.
 *
 * @param type the kind of shapes compared
 * @param overlap the IoU threshold
 * @param score least score of the detections that were considered
 * @param entries the numbers that are not 0, by object and then detection, the background last
 */
public record ConfusionMatrix(IouType type, double overlap, double score, List<Entry> entries) {

    private static final int SHOWN = 5;

    /**
     * A number of the matrix.
     *
     * @param truth category id of the objects, or none for the background
     * @param detection category id of the detections, or none for the background
     * @param count at least 1
     */
    public record Entry(OptionalLong truth, OptionalLong detection, long count) {

        boolean isConfusion() {
            return truth.isPresent() && detection.isPresent() && !truth.equals(detection);
        }
    }

    public ConfusionMatrix {
        requireNonNull(type, "type");
        entries = List.copyOf(entries);
    }

    /** Returns the matrix of what an evaluation has counted. */
    public static ConfusionMatrix of(Outcome outcome, ConfusionCounter.Kind kind) {
        LongIndex ids = outcome.plan().categories();
        List<Entry> entries = new ArrayList<>();
        outcome.counter(kind)
                .forEach(
                        (truth, detection, count) -> entries.add(new Entry(id(ids, truth), id(ids, detection), count)));
        ScoreCut at = kind.at();
        return new ConfusionMatrix(
                at.matching().type(), at.matching().rules().threshold(at.threshold()), at.score(), entries);
    }

    private static OptionalLong id(LongIndex ids, int category) {
        return category == ids.size() ? OptionalLong.empty() : OptionalLong.of(ids.id(category));
    }

    /** Returns the number of objects that were found by detections of their category. */
    public long truePositives() {
        return sum(entries.stream()
                .filter(entry -> entry.truth.isPresent() && entry.truth.equals(entry.detection))
                .toList());
    }

    private static long sum(List<Entry> some) {
        return some.stream().mapToLong(Entry::count).sum();
    }

    /**
     * Returns a few lines of text: how many detections are right, confused, or of nothing, and the most frequent
     * confusions.
     */
    public String table(Map<Long, String> names) {
        List<Entry> confusions = entries.stream().filter(Entry::isConfusion).toList();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "confusion of %s at score %s and IoU %.2f: %d right, %d of another category, %d of nothing, %d missed%n",
                type.label(),
                score,
                overlap,
                truePositives(),
                sum(confusions),
                sum(entries.stream().filter(entry -> entry.truth.isEmpty()).toList()),
                sum(entries.stream().filter(entry -> entry.detection.isEmpty()).toList())));
        confusions.stream()
                .sorted(Comparator.comparingLong(Entry::count).reversed())
                .limit(SHOWN)
                .forEach(entry -> text.append(String.format(
                        Locale.ROOT,
                        "  %8d %s taken for %s%n",
                        entry.count,
                        names.get(entry.truth.getAsLong()),
                        names.get(entry.detection.getAsLong()))));
        return text.toString();
    }
}
