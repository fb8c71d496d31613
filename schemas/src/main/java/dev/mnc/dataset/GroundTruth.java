package dev.mnc.dataset;

import static java.util.Objects.requireNonNull;

import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.schemas.Category;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ground truth of a set of images. Immutable.
 *
 * <p>Ids that occur more than once are taken as pycocotools takes them: of images and categories the last entry counts,
 * in the position of the first; each annotation stands for the last one with its id. Annotations may name images or
 * categories that are not listed: the evaluation reports such images, and leaves such categories out.
 */
public final class GroundTruth implements Serializable {

    private final List<Image> images;
    private final List<Category> categories;
    private final List<Annotation> annotations;
    private final Map<String, Long> namedImages;
    private final Map<Long, Frequency> frequencies;
    private final List<Repeat> repeats = new ArrayList<>();
    private final Map<Long, Image> imageById;
    private final Map<Long, List<Annotation>> annotationsByImage;

    /** Creates ground truth whose image ids are numbers and whose categories have no frequencies. */
    public GroundTruth(List<Image> images, List<Category> categories, List<Annotation> annotations) {
        this(images, categories, annotations, Map.of(), Map.of());
    }

    /**
     * Creates ground truth.
     *
     * @param namedImages the id each text has been given, if the file's image ids are texts; else empty
     * @param frequencies by category id; empty if the data set has none
     */
    public GroundTruth(
            List<Image> images,
            List<Category> categories,
            List<Annotation> annotations,
            Map<String, Long> namedImages,
            Map<Long, Frequency> frequencies) {
        this.frequencies = Map.copyOf(frequencies);
        this.imageById = new LinkedHashMap<>();
        for (int i = 0; i < images.size(); i++) {
            Image before = imageById.put(images.get(i).id(), images.get(i));
            recordIf(
                    before != null && !before.equals(images.get(i)),
                    Repeat.Kind.IMAGE,
                    images.get(i).id(),
                    i);
        }
        this.images = List.copyOf(imageById.values());
        Map<Long, Category> categoryById = new LinkedHashMap<>();
        for (int i = 0; i < categories.size(); i++) {
            Category before = categoryById.put(categories.get(i).id(), categories.get(i));
            recordIf(
                    before != null && !before.equals(categories.get(i)),
                    Repeat.Kind.CATEGORY,
                    categories.get(i).id(),
                    i);
        }
        this.categories = List.copyOf(categoryById.values());
        Map<Long, Annotation> annotationById = new HashMap<>();
        for (int i = 0; i < annotations.size(); i++) {
            Annotation before = annotationById.put(annotations.get(i).id(), annotations.get(i));
            recordIf(before != null, Repeat.Kind.ANNOTATION, annotations.get(i).id(), i);
        }
        this.annotations = annotations.stream()
                .map(annotation -> annotationById.getOrDefault(annotation.id(), annotation))
                .toList();
        this.namedImages = Map.copyOf(namedImages);
        this.annotationsByImage = new HashMap<>();
        for (Annotation annotation : this.annotations) {
            annotationsByImage
                    .computeIfAbsent(annotation.imageId(), id -> new ArrayList<>())
                    .add(annotation);
        }
        annotationsByImage.replaceAll((id, list) -> List.copyOf(list));
    }

    private void recordIf(boolean repeated, Repeat.Kind kind, long id, int index) {
        if (repeated) {
            repeats.add(new Repeat(kind, id, index));
        }
    }

    /**
     * An id that occurs again, in an entry with other content; an annotation counts twice even with the same content.
     *
     * @param kind of the entry
     * @param id the id
     * @param index position of the later entry in its list
     */
    public record Repeat(Kind kind, long id, int index) implements Serializable {

        /** The kind of an entry with an id. */
        public enum Kind {
            IMAGE("images"),
            CATEGORY("categories"),
            ANNOTATION("annotations");

            private final String list;

            Kind(String list) {
                this.list = list;
            }
        }

        /** Returns the complaint about the later entry, without the file. */
        public String message() {
            return String.format(
                    Locale.ROOT, "%s[%d] has the id %d, which an earlier entry has too", kind.list, index, id);
        }
    }

    /**
     * Checks that no id stands for two entries.
     *
     * @param source the name of the file, for the message
     * @return this
     * @throws UnreadableDatasetException naming the first of {@link #repeats}
     */
    public GroundTruth requireUniqueIds(String source) {
        if (!repeats.isEmpty()) {
            throw new UnreadableDatasetException(source + ": " + repeats.get(0).message());
        }
        return this;
    }

    /**
     * Checks that no file name stands for two images; images without a name are not looked at.
     *
     * @param source the name of the file, for the message
     * @throws UnreadableDatasetException naming the first two images of one name
     */
    public void requireUniqueNames(String source) {
        Map<String, Long> ids = new HashMap<>();
        for (Image image : images) {
            Long earlier = image.fileName().isEmpty() ? null : ids.putIfAbsent(image.fileName(), image.id());
            if (earlier != null) {
                throw new UnreadableDatasetException(source + ": " + sameName(image.fileName(), earlier, image.id()));
            }
        }
    }

