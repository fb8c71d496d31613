package dev.mnc.evaluation.counts;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.Counter;
import dev.mnc.evaluation.plan.CounterSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The images of each category with the most errors at a score: objects that no detection found, and detections that
 * found none. Images without errors are not listed. For one thread.
 */
public final class WorstImages implements Counter<WorstImages> {

    /** The maximum number of images of a category. */
    public static final int MOST = 20;

    /**
     * The specification of the counter.
     *
     * @param at the cut above which detections count
     */
    public record Kind(ScoreCut at) implements CounterSpec<WorstImages> {

        public Kind {
            requireNonNull(at, "at");
        }

        @Override
        public Matching matching() {
            return at.matching();
        }

        @Override
        public WorstImages start(LongIndex categories) {
            return new WorstImages(at, categories.size());
        }

        @Override
        public Class<WorstImages> counterClass() {
            return WorstImages.class;
        }
    }

    /**
     * The errors of one category in one image.
     *
     * @param missed objects that no detection found
     * @param wrong detections that found none
     */
    public record Entry(long imageId, String fileName, long missed, long wrong) implements Serializable {

        /** Most errors first, then most objects missed, then by id. */
        static final Comparator<Entry> ORDER = Comparator.comparingLong(Entry::errors)
                .thenComparingLong(Entry::missed)
                .reversed()
                .thenComparingLong(Entry::imageId);

        /** Returns the number of objects missed and detections wrong. */
        public long errors() {
            return missed + wrong;
        }
    }

    private final ScoreCut at;
    private final List<List<Entry>> worst = new ArrayList<>();

    private WorstImages(ScoreCut at, int categories) {
        this.at = at;
        for (int category = 0; category < categories; category++) {
            worst.add(new ArrayList<>(0));
        }
    }

    @Override
    public void add(ImageMatch image) {
        for (int cell = 0; cell < image.cells(); cell++) {
            long missed = 0;
            for (int object = image.firstTruth(cell); object < image.endTruth(cell); object++) {
                boolean isPositive = !image.crowd(object) && image.rules().holds(0, image.truthArea(object));
                missed += isPositive ? 1 : 0;
            }
            long wrong = 0;
            int end = image.end(cell);
            for (int position = image.first(cell); position < end && image.score(position) >= at.score(); position++) {
                missed -= at.isRight(image, position) ? 1 : 0;
                wrong += at.isWrong(image, position) ? 1 : 0;
            }
            if (missed + wrong > 0) {
                insert(worst.get(image.category(cell)), new Entry(image.imageId(), image.fileName(), missed, wrong));
            }
        }
    }

    @Override
    public void add(WorstImages other) {
        for (int category = 0; category < worst.size(); category++) {
            for (Entry entry : other.worst.get(category)) {
                insert(worst.get(category), entry);
            }
        }
    }

    private static void insert(List<Entry> entries, Entry entry) {
        if (entries.size() == MOST && Entry.ORDER.compare(entry, entries.get(MOST - 1)) >= 0) {
            return;
        }
        int index = Collections.binarySearch(entries, entry, Entry.ORDER);
        entries.add(index < 0 ? -index - 1 : index, entry);
        if (entries.size() > MOST) {
            entries.remove(MOST);
        }
    }

    /** Returns the images of a category, the worst first. */
    public List<Entry> of(int category) {
        return List.copyOf(worst.get(category));
    }
}
