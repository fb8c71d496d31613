package dev.mnc.evaluation.errors;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.CocoProtocol;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.LongIndex;
import dev.mnc.evaluation.coco.Matching;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.coco.RecallSteps;
import dev.mnc.evaluation.shapes.IouType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/**
 * How much average precision the errors of each kind cost, with the numbers of tidecv 1.0.1 (which gives them in
 * hundredths). TIDE's precision is not COCO's: it matches in another way, looks at 100 detections of an image rather than
 * of each category in it, and averages over all categories that have objects or detections, not over those with objects.
 *
 * @param type what was compared
 * @param precision mean average precision at an overlap of 0.5, in [0, 1]; -1 if nothing was seen
 * @param lost by kind, the precision there would be more if these errors alone were mended; a loss counts as 0
 * @param falsePositives the precision there would be more if every wrong detection had the lowest score; can be negative
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
     * @param objects how many there were to be found
     * @param errors their number by kind, those of detections under the category they were given
     * @param lost as for all categories, but a loss is negative; 0 where mending leaves nothing of the category
     */
    public record OfCategory(
            long categoryId, double precision, long objects, Map<ErrorType, Long> errors, Map<ErrorType, Double> lost) {

        public OfCategory {
            errors = Collections.unmodifiableMap(new EnumMap<>(errors));
            lost = Collections.unmodifiableMap(new EnumMap<>(lost));
        }

        /** The number of errors of a kind. */
        public long errors(ErrorType error) {
            return errors.getOrDefault(error, 0L);
        }

        /** What the errors of a kind cost. */
        public double lost(ErrorType error) {
            return lost.getOrDefault(error, 0.0);
        }
    }

    public TideResult {
        requireNonNull(type, "type");
        lost = Collections.unmodifiableMap(new EnumMap<>(lost));
        categories = List.copyOf(categories);
    }

    /** Reads the errors off what a pass with both {@link TideLane}s and the {@link ErrorTally} has found out. */
    public static TideResult of(Outcome outcome, Matching matching) {
        return new Reduction(
                        outcome.pass().categories(),
                        outcome.result(new TideLane(matching, TideLane.State.FOUND)),
                        outcome.result(new TideLane(matching, TideLane.State.MENDED)),
                        outcome.tally(new ErrorTally.Kind(matching)))
                .result(matching.type());
    }

    private record Reduction(LongIndex ids, EvaluationResult found, EvaluationResult mended, ErrorTally tally) {

        TideResult result(IouType type) {
            double precision = mean(tally::isSeen, category -> precision(found, category, 0));
            Map<ErrorType, Double> lost = new EnumMap<>(ErrorType.class);
            for (ErrorType error : ErrorType.values()) {
                double after = mean(
                        category -> tally.isSeenMended(category, error),
                        category -> precision(mended, category, error.index()));
                lost.put(error, Math.max(after - precision, 0));
            }
            double clean = mean(tally::isSeen, this::cleanPrecision);
            double complete = mean(tally::isSeenAllFound, category -> precision(mended, category, TideLane.ALL_FOUND));
            List<OfCategory> categories = new ArrayList<>();
            for (int category = 0; category < ids.size(); category++) {
                if (tally.isCounted(category)) {
                    categories.add(ofCategory(category));
                }
            }
            return new TideResult(
                    type,
                    precision,
                    lost,
                    precision < 0 ? 0 : clean - precision,
                    complete < 0 ? 0 : complete - precision,
                    categories);
        }

        private double mean(IntPredicate seen, IntToDoubleFunction value) {
            double sum = 0;
            int count = 0;
            for (int category = 0; category < ids.size(); category++) {
                if (seen.test(category)) {
                    sum += value.applyAsDouble(category);
                    count++;
                }
            }
            return count == 0 ? -1 : sum / count;
        }

        private static double precision(EvaluationResult result, int category, int ranking) {
            CategoryResult its = result.categories().get(category);
            return its.positives(ranking) == 0 ? 0 : its.averagePrecision(ranking, 0);
        }

        /** All right detections come first: precision is 1 for as long as there are any. */
        private double cleanPrecision(int category) {
            int reached = 0;
            while (tally.found(category) > 0
                    && reached < CocoProtocol.RECALLS
                    && (double) tally.found(category) / tally.objects(category)
                            >= RecallSteps.HUNDREDTHS.recall(reached)) {
                reached++;
            }
            return (double) reached / CocoProtocol.RECALLS;
        }

        private OfCategory ofCategory(int category) {
            double precision = tally.isSeen(category) ? precision(found, category, 0) : -1;
            Map<ErrorType, Long> errors = new EnumMap<>(ErrorType.class);
            Map<ErrorType, Double> lost = new EnumMap<>(ErrorType.class);
            for (ErrorType error : ErrorType.values()) {
                errors.put(error, tally.errors(category, error));
                lost.put(
                        error,
                        precision >= 0 && tally.isSeenMended(category, error)
                                ? precision(mended, category, error.index()) - precision
                                : 0);
            }
            return new OfCategory(ids.id(category), precision, tally.objects(category), errors, lost);
        }
    }

    /** The number of errors of a kind. */
    public long errors(ErrorType error) {
        return categories.stream().mapToLong(category -> category.errors(error)).sum();
    }

    /** What the errors of a kind cost. */
    public double lost(ErrorType error) {
        return lost.getOrDefault(error, 0.0);
    }

    /** A few lines to read: the precision, and for each kind of error what it costs and how many there are. */
    public String table() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "errors of %s, by TIDE: AP50 %.4f; mending all of a kind would add%n",
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