    /** Returns the complaint about two images of one name, without the file. */
    public static String sameName(String fileName, long id, long other) {
        return String.format(
                Locale.ROOT,
                "images %d and %d have the same file_name \"%s\"",
                Math.min(id, other),
                Math.max(id, other),
                fileName);
    }

    /** Returns the ids that occur more than once, in the order of images, categories, annotations. */
    public List<Repeat> repeats() {
        return Collections.unmodifiableList(repeats);
    }

    /** Returns the images, each id once, in the order of the file. */
    public List<Image> images() {
        return images;
    }

    /** Returns the categories, each id once, in the order of the file. */
    public List<Category> categories() {
        return categories;
    }

    /** Returns all annotations, in the order of the file. */
    public List<Annotation> annotations() {
        return annotations;
    }

    /**
     * Returns the annotations whose image is none of {@link #images}, each id once, by image and then in the order of
     * the file.
     */
    public List<Annotation> annotationsOfUnlistedImages() {
        List<Annotation> unlisted = new ArrayList<>();
        annotationsByImage.keySet().stream()
                .filter(id -> !imageById.containsKey(id))
                .sorted()
                .forEach(id -> {
                    Set<Long> seen = new HashSet<>();
                    annotationsOf(id).stream()
                            .filter(annotation -> seen.add(annotation.id()))
                            .forEach(unlisted::add);
                });
        return unlisted;
    }

    /** Returns the image with an id, or null if there is none. */
    public @Nullable Image image(long id) {
        return imageById.get(id);
    }

    /**
     * Returns the image of a detection.
     *
     * @throws IllegalArgumentException if there is no such image
     */
    public Image imageOf(Detection detection) {
        Image image = imageById.get(detection.imageId());
        if (image == null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "detection %d is in image %d, which the ground truth does not list",
                    detection.ordinal(),
                    detection.imageId()));
        }
        return image;
    }

    /** Returns the annotations of an image in the order of the file; empty if there is no such image. */
    public List<Annotation> annotationsOf(long imageId) {
        return annotationsByImage.getOrDefault(imageId, List.of());
    }

    /**
     * Returns the number of each image id that is a text in the file, in the order of the texts; no file has such
     * numbers. Empty if the file's image ids are numbers.
     */
    public Map<String, Long> namedImages() {
        return namedImages;
    }

    /** Returns the frequency of each category; empty unless the file is one of {@link CocoDialect#LVIS}. */
    public Map<Long, Frequency> frequencies() {
        return frequencies;
    }

    /**
     * An image.
     *
     * @param id any integer
     * @param fileName name below the folder of the images; empty if the file has none
     * @param height rows, px; 0 if the file does not have it
     * @param width columns, px; 0 if the file does not have it
     * @param checked image-level labels of categories
     */
    public record Image(long id, String fileName, int height, int width, FederatedLabels checked)
            implements Serializable {

        /** Creates an image without image-level labels. */
        public Image(long id, String fileName, int height, int width) {
            this(id, fileName, height, width, FederatedLabels.NONE);
        }

        public Image {
            requireNonNull(fileName, "fileName");
            requireNonNull(checked, "checked");
            if (height < 0 || width < 0) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "image %d is %d x %d px; sizes must be >= 0", id, height, width));
            }
        }
    }

    /**
     * Returns an image as error messages name it, such as {@code " (image 7)"}; empty if its id is a text, which is not
     * known here.
     */
    public static String named(long imageId) {
        return TextImageIds.isOfText(imageId) ? "" : " (image " + imageId + ")";
    }

    /** Returns the same image with another id. */
    static Image renumbered(Image image, long id) {
        return new Image(id, image.fileName(), image.height(), image.width(), image.checked());
    }

    /**
     * One annotated object.
     *
     * @param id any integer, 0 and negative ones too
     * @param imageId id of its image
     * @param categoryId id of its category
     * @param bbox its box, px, or null if the file has none
     * @param area the file's own figure, px²; it decides whether the object counts as small, medium or large
     * @param crowd whether this is a group of objects ({@code iscrowd = 1})
     * @param segmentation its pixels, or null if the file has none
     */
    public record Annotation(
            long id,
            long imageId,
            long categoryId,
            @Nullable Box bbox,
            double area,
            boolean crowd,
            @Nullable Segmentation segmentation)
            implements Serializable {

        /**
         * Returns the pixels.
         *
         * @param image the image of {@link #imageId}
         * @throws IllegalArgumentException if there is no segmentation, or it cannot be decoded; the message names the
         *     annotation
         */
        public Mask mask(Image image) {
            if (segmentation == null) {
                throw new IllegalArgumentException(String.format(Locale.ROOT, "annotation %d has no segmentation", id));
            }
            try {
                return segmentation.toMask(image.height(), image.width());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "segmentation of annotation %d (image %d): %s",
                                id,
                                imageId,
                                e.getMessage()),
                        e);
            }
        }
    }
}
