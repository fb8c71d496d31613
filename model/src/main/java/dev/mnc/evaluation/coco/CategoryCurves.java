package dev.mnc.evaluation.coco;

import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.scores.Calibration;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.scores.ScoreThresholds;
import dev.mnc.evaluation.scores.ScoreThresholds.Verdict;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The precision of one category as it builds up along its ranking ({@code COCOeval.accumulate}), for every pair of an
 * area range and an IoU threshold.
 *
 * <p>Precision is highest at a true positive and any recall above 0 is reached at one, so all that is stored of the
 * ranking is, for each of the 101 recalls, the best precision at true positives that have reached it and not the next.
 * The memory does not grow with the number of detections, and parts of a ranking can be added up if each knows how many
 * true and false positives come before it.
 */
public final class CategoryCurves implements Serializable {

    private static final int RECALLS = CocoProtocol.RECALLS;

    private final MatchRules rules;
    private final long[] positives;
    private final double[] best;
    private final double[] scores;
    private final long[] hits;
    private final long[] counted;
    private final int scoredPair;
    private final ScoreThresholds thresholds;
    private final Calibration calibration = new Calibration();
    private long detections;
    private double topScore = Double.NaN;
    private boolean hasTop;

    /**
     * Creates curves of no detections.
     *
     * @param rules by which detections found objects
     * @param positives objects to be found, by area range
     * @param target the goal of thresholds on scores, in the first area range
     */
    public CategoryCurves(MatchRules rules, long[] positives, ScoreTarget target) {
        this.rules = rules;
        this.positives = positives.clone();
        int pairs = rules.areas() * rules.thresholds();
        this.best = new double[pairs * RECALLS];
        this.scores = new double[pairs * RECALLS];
        this.hits = new long[rules.limits() * pairs];
        this.counted = new long[rules.areas()];
        this.scoredPair = rules.closest(target.iou());
        this.thresholds = new ScoreThresholds(positives[0], target);
    }

    /** The numbers of true and false positives of each pair in some part of a ranking, and of detections in all. */
    public static final class Counts implements Serializable {

        private final long[] truePositives;
        private final long[] falsePositives;
        private long detections;

        /** Creates counts of 0. */
        public Counts(MatchRules rules) {
            truePositives = new long[rules.areas() * rules.thresholds()];
            falsePositives = new long[rules.areas() * rules.thresholds()];
        }

        /** Counts a ranking. */
        public static Counts of(Ranking ranking, MatchRules rules) {
            Counts counts = new Counts(rules);
            FalsePositives falsePositives = new FalsePositives(rules, counts);
            for (int position = 0; position < ranking.count(); position++) {
                long matched = ranking.matched(position);
                long ignored = ranking.ignored(position);
                for (long left = matched & ~ignored; left != 0; left &= left - 1) {
                    counts.truePositives[Long.numberOfTrailingZeros(left)]++;
                }
                falsePositives.add(matched, ignored);
            }
            falsePositives.distribute();
            counts.detections = ranking.count();
            return counts;
        }

        /** Adds the counts of the following part. */
        public void add(Counts other) {
            Arrays.setAll(truePositives, pair -> truePositives[pair] + other.truePositives[pair]);
            Arrays.setAll(falsePositives, pair -> falsePositives[pair] + other.falsePositives[pair]);
            detections += other.detections;
        }

        /** Returns an independent copy of these counts. */
        public Counts copy(MatchRules rules) {
            Counts copy = new Counts(rules);
            copy.add(this);
            return copy;
        }
    }

    /**
     * A counter of false positives. A detection that found nothing is a false positive at every IoU threshold of an
     * area range, and is counted only once for all of them.
     */
    private static final class FalsePositives {

        private final int thresholds;
        private final long everything;
        private final long everyThreshold;
        private final long firstThresholds;
        private final long[] single;
        private final long[] whole;

        FalsePositives(MatchRules rules, Counts start) {
            thresholds = rules.thresholds();
            everything = rules.everything();
            everyThreshold = -1L >>> (Long.SIZE - thresholds);
            long firsts = 0;
            for (int area = 0; area < rules.areas(); area++) {
                firsts |= 1L << (area * thresholds);
            }
            firstThresholds = firsts;
            single = start.falsePositives;
            whole = new long[rules.areas()];
        }

        void add(long matched, long ignored) {
            long missed = ~(matched | ignored) & everything;
            long firsts = missed & firstThresholds;
            if (firsts * everyThreshold == missed) {
                for (int area = 0; area < whole.length; area++) {
                    whole[area] += (firsts >>> (area * thresholds)) & 1;
                }
            } else {
                for (long left = missed; left != 0; left &= left - 1) {
                    single[Long.numberOfTrailingZeros(left)]++;
                }
            }
        }

        long count(int pair) {
            return single[pair] + whole[pair / thresholds];
        }

        void distribute() {
            for (int pair = 0; pair < single.length; pair++) {
                single[pair] += whole[pair / thresholds];
            }
            Arrays.fill(whole, 0);
        }
    }

