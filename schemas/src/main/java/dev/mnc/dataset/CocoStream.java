package dev.mnc.dataset;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Repeat;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Ground truth in COCO's JSON that is too large for memory: first everything but the annotations, then these one after
 * the other. It accepts the files that {@link CocoJson} accepts.
 */
public final class CocoStream {

    private CocoStream() {}

    /**
     * The ground truth without the annotations.
     *
     * @param truth images and categories
     * @param repeated ids of annotations that occur more than once, with their positions in the list, rising
     */
    public record Header(GroundTruth truth, Map<Long, List<Integer>> repeated) {

        public Header {
            requireNonNull(truth, "truth");
            repeated = Map.copyOf(repeated);
        }

        /** Returns the ids that occur more than once, of images, categories and annotations. */
        public List<Repeat> repeats() {
            List<Repeat> repeats = new ArrayList<>(truth.repeats());
            repeated.forEach((id, positions) -> positions.stream()
                    .skip(1)
                    .forEach(position -> repeats.add(new Repeat(Repeat.Kind.ANNOTATION, id, position))));
            return repeats;
        }
    }

    /**
     * Reads images and categories, and the ids of annotations.
     *
     * @param source the name for error messages; if it ends in {@code .gz} the stream is decompressed
     * @param faults receives the unreadable images and categories, which are left out if it does not throw
     */
    public static Header header(InputStream in, String source, CocoDialect dialect, EntryFaultHandler faults)
            throws IOException {
        try (JsonEntries entries = new JsonEntries(in, source)) {
            CocoSections sections = new CocoSections(entries, dialect, faults);
            AnnotationIds ids = new AnnotationIds();
            // Unreadable annotations are reported when the annotations are read.
            sections.read(() -> ids.add(CocoEntries.annotationId(entries), entries.entry()), fault -> {});
            return new Header(sections.truth(List.of()), ids.repeated());
        }
    }

    /** The ids of all annotations, with their positions in the list. */
    private static final class AnnotationIds {

        private long[] ids = new long[1024];
        private int[] positions = new int[1024];
        private int count;

        void add(long id, int position) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * count);
                positions = Arrays.copyOf(positions, 2 * count);
            }
            ids[count] = id;
            positions[count++] = position;
        }

        /** Returns the positions of the ids that occur more than once, by id. */
        Map<Long, List<Integer>> repeated() {
            long[] sorted = Arrays.copyOf(ids, count);
            Arrays.sort(sorted);
            Map<Long, List<Integer>> repeated = new HashMap<>();
            for (int i = 1; i < count; i++) {
                if (sorted[i] == sorted[i - 1]) {
                    repeated.put(sorted[i], new ArrayList<>());
                }
            }
            for (int i = 0; i < count && !repeated.isEmpty(); i++) {
                List<Integer> positionsOfId = repeated.get(ids[i]);
                if (positionsOfId != null) {
                    positionsOfId.add(positions[i]);
                }
            }
            return repeated;
        }
    }

    /**
     * Opens the annotations of a stream, which the reader closes.
     *
     * @param source the name for error messages; if it ends in {@code .gz} the stream is decompressed
     * @param namedImages {@link GroundTruth#namedImages} of the header, if the image ids are texts
     * @param faults receives the unreadable annotations, which are left out if it does not throw
     */
    public static Reader annotations(
            InputStream in, String source, CocoDialect dialect, Map<String, Long> namedImages, EntryFaultHandler faults)
            throws IOException {
        return new Reader(new JsonEntries(in, source), dialect, namedImages, faults);
    }

    /** An iterator over the annotations of a file in their order. */
    public static final class Reader implements Iterator<Annotation>, Closeable {

        private final JsonEntries entries;
        private final CocoDialect dialect;
        private final Map<String, Long> namedImages;
        private final EntryFaultHandler faults;
        private @Nullable Annotation ahead;
        private int position = -1;
        private boolean within;
        private boolean ended;

        private Reader(
                JsonEntries entries, CocoDialect dialect, Map<String, Long> namedImages, EntryFaultHandler faults)
                throws IOException {
            this.entries = entries;
            this.dialect = dialect;
            this.namedImages = namedImages;
            this.faults = faults;
            CocoSections.enter(entries);
        }

        @Override
        public boolean hasNext() {
            try {
                while (ahead == null && !ended) {
                    if (within) {
                        readAhead();
                    } else {
                        findList();
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return ahead != null;
        }

        private void findList() throws IOException {
            String name = entries.nextField();
            ended = name == null;
            within = "annotations".equals(name);
            if (within) {
                entries.startSection("annotations");
            } else if (!ended) {
                entries.skip();
            }
        }

        private void readAhead() throws IOException {
            try {
                within = entries.nextEntry();
                ahead = within
                        ? CocoEntries.annotation(
                                entries, name -> namedImages.getOrDefault(name, TextImageIds.UNKNOWN), dialect)
                        : null;
            } catch (UnreadableDatasetException e) {
                entries.leaveEntry(e, faults);
            }
        }

        @Override
        public Annotation next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more annotations");
            }
            Annotation annotation = requireNonNull(ahead);
            position = entries.entry();
            ahead = null;
            return annotation;
        }

        /** Returns the position in the list of the annotation that {@link #next} returned. */
        public int position() {
            return position;
        }

        @Override
        public void close() throws IOException {
            entries.close();
        }
    }
}
