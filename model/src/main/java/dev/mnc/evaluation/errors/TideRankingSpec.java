package dev.mnc.evaluation.errors;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.curves.MatchRecords;
import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.matching.RecallSteps;
import dev.mnc.evaluation.plan.RankingSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rankings from which TIDE reads its average precision: as the detections are, and with the errors of a kind
 * corrected. Where COCO's rankings have area ranges, these have the kinds of errors that are corrected, all at one IoU
 * threshold.
 *
 * <p>Of equal scores the lower image id ranks first. Once something is corrected, and only then, tidecv puts the wrong
 * detections of equal scores before the right ones; so does this, because its numbers depend on it.
 *
 * @param matching its IoU type says what is compared; its rules do not matter, since TIDE has its own:
 *     {@link TideImage}
 */
public record TideRankingSpec(Matching matching, State state) implements RankingSpec {

    /** The state of the detections in the rankings. */
    public enum State {
        /** The detections as they are: one ranking. */
        FOUND,
        /**
         * Rankings with the errors of one kind corrected, by {@link ErrorType}, and behind them one in which the
         * objects that are not found are not looked for.
         */
        CORRECTED
    }

    /** The ranking in which every object that is not found is not looked for. */
    static final int ALL_FOUND = ErrorType.values().length;

    private static final int CORRECTED_RANKINGS = ALL_FOUND + 1;
    private static final long EVERY = (1L << CORRECTED_RANKINGS) - 1;

    public TideRankingSpec {
        requireNonNull(matching, "matching");
        requireNonNull(state, "state");
    }

    @Override
    public MatchRules rules() {
        double[] smallest = new double[state == State.FOUND ? 1 : CORRECTED_RANKINGS];
        double[] largest = new double[smallest.length];
        Arrays.fill(largest, Double.POSITIVE_INFINITY);
        return new MatchRules(
                        new double[] {TideImage.ENOUGH},
                        smallest,
                        largest,
                        new int[] {TideImage.MOST},
                        matching.rules().compat())
                .with(RecallSteps.HUNDREDTHS);
    }

    @Override
    public List<TideMeasure> measures() {
        return state == State.FOUND
                ? List.of(TideMeasure.PRECISION, TideMeasure.CLEAN)
                : IntStream.range(0, CORRECTED_RANKINGS)
                        .mapToObj(ranking -> new TideMeasure(TideMeasure.Order.BY_SCORE, ranking))
                        .toList();
    }

    @Override
    public long counted() {
        return rules().everything();
    }

    @Override
    public Keep keep() {
        return Keep.NUMBERS;
    }

    @Override
    public void record(ImageMatch match, MatchRecords records, Positives positives) {
        TideImage image = match.view(TideImage.class, TideImage::new);
        if (state == State.FOUND) {
            for (int rank = 0; rank < image.detections(); rank++) {
                if (image.counts(rank)) {
                    long right = image.error(rank) == null ? 1 : 0;
                    records.add(image.category(rank), image.score(rank), match.imageId(), rank, right, 0);
                }
            }
            for (int object = 0; object < image.objects(); object++) {
                positives.add(image.objectCategory(object), 0);
            }
            return;
        }
        for (int rank = 0; rank < image.detections(); rank++) {
            ErrorType error = image.error(rank);
            if (error == null) {
                records.add(image.category(rank), image.score(rank), match.imageId(), CORRECTED_RANK + rank, EVERY, 0);
            } else {
                fix(image, rank, error, match.imageId() ^ Long.MIN_VALUE, records);
            }
        }
        for (int object = 0; object < image.objects(); object++) {
            countCorrected(image, object, positives);
        }
    }

    /**
     * Added to the ranks of right detections, so that these differ from any wrong one's even where the images do not.
     */
    private static final int CORRECTED_RANK = 128;

    /**
     * Records a wrong detection; in the rankings where its error is not corrected it is one that finds nothing.
     *
     * @param before the image id with its sign flipped, so that its wrong detections precede the right ones of every
     *     image; negative ids go the other way round
     */
    private static void fix(TideImage image, int rank, ErrorType error, long before, MatchRecords records) {
        long bit = 1L << error.index();
        int category = image.category(rank);
        int correctedCategory = image.correctedCategory(rank);
        double score = image.score(rank);
        boolean sameCategory = correctedCategory == category;
        long others = image.counts(rank) ? 0 : EVERY & ~bit;
        if (image.counts(rank) || sameCategory) {
            records.add(category, score, before, rank, sameCategory ? bit : 0, sameCategory ? others : others | bit);
        }
        if (correctedCategory >= 0 && !sameCategory) {
            records.add(correctedCategory, score, before, rank, bit, EVERY & ~bit);
        }
    }

    private static void countCorrected(TideImage image, int object, Positives positives) {
        int category = image.objectCategory(object);
        for (int ranking = 0; ranking < CORRECTED_RANKINGS; ranking++) {
            boolean isPositive = ranking == ALL_FOUND
                    ? image.isFound(object)
                    : ranking != ErrorType.MISS.index() || !image.isMissed(object);
            if (isPositive) {
                positives.add(category, ranking);
            }
        }
    }
}
