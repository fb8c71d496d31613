package dev.mnc.evaluation.errors;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.ImageMatch;
import dev.mnc.evaluation.coco.LongIndex;
import dev.mnc.evaluation.coco.Matching;
import dev.mnc.evaluation.coco.Tally;
import dev.mnc.evaluation.coco.TallyKind;
import java.util.Map;
import java.util.TreeMap;

/** Counts the errors of each kind, by category. For one thread. */
public final class ErrorTally implements Tally<ErrorTally> {

    /**
     * Asks for the counts.
     *
     * @param matching says what is compared
     */
    public record Kind(Matching matching) implements TallyKind<ErrorTally> {

        public Kind {
            requireNonNull(matching, "matching");
        }

        @Override
        public ErrorTally start(LongIndex categories) {
            return new ErrorTally();
        }

        @Override
        public Class<ErrorTally> tally() {
            return ErrorTally.class;
        }
    }

    private static final ErrorType[] TYPES = ErrorType.values();

    /** Behind the errors by kind: what else is counted of a category. */
    private static final int OBJECTS = TYPES.length;

    private static final int FOUND = OBJECTS + 1;
    private static final int RANKED = FOUND + 1;

    /** Detections that stand in the ranking once the errors of a kind are mended, by kind. */
    private static final int RANKED_MENDED = RANKED + 1;

    private static final int FIELDS = RANKED_MENDED + TYPES.length;

    private final Map<Integer, long[]> counts = new TreeMap<>();

    ErrorTally() {}

    @Override
    public void add(ImageMatch match) {
        TideImage image = match.view(TideImage.class, TideImage::new);
        for (int rank = 0; rank < image.detections(); rank++) {
            add(image, rank);
        }
        for (int object = 0; object < image.objects(); object++) {
            long[] its = of(image.objectCategory(object));
            its[OBJECTS]++;
            its[FOUND] += image.isFound(object) ? 1 : 0;
            its[ErrorType.MISS.index()] += image.isMissed(object) ? 1 : 0;
        }
    }

    private void add(TideImage image, int rank) {
        long[] its = of(image.category(rank));
        ErrorType error = image.error(rank);
        if (error != null) {
            its[error.index()]++;
        }
        if (image.counts(rank)) {
            its[RANKED]++;
            for (ErrorType mended : TYPES) {
                its[RANKED_MENDED + mended.index()] += error == mended ? 0 : 1;
            }
        }
        int there = image.mendedCategory(rank);
        if (error != null && there >= 0) {
            of(there)[RANKED_MENDED + error.index()]++;
        }
    }

    private long[] of(int category) {
        return counts.computeIfAbsent(category, unseen -> new long[FIELDS]);
    }

    @Override
    public void add(ErrorTally other) {
        other.counts.forEach((category, its) -> {
            long[] mine = of(category);
            for (int field = 0; field < FIELDS; field++) {
                mine[field] += its[field];
            }
        });
    }

    private long count(int category, int field) {
        long[] its = counts.get(category);
        return its == null ? 0 : its[field];
    }

    /** Errors of a kind; those of detections under the category they were given, {@link ErrorType#MISS} under the object's. */
    long errors(int category, ErrorType type) {
        return count(category, type.index());
    }

    /** Objects there were to be found. */
    long objects(int category) {
        return count(category, OBJECTS);
    }

    /** Objects that were found. */
    long found(int category) {
        return count(category, FOUND);
    }

    /** Whether anything was counted of a category. */
    boolean isCounted(int category) {
        return counts.containsKey(category);
    }

    /** Whether a category has anything that counts: an object or a detection outside crowds. */
    boolean isSeen(int category) {
        return count(category, OBJECTS) + count(category, RANKED) > 0;
    }

    /** Whether it still has anything when the errors of a kind are mended. */
    boolean isSeenMended(int category, ErrorType type) {
        long objects = objects(category) - (type == ErrorType.MISS ? errors(category, type) : 0);
        return objects + count(category, RANKED_MENDED + type.index()) > 0;
    }

    /** Whether it still has anything when only the objects that were found are looked for. */
    boolean isSeenAllFound(int category) {
        return found(category) + count(category, RANKED) > 0;
    }
}
