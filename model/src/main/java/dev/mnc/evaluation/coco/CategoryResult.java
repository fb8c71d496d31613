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
 * The curves and figures of one category. Precision is that of the greatest max detections (COCO's 100), recall is
 * known for each max detections. Where there is nothing to be found every value is -1.
 *
 * <p>Area ranges, IoU thresholds and max detections go by their indices in the rules; COCO's own also by their
 * constants.
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
    private final Scores scoreFigures;

    /**
     * The figures of the scores, for objects of all sizes.
     *
     * @param threshold index of the IoU threshold that makes a detection right
     * @param thresholds the scores at which to cut the detections off
     * @param calibration of the scores
     */
    public record Scores(int threshold, ScoreThresholds.Found thresholds, Calibration calibration)
            implements Serializable {}

    /**
     * Creates a result without curves yet.
     *
     * @param positives objects to be found, by area range
     * @param counted detections that are right or wrong at the first IoU threshold, by area range
     */
    CategoryResult(
            MatchRules rules, long categoryId, long detections, long[] positives, long[] counted, Scores scoreFigures) {
        this.scoreFigures = scoreFigures;
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
        this.scoreFigures = from.scoreFigures;
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

    /**
     * Returns this result reduced to the part that is to be kept. Without curves {@code precision} and {@code score}
     * are not available.
     */
    public CategoryResult reducedTo(RankingSpec.Keep keep) {
        return keep == RankingSpec.Keep.CURVES || averages.length > 0 ? this : new CategoryResult(this);
    }

    void setPoint(int pair, int recallIndex, double precisionThere, double score) {
        precision[pair * CocoProtocol.RECALLS + recallIndex] = precisionThere;
        scores[pair * CocoProtocol.RECALLS + recallIndex] = score;
    }

    void setRecall(int area, int limit, int threshold, double value) {
        recall[recallIndex(area, limit, threshold)] = value;
    }

    private int curveIndex(int area, int threshold, int recallIndex) {
        return (area * rules.thresholds() + threshold) * CocoProtocol.RECALLS + recallIndex;
    }

    private int recallIndex(int area, int limit, int threshold) {
        return (area * rules.limits() + limit) * rules.thresholds() + threshold;
    }

    /** Returns the rules by which detections found objects. */
    public MatchRules rules() {
        return rules;
    }

    /** Returns the category id. */
    public long categoryId() {
        return categoryId;
    }

    /** Returns the number of detections considered: of each image no more than the rules allow. */
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
     * Returns the precision at a recall, made falling from the right.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @param recallIndex index of the recall, 0 .. 100
     * @return in [0, 1], 0 where the recall is not reached, -1 if there are no positives
     */
    public double precision(AreaRange area, int threshold, int recallIndex) {
        return precision(area.index(), threshold, recallIndex);
    }

    /** Returns the precision at a recall in a area range. */
    public double precision(int area, int threshold, int recallIndex) {
        return precision[curveIndex(area, threshold, recallIndex)];
    }

    /**
     * Returns the score of the detection at which a recall is reached.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @param recallIndex index of the recall, 0 .. 100
     * @return any double, 0 where the recall is not reached, -1 if there are no positives
     */
    public double score(AreaRange area, int threshold, int recallIndex) {
        return score(area.index(), threshold, recallIndex);
    }

    /** Returns the score at which a recall is reached in a area range. */
    public double score(int area, int threshold, int recallIndex) {
        return scores[curveIndex(area, threshold, recallIndex)];
    }

    /** Returns the highest recall, in [0, 1], or -1 if there are no positives. */
    @Override
    public double recall(int area, int limit, int threshold) {
        return recall[recallIndex(area, limit, threshold)];
    }

    /** Returns the mean precision over the 101 recalls, in [0, 1], or -1 if there are no positives. */
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

    /** Returns the figures of the scores. */
    public Scores scores() {
        return scoreFigures;
    }

    /** Returns the twelve numbers for this category alone; -1 where there is nothing to be found. */
    public Map<Metric, Double> metrics() {
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            metrics.put(metric, metric.of(this));
        }
        return metrics;
    }
}