    /**
     * Adds a part of the ranking, each once, in any order.
     *
     * @param ranking sorted
     * @param before the counts before its first detection; not changed
     */
    public void add(Ranking ranking, Counts before) {
        Counts start = before.copy(rules);
        FalsePositives falsePositives = new FalsePositives(rules, start);
        int[] reached = new int[start.truePositives.length];
        for (int pair = 0; pair < reached.length; pair++) {
            reached[pair] = reachedBy(start.truePositives[pair], 0, positives[pair / rules.thresholds()]);
        }
        if (before.detections == 0 && ranking.count() > 0) {
            topScore = ranking.score(0);
            hasTop = true;
        }
        for (int position = 0; position < ranking.count(); position++) {
            long matched = ranking.matched(position);
            long ignored = ranking.ignored(position);
            for (long left = matched & ~ignored; left != 0; left &= left - 1) {
                int pair = Long.numberOfTrailingZeros(left);
                long found = ++start.truePositives[pair];
                countTruePositive(pair, ranking.rank(position));
                long total = positives[pair / rules.thresholds()];
                int recall = reachedBy(found, reached[pair], total);
                if (recall > reached[pair]) {
                    double score = ranking.score(position);
                    Arrays.fill(scores, pair * RECALLS + reached[pair] + 1, pair * RECALLS + recall + 1, score);
                    reached[pair] = recall;
                }
                double precision = found / (falsePositives.count(pair) + found + CocoProtocol.EPSILON);
                best[pair * RECALLS + recall] = Math.max(best[pair * RECALLS + recall], precision);
            }
            falsePositives.add(matched, ignored);
        }
        falsePositives.distribute();
        for (int area = 0; area < counted.length; area++) {
            int pair = area * rules.thresholds();
            counted[area] += start.truePositives[pair] + start.falsePositives[pair];
            counted[area] -= before.truePositives[pair] + before.falsePositives[pair];
        }
        detections += ranking.count();
        addScores(ranking, before);
    }

    private void addScores(Ranking ranking, Counts before) {
        thresholds.start(before.detections, before.truePositives[scoredPair], before.falsePositives[scoredPair]);
        for (int position = 0; position < ranking.count(); position++) {
            double score = ranking.score(position);
            boolean found = (ranking.matched(position) >>> scoredPair & 1) != 0;
            boolean counts = (ranking.ignored(position) >>> scoredPair & 1) == 0;
            thresholds.add(score, !counts ? Verdict.IGNORED : found ? Verdict.RIGHT : Verdict.WRONG);
            if (counts) {
                calibration.add(score, found);
            }
        }
        thresholds.end();
    }

    private void countTruePositive(int pair, int rank) {
        int pairs = positives.length * rules.thresholds();
        for (int limit = rules.limits() - 1; limit >= 0 && rank < rules.limit(limit); limit--) {
            hits[limit * pairs + pair]++;
        }
    }

    /** Returns the highest recall that this many true positives reach. */
    private int reachedBy(long found, int atLeast, long total) {
        int recall = atLeast;
        while (recall + 1 < RECALLS && (double) found / total >= rules.recalls().recall(recall + 1)) {
            recall++;
        }
        return recall;
    }

    /** Adds other parts of the same ranking. */
    public void add(CategoryCurves other) {
        Arrays.setAll(best, i -> Math.max(best[i], other.best[i]));
        // A recall is reached in one part only; in the others the element still holds 0.
        Arrays.setAll(scores, i -> scores[i] == 0 ? other.scores[i] : scores[i]);
        Arrays.setAll(hits, i -> hits[i] + other.hits[i]);
        Arrays.setAll(counted, i -> counted[i] + other.counted[i]);
        detections += other.detections;
        topScore = other.hasTop ? other.topScore : topScore;
        hasTop |= other.hasTop;
        thresholds.add(other.thresholds);
        calibration.add(other.calibration);
    }

    /** Returns the curves and figures. */
    public CategoryResult result(long categoryId) {
        CategoryResult result = new CategoryResult(
                rules,
                categoryId,
                detections,
                positives,
                counted,
                new CategoryResult.Scores(scoredPair, thresholds.found(), calibration));
        int pairs = positives.length * rules.thresholds();
        for (int area = 0; area < positives.length; area++) {
            for (int t = 0; t < rules.thresholds() && positives[area] > 0; t++) {
                int pair = area * rules.thresholds() + t;
                double precision = 0;
                for (int r = RECALLS - 1; r >= 0; r--) {
                    precision = Math.max(precision, best[pair * RECALLS + r]);
                    // Recall 0 is reached by the first detection already, whatever it is.
                    double score = r == 0 && hasTop ? topScore : scores[pair * RECALLS + r];
                    result.setPoint(pair, r, precision, score);
                }
                for (int limit = 0; limit < rules.limits(); limit++) {
                    result.setRecall(area, limit, t, (double) hits[limit * pairs + pair] / positives[area]);
                }
            }
        }
        return result;
    }
}
