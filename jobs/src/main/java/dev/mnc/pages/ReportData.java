package dev.mnc.pages;

import static java.util.Objects.requireNonNull;

import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of one report. Numbers that are undefined in COCO, for lack of objects to measure on, are -1 as in
 * pycocotools, and shown as a dash.
 *
 * @param title of the page
 * @param provenance of the predictions
 * @param results one for each IoU type, the most important first; at least one
 * @param gallery the images to show, in order
 * @param minScore the score from which predictions are shown at first, in [0, 1]
 */
public record ReportData(
        String title, Provenance provenance, List<TypeResult> results, List<GalleryImage> gallery, double minScore) {

    public ReportData {
        requireNonNull(title, "title");
        requireNonNull(provenance, "provenance");
        results = List.copyOf(results);
        gallery = List.copyOf(gallery);
        if (!(minScore >= 0 && minScore <= 1)) {
            throw new IllegalArgumentException("minScore must lie in [0, 1], got " + minScore);
        }
        if (results.isEmpty()) {
            throw new IllegalArgumentException("a report needs the result of at least one IoU type, got none");
        }
    }

    /**
     * The provenance of the predictions, and the outcome of the run.
     *
     * @param runId the run that labelled, or null if the predictions came as a file
     * @param modelDigest the sha256 of the model, or null if it is not known
     * @param created time that the page shows
     * @param images images labelled without an error
     * @param instances predicted instances with any score
     * @param errors images that could not be labelled, by reason
     * @param leftOut entries of the files that the evaluation left out, by reason
     */
    public record Provenance(
            @Nullable String runId,
            @Nullable String modelDigest,
            Instant created,
            long images,
            long instances,
            Map<String, Long> errors,
            Map<String, Long> leftOut) {

        public Provenance {
            requireNonNull(created, "created");
            errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
            leftOut = Collections.unmodifiableMap(new LinkedHashMap<>(leftOut));
        }
    }

    /**
     * The result of one IoU type.
     *
     * @param iouType {@code segm} or {@code bbox}
     * @param summary the numbers of its protocol under their names (COCO's {@code AP}, {@code AP50}, … {@code ARl}),
     *     each in [0, 1] or -1
     * @param categories in any order
     */
    public record TypeResult(String iouType, Map<String, Double> summary, List<CategoryResult> categories) {

        public TypeResult {
            requireNonNull(iouType, "iouType");
            summary = Collections.unmodifiableMap(new LinkedHashMap<>(summary));
            categories = List.copyOf(categories);
            summary.forEach(ReportData::requireShareOrUndefined);
        }
    }

    /**
     * The result of one category.
     *
     * @param category the category
     * @param objects number of its objects in the ground truth, without crowds
     * @param numbers under their names, at least two, each in [0, 1] or -1: first the main one, then a less strict one
     * @param curves precision over recall
     */
    public record CategoryResult(Category category, long objects, Map<String, Double> numbers, List<Curve> curves) {

        public CategoryResult {
            requireNonNull(category, "category");
            curves = List.copyOf(curves);
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
            if (numbers.size() < 2) {
                throw new IllegalArgumentException("a category has at least two numbers, got " + numbers.keySet());
            }
            numbers.forEach(ReportData::requireShareOrUndefined);
        }

        /** Returns the main number. */
        double lead() {
            return numbers.values().iterator().next();
        }
    }

    /**
     * Precision at evenly spaced recalls from 0 to 1 inclusive.
     *
     * @param label the IoU, e.g. {@code IoU 0.50}; the same label in each category
     * @param precision at least two values, each in [0, 1] or -1
     */
    public record Curve(String label, List<Double> precision) {

        public Curve {
            requireNonNull(label, "label");
            precision = List.copyOf(precision);
            if (precision.size() < 2) {
                throw new IllegalArgumentException("a curve needs at least 2 points, got " + precision.size());
            }
            for (double value : precision) {
                requireShareOrUndefined("precision", value);
            }
        }
    }

    /** The reason why an image is in the gallery. */
    public enum Pick {
        WORST,
        BEST,
        RANDOM
    }

    /**
     * An image of the gallery.
     *
     * @param fileName in the ground truth
     * @param height rows, px
     * @param width columns, px
     * @param encoded the image file's bytes, empty if they could not be read; a placeholder is shown then
     * @param truth the ground truth
     * @param predictions the highest score first
     * @param quality see {@link ImageQuality}, in [0, 1]
     * @param pick the reason why it was chosen
     */
    @SuppressWarnings("ArrayRecordComponent") // up to megabytes an image, created once and read once: not worth copies
    public record GalleryImage(
            String fileName,
            int height,
            int width,
            byte[] encoded,
            List<AnnotatedObject> truth,
            List<Instance> predictions,
            double quality,
            Pick pick) {

        public GalleryImage {
            requireNonNull(fileName, "fileName");
            requireNonNull(pick, "pick");
            truth = List.copyOf(truth);
            predictions = List.copyOf(predictions);
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT, "image %s must be at least 1 x 1 px, got %d x %d", fileName, height, width));
            }
            if (!(quality >= 0 && quality <= 1)) {
                throw new IllegalArgumentException("quality must lie in [0, 1], got " + quality + " for " + fileName);
            }
        }
    }

    private static void requireShareOrUndefined(String name, double value) {
        if (value != -1 && !(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must lie in [0, 1] or be -1, got " + value);
        }
    }
}
