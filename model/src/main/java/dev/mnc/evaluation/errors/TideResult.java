package dev.mnc.evaluation.errors;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.bootstrap.Interval;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.shapes.IouType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * The average precision that the errors of each kind cost, with the numbers of tidecv 1.0.1 (which gives them in
 * hundredths). TIDE's precision is not COCO's: it matches in another way, considers 100 detections of an image rather
 * than of each category in it, and averages over all categories that have objects or detections, not over those with
 * objects.
 *
 * @param type the kind of shapes compared
 * @param precision mean average precision at an IoU of 0.5, in [0, 1]; -1 if there are neither objects nor detections
 * @param lost by kind, the precision there would be more if these errors alone were corrected; a loss counts as 0
 * @param falsePositives the precision there would be more if every wrong detection had the lowest score; can be
 *     negative
 * @param falseNegatives the precision there would be more if only what was found were looked for; can be negative
 * @param categories those with objects or detections, by id
 */
public record TideResult(
        IouType type,
        double precision,
        Map<ErrorType, Double> lost,
        double falsePositives,
        double falseNegatives,
        List<OfCategory> categories) {

    /**
     * The errors of a category.
     *
     * @param precision its average precision, in [0, 1]; 0 without objects; -1 if it is not averaged over, since it has
     *     neither objects nor detections outside crowds
     * @param objects number of objects to be found
     * @param errors their number by kind, those of detections under the category they were given
     * @param lost as for all categories, but a loss is negative; 0 where correcting leaves nothing of the category
     */
    public record OfCategory(
            long categoryId, double precision, long objects, Map<ErrorType, Long> errors, Map<ErrorType, Double> lost) {

        public OfCategory {
            errors = Collections.unmodifiableMap(new EnumMap<>(errors));
            lost = Collections.unmodifiableMap(new EnumMap<>(lost));
        }

        /** Returns the number of errors of a kind. */
        public long errors(ErrorType error) {
            return errors.getOrDefault(error, 0L);
        }

        /** Returns the average precision that the errors of a kind cost. */
        public double lost(ErrorType error) {
            return lost.getOrDefault(error, 0.0);
        }
    }

    public TideResult {
        requireNonNull(type, "type");
        lost = Collections.unmodifiableMap(new EnumMap<>(lost));
        categories = List.copyOf(categories);
    }

    /** Returns the errors of an outcome whose plan had both {@link TideRankingSpec}s and the {@link ErrorCounter}. */
    public static TideResult of(Outcome outcome, Matching matching) {
        return new Reduction(
                        outcome.plan().categories(),
                        outcome.result(new TideRankingSpec(matching, TideRankingSpec.State.FOUND)),
                        outcome.result(new TideRankingSpec(matching, TideRankingSpec.State.CORRECTED)),
                        outcome.counter(new ErrorCounter.Kind(matching)))
                .result(matching.type());
    }

    private record Reduction(LongIndex ids, EvaluationResult found, EvaluationResult corrected, ErrorCounter counter) {

        TideResult result(IouType type) {
            double precision = TideMeasure.PRECISION.mean(found.categories());
            Map<ErrorType, Double> lost = new EnumMap<>(ErrorType.class);
            for (ErrorType error : ErrorType.values()) {
                lost.put(error, lost(precision, TideMeasure.corrected(error).mean(corrected.categories())));
            }
            double clean = TideMeasure.CLEAN.mean(found.categories());
            double complete = TideMeasure.COMPLETE.mean(corrected.categories());
            List<OfCategory> categories = new ArrayList<>();
            for (int category = 0; category < ids.size(); category++) {
                if (counter.isCounted(category)) {
                    categories.add(ofCategory(category));
                }
            }
            return new TideResult(
                    type, precision, lost, change(precision, clean), change(precision, complete), categories);
        }

        private OfCategory ofCategory(int category) {
            double precision = TideMeasure.PRECISION.of(found.categories().get(category));
            Map<ErrorType, Long> errors = new EnumMap<>(ErrorType.class);
            Map<ErrorType, Double> lost = new EnumMap<>(ErrorType.class);
            for (ErrorType error : ErrorType.values()) {
                errors.put(error, counter.errors(category, error));
                lost.put(
                        error,
                        change(
                                precision,
                                TideMeasure.corrected(error)
                                        .of(corrected.categories().get(category))));
            }
            return new OfCategory(ids.id(category), precision, counter.objects(category), errors, lost);
        }
    }

    private static double lost(double precision, double corrected) {
        return Math.max(corrected - precision, 0);
    }

    private static double change(double precision, double corrected) {
        return precision < 0 || corrected < 0 ? 0 : corrected - precision;
    }

    /**
     * Returns precision and losses with their confidence intervals; numbers of errors are counts and have none.
     *
     * @param found the rankings of the detections as they are, with their replicates
     * @param corrected the rankings of the corrected detections, with their replicates
     */
    public List<Estimate> estimates(Resampled found, Resampled corrected) {
        double[] before = found.values(TideMeasure.PRECISION);
        List<Estimate> estimates = new ArrayList<>();
        estimates.add(Estimate.of("AP50", precision, before));
        for (ErrorType error : ErrorType.values()) {
            double[] after = corrected.values(TideMeasure.corrected(error));
            estimates.add(
                    loss("dAP " + error.label(), lost(error), before, i -> lost(before[i], minusOneIfNaN(after[i]))));
        }
        double[] clean = found.values(TideMeasure.CLEAN);
        double[] complete = corrected.values(TideMeasure.COMPLETE);
        estimates.add(loss("dAP FalsePos", falsePositives, before, i -> change(before[i], minusOneIfNaN(clean[i]))));
        estimates.add(loss("dAP FalseNeg", falseNegatives, before, i -> change(before[i], minusOneIfNaN(complete[i]))));
        return estimates;
    }

    /**
     * Returns precision and losses of a category with their confidence intervals.
     *
     * @param number index of the category among all
     */
    public List<Estimate> estimates(OfCategory category, int number, Resampled found, Resampled corrected) {
        double[] before = found.values(number, TideMeasure.PRECISION);
        List<Estimate> estimates = new ArrayList<>();
        estimates.add(Estimate.of("AP50", category.precision(), before));
        for (ErrorType error : ErrorType.values()) {
            double[] after = corrected.values(number, TideMeasure.corrected(error));
            estimates.add(loss(
                    "dAP " + error.label(),
                    category.lost(error),
                    before,
                    i -> change(before[i], minusOneIfNaN(after[i]))));
        }
        return estimates;
    }

    private static double minusOneIfNaN(double value) {
        return Double.isNaN(value) ? -1 : value;
    }

    /** Returns the estimate of a loss, which is defined where a precision is. */
    private static Estimate loss(String name, double value, double[] before, IntToDoubleFunction inReplicate) {
        double[] values = new double[before.length];
        Arrays.setAll(values, i -> Double.isNaN(before[i]) ? Double.NaN : inReplicate.applyAsDouble(i));
        return new Estimate(name, value, Interval.of(value, values));
    }

    /** Returns the number of errors of a kind. */
    public long errors(ErrorType error) {
        return categories.stream().mapToLong(category -> category.errors(error)).sum();
    }

    /** Returns the average precision that the errors of a kind cost. */
    public double lost(ErrorType error) {
        return lost.getOrDefault(error, 0.0);
    }

    /** Returns a few lines of text: the precision, and for each kind of error what it costs and how many there are. */
    public String table() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "errors of %s, by TIDE: AP50 %.4f; correcting all of a kind would add%n",
                type.label(),
                precision));
        for (ErrorType error : ErrorType.values()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-8s %7.4f  %9d  %s%n",
                    error.label(),
                    lost(error),
                    errors(error),
                    error.meaning()));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "  %-8s %7.4f             every wrong detection last%n",
                        "FalsePos",
                        falsePositives))
                .append(String.format(
                        Locale.ROOT, "  %-8s %7.4f             every object found%n", "FalseNeg", falseNegatives))
                .toString();
    }
}
