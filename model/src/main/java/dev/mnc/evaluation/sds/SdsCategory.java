package dev.mnc.evaluation.sds;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.sds.SdsEvaluation.Form;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The result of one category by the rules of {@link SdsEvaluation}.
 *
 * @param categoryId the category
 * @param detections of all images
 * @param positives objects to be found
 * @param half precision at an IoU threshold of 0.5
 * @param sevenTenths precision at an IoU threshold of 0.7
 */
public record SdsCategory(long categoryId, long detections, long positives, Precision half, Precision sevenTenths)
        implements Serializable {

    public SdsCategory {
        requireNonNull(half, "half");
        requireNonNull(sevenTenths, "sevenTenths");
    }

    /** The number of numbers of a category: see {@link #number}. */
    static final int NUMBERS = Threshold.values().length * Form.values().length;

    /**
     * Returns the index, from 0, of the average precision at a threshold in some form among the numbers of a category.
     */
    static int number(Threshold threshold, Form form) {
        return threshold.index() * Form.values().length + form.index();
    }

    /** Returns the precision at a threshold. */
    public Precision at(Threshold threshold) {
        return threshold == Threshold.HALF ? half : sevenTenths;
    }

    /** Returns the average precision in [0, 1], or -1 if there are no positives. */
    public double averagePrecision(Threshold threshold, Form form) {
        return at(threshold).of(form);
    }

    /**
     * A curve at the recalls of the 11-point form and the area below it; all values are -1 if there are no positives.
     *
     * @param atRecalls the best precision at each of the 11 recalls and beyond, 0 where it is not reached
     * @param area the area under the whole curve
     */
    public record Precision(List<Double> atRecalls, double area) implements Serializable {

        public Precision {
            atRecalls = List.copyOf(atRecalls);
            if (atRecalls.size() != SdsEvaluation.RECALLS) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "a curve has precision at %d recalls, got %d",
                        SdsEvaluation.RECALLS,
                        atRecalls.size()));
            }
        }

        /** Returns the precision as one number. */
        double of(Form form) {
            return form == Form.AREA ? area : elevenPoint();
        }

        /** Returns the mean over the 11 recalls. */
        public double elevenPoint() {
            return atRecalls.stream().mapToDouble(Double::doubleValue).sum() / SdsEvaluation.RECALLS;
        }
    }
}
