package dev.mnc.dataset;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonToken;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.GroundTruth.Repeat;
import dev.mnc.schemas.Category;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ground truth in COCO's JSON that is too large to be held: first everything but the annotations, then these one after
 * the other. What is accepted is what {@link CocoJson} accepts.
 */
public final class CocoStream {

    private CocoStream() {}

    /**
     * All but the annotations.
     *
     * @param truth images and categories
     * @param repeated ids of annotations that occur more than once, with their positions in the list, rising
     */
    public record Header(GroundTruth truth, Map<Long, List<Integer>> repeated) {

        public Header {
            requireNonNull(truth, "truth");
            repeated = Map.copyOf(repeated);
        }

        /** Ids that occur more than once, of images, categories and annotations. */
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
     * @param faults told of unreadable images and categories, which are left out if it does not throw
     */
    public static Header header(InputStream in, String source, CocoDialect dialect, EntryFaults faults)
            throws IOException {
        try (JsonEntries entries = new JsonEntries(in, source)) {
            return new HeaderReading(entries, dialect, faults).header();
        }
    }

    private static final class HeaderReading {

        private final JsonEntries entries;
        private final CocoDialect dialect;
        private final EntryFaults faults;
        private final Map<Long, Frequency> frequencies = new HashMap<>();
        private final List<Image> images = new ArrayList<>();
        private final List<Category> categories = new ArrayList<>();
        private final ImageNumbers names = new ImageNumbers();
        private long[] ids = new long[1024];
        private int[] positions = new int[1024];
        private int count;

        HeaderReading(JsonEntries entries, CocoDialect dialect, EntryFaults faults) {
            this.entries = entries;
            this.dialect = dialect;
            this.faults = faults;
        }

        Header header() throws IOException {
            if (entries.next() != JsonToken.START_OBJECT) {
                throw entries.wrong("must be a JSON object with images, annotations and categories");
            }
            Set<String> found = new HashSet<>();
            for (String name = entries.nextField(); name != null; name = entries.nextField()) {
                switch (name) {
                    case "images" ->
                        entries.list(name, () -> images.add(CocoEntries.image(entries, names, dialect)), faults);
                    case "categories" ->
                        entries.list(
                                name,
                                () -> categories.add(CocoEntries.category(entries, dialect, frequencies)),
                                faults);
                    // Whoever reads the annotations reports them.
                    case "annotations" -> entries.list(name, this::annotation, fault -> {});
                    default -> entries.skip();
                }
                found.add(name);
            }
            entries.end();
            entries.section("");
            for (String name : List.of("images", "annotations", "categories")) {
                entries.required(found.contains(name) ? name : null, name);
            }
            return new Header(truth(), repeated());
        }

        private void annotation() throws IOException {
            long id = CocoEntries.annotationId(entries);
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * count);
                positions = Arrays.copyOf(positions, 2 * count);
            }
            ids[count] = id;
            positions[count++] = entries.entry();
        }

        private Map<Long, List<Integer>> repeated() {
            long[] sorted = Arrays.copyOf(ids, count);
            Arrays.sort(sorted);
            Map<Long, List<Integer>> repeated = new HashMap<>();
            for (int i = 1; i < count; i++) {
                if (sorted[i] == sorted[i - 1]) {
                    repeated.put(sorted[i], new ArrayList<>());
                }
            }
            for (int i = 0; i < count && !repeated.isEmpty(); i++) {
                List<Integer> its = repeated.get(ids[i]);
                if (its != null) {
                    its.add(positions[i]);
                }
            }
            return repeated;
        }

        private GroundTruth truth() {
            if (names.isEmpty()) {
                return new GroundTruth(images, categories, List.of(), Map.of(), frequencies);
            }
            Map<String, Long> ordered = names.inOrder();
            List<Image> renumbered = images.stream()
                    .map(image -> GroundTruth.renumbered(image, names.last(image.id(), entries)))
                    .toList();
            return new GroundTruth(renumbered, categories, List.of(), ordered, frequencies);
        }
    }

    /**
     * Opens the annotations of a stream, which the reader closes.
     *
     * @param source the name for error messages; if it ends in {@code .gz} the stream is decompressed
     * @param namedImages where the image ids are texts: {@link GroundTruth#namedImages} of the header
     * @param faults told of unreadable annotations, which are left out if it does not throw
     */
    public static Reader annotations(
            InputStream in, String source, CocoDialect dialect, Map<String, Long> namedImages, EntryFaults faults)
            throws IOException {
        return new Reader(new JsonEntries(in, source), dialect, namedImages, faults);
    }

    /** The annotations of a file in their order. */
    public static final class Reader implements Iterator<Annotation>, Closeable {

        /** No image of the ground truth; what is there is left out. */
        private static final long NOWHERE = Long.MIN_VALUE;

        private final JsonEntries entries;
        private final CocoDialect dialect;
        private final Map<String, Long> namedImages;
        private final EntryFaults faults;
        private @Nullable Annotation ahead;
        private int position = -1;
        private boolean within;
        private boolean ended;

        private Reader(JsonEntries entries, CocoDialect dialect, Map<String, Long> namedImages, EntryFaults faults)
                throws IOException {
            this.entries = entries;
            this.dialect = dialect;
            this.namedImages = namedImages;
            this.faults = faults;
            if (entries.next() != JsonToken.START_OBJECT) {
                throw entries.wrong("must be a JSON object with images, annotations and categories");
            }
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
                entries.section("annotations");
            } else if (!ended) {
                entries.skip();
            }
        }

        private void readAhead() throws IOException {
            try {
                within = entries.nextEntry();
                ahead = within
                        ? CocoEntries.annotation(entries, name -> namedImages.getOrDefault(name, NOWHERE), dialect)
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

        /** Position in the list of the annotation that {@link #next} gave. */
        public int position() {
            return position;
        }

        @Override
        public void close() throws IOException {
            entries.close();
        }
    }
}
