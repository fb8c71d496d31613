package dev.mnc.evaluation.errors;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.Counter;
import dev.mnc.evaluation.plan.CounterSpec;
import java.util.Map;
import java.util.TreeMap;

/** A counter of the errors of each kind, by category. For one thread. */
public final class ErrorCounter implements Counter<ErrorCounter> {

    /**
     * The specification of the counter.
     *
     * @param matching its IoU type says what is compared
     */
    public record Kind(Matching matching) implements CounterSpec<ErrorCounter> {

        public Kind {
            requireNonNull(matching, "matching");
        }

        @Override
        public ErrorCounter start(LongIndex categories) {
            return new ErrorCounter();
        }

        @Override
        public Class<ErrorCounter> counterClass() {
            return ErrorCounter.class;
        }
    }

    private static final ErrorType[] TYPES = ErrorType.values();

    /** The index behind the errors by kind: the objects of a category. */
    private static final int OBJECTS = TYPES.length;

    private static final int FIELDS = OBJECTS + 1;

    private final Map<Integer, long[]> counts = new TreeMap<>();

    ErrorCounter() {}

    @Override
    public void add(ImageMatch match) {
        TideImage image = match.view(TideImage.class, TideImage::new);
        for (int rank = 0; rank < image.detections(); rank++) {
            add(image, rank);
        }
        for (int object = 0; object < image.objects(); object++) {
            long[] fields = of(image.objectCategory(object));
            fields[OBJECTS]++;
            fields[ErrorType.MISS.index()] += image.isMissed(object) ? 1 : 0;
        }
    }

    private void add(TideImage image, int rank) {
        long[] fields = of(image.category(rank));
        ErrorType error = image.error(rank);
        if (error != null) {
            fields[error.index()]++;
        }
    }

    private long[] of(int category) {
        return counts.computeIfAbsent(category, unseen -> new long[FIELDS]);
    }

    @Override
    public void add(ErrorCounter other) {
        other.counts.forEach((category, fields) -> {
            long[] own = of(category);
            for (int field = 0; field < FIELDS; field++) {
                own[field] += fields[field];
            }
        });
    }

    private long count(int category, int field) {
        long[] fields = counts.get(category);
        return fields == null ? 0 : fields[field];
    }

    /**
     * Returns the number of errors of a kind; those of detections under the category they were given,
     * {@link ErrorType#MISS} under the object's.
     */
    long errors(int category, ErrorType type) {
        return count(category, type.index());
    }

    /** Returns the number of objects to be found. */
    long objects(int category) {
        return count(category, OBJECTS);
    }

    /** Returns whether anything was counted of a category. */
    boolean isCounted(int category) {
        return counts.containsKey(category);
    }
}
