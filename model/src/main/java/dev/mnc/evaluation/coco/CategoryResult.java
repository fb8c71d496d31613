package dev.mnc.evaluation.coco;

import dev.mnc.evaluation.curves.CategoryFigures;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.scores.Calibration;
import dev.mnc.evaluation.scores.ScoreThresholds;
import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The curves and figures of one category. Precision is that of the most detections of the category in an image that are
 * looked at (COCO's 100), recall is known for each limit. Where there is nothing to be found every value is -1.
 *
 * <p>Size ranges, overlaps and limits go by their numbers in the rules; COCO's own also by their constants.
 */
public final class CategoryResult implements CategoryFigures, Serializable {

    private final MatchRules rules;
    private final long categoryId;
    private final long detections;
    private final long[] positives;
    private final long[] counted;
    private final double[] precision;
    private final double[] scores;
    private final double[] recall;
    private final double[] averages;
    private final Scores worth;

    /**
     * What the scores are worth, for objects of all sizes.
     *
     * @param threshold index of the overlap that makes a detection right
     * @param thresholds where to cut the detections off
     * @param calibration how far scores are probabilities
     */
    public record Scores(int threshold, ScoreThresholds.Found thresholds, Calibration calibration)
            implements Serializable {}

    /**
     * @param positives objects to be found, by size range
     * @param counted detections that are right or wrong at the first overlap, by size range
     */
    CategoryResult(MatchRules rules, long categoryId, long detections, long[] positives, long[] counted, Scores worth) {
        this.worth = worth;
        this.counted = counted.clone();
        this.rules = rules;
        this.categoryId = categoryId;
        this.detections = detections;
        this.positives = positives.clone();
        int pairs = rules.areas() * rules.thresholds();
        this.precision = new double[pairs * CocoProtocol.RECALLS];
        this.scores = new double[pairs * CocoProtocol.RECALLS];
        this.recall = new double[pairs * rules.limits()];
        Arrays.fill(precision, -1);
        Arrays.fill(scores, -1);
        Arrays.fill(recall, -1);
        this.averages = new double[0];
    }

    private CategoryResult(CategoryResult from) {
        this.worth = from.worth;
        this.counted = from.counted;
        this.rules = from.rules;
        this.categoryId = from.categoryId;
        this.detections = from.detections;
        this.positives = from.positives;
        this.precision = new double[0];
        this.scores = new double[0];
        this.recall = from.recall;
        this.averages = new double[rules.areas() * rules.thresholds()];
        for (int area = 0; area < rules.areas(); area++) {
            for (int t = 0; t < rules.thresholds(); t++) {
                averages[area * rules.thresholds() + t] = from.averagePrecision(area, t);
            }
        }
    }

    /** What {@link RankingSpec.Keep} says is to be kept. Without curves {@code precision} and {@code score} are not known. */
    public CategoryResult kept(RankingSpec.Keep keep) {
        return keep == RankingSpec.Keep.CURVES || averages.length > 0 ? this : new CategoryResult(this);
    }

    void point(int pair, int recallIndex, double precisionThere, double score) {
        precision[pair * CocoProtocol.RECALLS + recallIndex] = precisionThere;
        scores[pair * CocoProtocol.RECALLS + recallIndex] = score;
    }

    void recall(int area, int limit, int threshold, double value) {
        recall[recallIndex(area, limit, threshold)] = value;
    }

    private int curveIndex(int area, int threshold, int recallIndex) {
        return (area * rules.thresholds() + threshold) * CocoProtocol.RECALLS + recallIndex;
    }

    private int recallIndex(int area, int limit, int threshold) {
        return (area * rules.limits() + limit) * rules.thresholds() + threshold;
    }

    /** What counted as found. */
    public MatchRules rules() {
        return rules;
    }

    /** The category. */
    public long categoryId() {
        return categoryId;
    }

    /** Detections considered: of each image no more than the rules allow. */
    public long detections() {
        return detections;
    }

    @Override
    public long positives(int area) {
        return positives[area];
    }

    @Override
    public long counted(int area) {
        return counted[area];
    }

    /**
     * Precision at a recall, made falling from the right.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @param recallIndex index of the recall, 0 .. 100
     * @return in [0, 1], 0 where the recall is not reached, -1 if there are no positives
     */
    public double precision(AreaRange area, int threshold, int recallIndex) {
        return precision(area.index(), threshold, recallIndex);
    }

    /** Precision at a recall in a size range. */
    public double precision(int area, int threshold, int recallIndex) {
        return precision[curveIndex(area, threshold, recallIndex)];
    }

    /**
     * The score of the detection at which a recall is reached.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @param recallIndex index of the recall, 0 .. 100
     * @return any double, 0 where the recall is not reached, -1 if there are no positives
     */
    public double score(AreaRange area, int threshold, int recallIndex) {
        return score(area.index(), threshold, recallIndex);
    }

    /** The score at which a recall is reached in a size range. */
    public double score(int area, int threshold, int recallIndex) {
        return scores[curveIndex(area, threshold, recallIndex)];
    }

    /** The highest recall, in [0, 1], or -1 if there are no positives. */
    @Override
    public double recall(int area, int limit, int threshold) {
        return recall[recallIndex(area, limit, threshold)];
    }

    /** Mean precision over the 101 recalls, in [0, 1], or -1 if there are no positives. */
    @Override
    public double averagePrecision(int area, int threshold) {
        if (averages.length > 0) {
            return averages[area * rules.thresholds() + threshold];
        }
        double sum = 0;
        for (int r = 0; r < CocoProtocol.RECALLS; r++) {
            sum += precision(area, threshold, r);
        }
        return sum / CocoProtocol.RECALLS;
    }

    /** What the scores are worth. */
    public Scores scores() {
        return worth;
    }

    /** The twelve numbers for this category alone; -1 where there is nothing to be found. */
    public Map<Metric, Double> metrics() {
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            metrics.put(metric, metric.of(this));
        }
        return metrics;
    }
}
