package dev.mnc.evaluation.matching;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Repeat;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A log of input entries that could not be used: their number by reason, and the message of the first. For one thread.
 */
public final class FaultLog implements Serializable {

    /** The file an entry stands in. */
    public enum Section {
        GROUND_TRUTH,
        DETECTIONS
    }

    /** The reason why an entry could not be used; in the order in which faults are reported. */
    public enum Reason {
        UNREADABLE_GROUND_TRUTH(Section.GROUND_TRUTH, "ground_truth.unreadable"),
        REPEATED_IMAGE(Section.GROUND_TRUTH, "images.repeated_id"),
        REPEATED_CATEGORY(Section.GROUND_TRUTH, "categories.repeated_id"),
        REPEATED_ANNOTATION(Section.GROUND_TRUTH, "annotations.repeated_id"),
        ANNOTATION_UNKNOWN_IMAGE(Section.GROUND_TRUTH, "annotations.unknown_image"),
        ANNOTATION_LACKS(Section.GROUND_TRUTH, "annotations.nothing_to_compare"),
        ANNOTATION_MASK(Section.GROUND_TRUTH, "annotations.malformed_mask"),
        ANNOTATION_SIZE(Section.GROUND_TRUTH, "annotations.mask_of_another_size"),
        /** The file ends or breaks here; nothing behind can be read, so this entry alone cannot be left out. */
        BROKEN_DETECTIONS(Section.DETECTIONS, "detections.broken_file"),
        UNREADABLE_DETECTION(Section.DETECTIONS, "detections.unreadable"),
        UNKNOWN_IMAGE(Section.DETECTIONS, "detections.unknown_image"),
        NAN_SCORE(Section.DETECTIONS, "detections.score_is_nan"),
        DETECTION_LACKS(Section.DETECTIONS, "detections.nothing_to_compare"),
        DETECTION_MASK(Section.DETECTIONS, "detections.malformed_mask"),
        DETECTION_SIZE(Section.DETECTIONS, "detections.mask_of_another_size");

        private final Section section;
        private final String label;

        Reason(Section section, String label) {
            this.section = section;
            this.label = label;
        }

        /** Returns the file the entry stands in. */
        public Section section() {
            return section;
        }

        /** Returns the name in {@code metrics.json}. */
        public String label() {
            return label;
        }
    }

    /**
     * An entry that could not be used.
     *
     * @param reason why
     * @param order position among the faults of its section; the lowest is reported
     * @param message which entry, and what is wrong with it, without the file
     */
    public record Fault(Reason reason, long order, String message) implements Serializable {

        boolean before(Fault other) {
            boolean broken = reason == Reason.BROKEN_DETECTIONS;
            if (broken != (other.reason == Reason.BROKEN_DETECTIONS)) {
                return broken;
            }
            int sections = reason.section().compareTo(other.reason.section());
            return sections < 0 || (sections == 0 && order < other.order);
        }
    }

    private static final String UNKNOWN = "the ground truth does not list its image";

    private final EnumMap<Reason, Long> counts = new EnumMap<>(Reason.class);
    private @Nullable Fault first;

    /** Adds a fault. */
    public void add(Fault fault) {
        counts.merge(fault.reason(), 1L, Long::sum);
        if (first == null || fault.before(first)) {
            first = fault;
        }
    }

    /** Adds a detection of an image that the ground truth does not list. */
    public void addUnknownImage(long ordinal, long imageId) {
        addDetection(Reason.UNKNOWN_IMAGE, ordinal, imageId, UNKNOWN);
    }

    /** Adds an annotation of an image that the ground truth does not list. */
    public void addUnknownImage(Annotation annotation) {
        add(unknown(annotation));
    }

    /** Returns the fault of an annotation of an image that the ground truth does not list. */
    public static Fault unknown(Annotation annotation) {
        return annotationFault(Reason.ANNOTATION_UNKNOWN_IMAGE, annotation.id(), annotation.imageId(), UNKNOWN);
    }

    /** Adds the faults of ground truth as a whole: ids that repeat, annotations of images it does not list. */
    public void addGroundTruth(GroundTruth truth) {
        truth.repeats().forEach(this::addRepeat);
        truth.annotationsOfUnlistedImages().forEach(this::addUnknownImage);
    }

    /** Adds a fault of a detection. */
    public void addDetection(Reason reason, long ordinal, long imageId, String why) {
        add(new Fault(reason, ordinal, "[" + ordinal + "]" + GroundTruth.named(imageId) + ": " + why));
    }

    /** Adds a fault of an annotation. */
    public void addAnnotation(Reason reason, long id, long imageId, String why) {
        add(annotationFault(reason, id, imageId, why));
    }

    private static Fault annotationFault(Reason reason, long id, long imageId, String why) {
        return new Fault(reason, id, "annotation " + id + GroundTruth.named(imageId) + ": " + why);
    }

    /** Adds an id of the ground truth that occurs more than once. */
    public void addRepeat(Repeat repeat) {
        Reason reason = switch (repeat.kind()) {
            case IMAGE -> Reason.REPEATED_IMAGE;
            case CATEGORY -> Reason.REPEATED_CATEGORY;
            case ANNOTATION -> Reason.REPEATED_ANNOTATION;
        };
        add(new Fault(reason, Long.MIN_VALUE + repeat.index(), repeat.message()));
    }

    /** Adds the faults of another log. */
    public void add(FaultLog other) {
        other.counts.forEach((reason, count) -> counts.merge(reason, count, Long::sum));
        Fault earliest = other.first;
        if (earliest != null && (first == null || earliest.before(first))) {
            first = earliest;
        }
    }

    /** Returns the number of faults by {@link Reason#label}, sorted. */
    public Map<String, Long> counts() {
        Map<String, Long> byLabel = new TreeMap<>();
        counts.forEach((reason, count) -> byLabel.put(reason.label(), count));
        return byLabel;
    }

    /** Returns the fault to be reported, or null if there is none. */
    public @Nullable Fault first() {
        return first;
    }
}
