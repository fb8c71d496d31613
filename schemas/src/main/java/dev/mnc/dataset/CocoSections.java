package dev.mnc.dataset;

import com.fasterxml.jackson.core.JsonToken;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.JsonEntries.Entry;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The lists of a file of COCO's ground truth while they are read: it collects images and categories, its callers
 * collect annotations.
 */
final class CocoSections {

    private final JsonEntries entries;
    private final CocoDialect dialect;
    private final EntryFaultHandler faults;
    private final Map<Long, Frequency> frequencies = new HashMap<>();
    private final List<Image> images = new ArrayList<>();
    private final List<Category> categories = new ArrayList<>();
    private final TextImageIds names = new TextImageIds();

    /**
     * Creates empty lists.
     *
     * @param faults receives the unreadable images and categories, which are left out if it does not throw
     */
    CocoSections(JsonEntries entries, CocoDialect dialect, EntryFaultHandler faults) {
        this.entries = entries;
        this.dialect = dialect;
        this.faults = faults;
    }

    /** Steps into the object that holds the lists. */
    static void enter(JsonEntries entries) throws IOException {
        if (entries.next() != JsonToken.START_OBJECT) {
            throw entries.wrong("must be a JSON object with images, annotations and categories");
        }
    }

    /**
     * Reads the whole file.
     *
     * @param annotation reads one annotation
     * @param unreadable receives the annotations that it cannot read
     */
    void read(Entry annotation, EntryFaultHandler unreadable) throws IOException {
        enter(entries);
        Set<String> found = new HashSet<>();
        for (String name = entries.nextField(); name != null; name = entries.nextField()) {
            switch (name) {
                case "images" -> entries.readList(name, this::readImage, faults);
                case "annotations" -> entries.readList(name, annotation, unreadable);
                case "categories" -> entries.readList(name, this::readCategory, faults);
                default -> entries.skip();
            }
            found.add(name);
        }
        entries.end();
        entries.startSection("");
        for (String name : List.of("images", "annotations", "categories")) {
            entries.required(found.contains(name) ? name : null, name);
        }
    }

    private void readImage() throws IOException {
        images.add(CocoEntries.image(entries, names, dialect));
    }

    private void readCategory() throws IOException {
        categories.add(CocoEntries.category(entries, dialect, frequencies));
    }

    /** Reads an annotation. */
    Annotation annotation() throws IOException {
        return CocoEntries.annotation(entries, names, dialect);
    }

    /** Returns the images and categories that have been read, with some annotations. */
    GroundTruth truth(List<Annotation> annotations) {
        if (names.isEmpty()) {
            return new GroundTruth(images, categories, annotations, Map.of(), frequencies);
        }
        Map<String, Long> ordered =
                names.inOrder(images.stream().map(GroundTruth.Image::id).collect(Collectors.toSet()), entries);
        return new GroundTruth(
                images.stream()
                        .map(i -> GroundTruth.renumbered(i, names.finalNumber(i.id())))
                        .toList(),
                categories,
                annotations.stream()
                        .map(a -> new Annotation(
                                a.id(),
                                names.finalNumber(a.imageId()),
                                a.categoryId(),
                                a.bbox(),
                                a.area(),
                                a.crowd(),
                                a.segmentation()))
                        .toList(),
                ordered,
                frequencies);
    }
}
