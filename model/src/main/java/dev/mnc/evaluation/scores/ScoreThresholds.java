package dev.mnc.evaluation.scores;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A search for the scores at which to cut off a category's detections: the one with the highest F1, and the least one
 * that still has the target precision. A threshold keeps all detections with its score or a higher one, so detections
 * of one score stand or fall together.
 *
 * <p>Detections come by falling score, in parts that each know what stands before them; parts are added up in any
 * order, and may be cut between detections of one score. For one thread.
 */
public final class ScoreThresholds implements Serializable {

    private final long positives;
    private final double targetPrecision;
    private @Nullable ScoreThreshold highest;
    private @Nullable ScoreThreshold least;
    /**
     * By the position behind a part: the counts at its end, which are a threshold if no more of its last score follow.
     */
    private final Map<Long, ScoreThreshold> ends = new TreeMap<>();
    /** By the position of a part's first detection, its score. */
    private final Map<Long, Double> starts = new TreeMap<>();

    private long position;
    private long truePositives;
    private long falsePositives;
    private double score = Double.NaN;
    private boolean any;

    /**
     * Starts a search.
     *
     * @param positives objects to be found
     * @param target the goal to achieve
     */
    public ScoreThresholds(long positives, ScoreTarget target) {
        this.positives = positives;
        this.targetPrecision = target.precision();
    }

    /** The result of matching a detection. */
    public enum Verdict {
        /** It found an object. */
        RIGHT,
        /** It found none. */
        WRONG,
        /** It does not count. */
        IGNORED
    }

    /** Starts a part behind a number of detections, some of them true and false positives. */
    public void start(long detections, long truePositivesBefore, long falsePositivesBefore) {
        position = detections;
        truePositives = truePositivesBefore;
        falsePositives = falsePositivesBefore;
        any = false;
    }

    /** Adds the part's next detection. */
    public void add(double nextScore, Verdict verdict) {
        if (!any) {
            starts.put(position, nextScore);
        } else if (nextScore != score) {
            consider(current());
        }
        any = true;
        score = nextScore;
        position++;
        truePositives += verdict == Verdict.RIGHT ? 1 : 0;
        falsePositives += verdict == Verdict.WRONG ? 1 : 0;
    }

    /** Ends the part. */
    public void end() {
        if (any) {
            ends.put(position, current());
        }
    }

    private ScoreThreshold current() {
        return new ScoreThreshold(score, truePositives, falsePositives, positives);
    }

    private void consider(ScoreThreshold threshold) {
        // No detection has a score of NaN or higher.
        if (Double.isNaN(threshold.score()) || threshold.truePositives() == 0 || positives == 0) {
            return;
        }
        highest = higher(highest, threshold);
        if (threshold.precision() >= targetPrecision) {
            least = lesser(least, threshold);
        }
    }

    private static ScoreThreshold higher(@Nullable ScoreThreshold one, ScoreThreshold other) {
        if (one == null || other.f1() > one.f1()) {
            return other;
        }
        return other.f1() == one.f1() && other.score() > one.score() ? other : one;
    }

    private static ScoreThreshold lesser(@Nullable ScoreThreshold one, ScoreThreshold other) {
        return one == null || other.score() < one.score() ? other : one;
    }

    /** Adds another part of the same detections. */
    public void add(ScoreThresholds other) {
        highest = other.highest == null ? highest : higher(highest, other.highest);
        least = other.least == null ? least : lesser(least, other.least);
        ends.putAll(other.ends);
        starts.putAll(other.starts);
    }

    /**
     * The thresholds that were found.
     *
     * @param highestF1 the highest F1 and, of more than one, that with the highest score; null if nothing was found
     * @param atPrecision the least score with the target precision; null if there is none
     */
    public record Found(
            @Nullable ScoreThreshold highestF1, @Nullable ScoreThreshold atPrecision) implements Serializable {

        /** No thresholds. */
        public static final Found NOTHING = new Found(null, null);
    }

    /** Returns the thresholds of all parts together; called once, after the last. */
    public Found found() {
        ends.forEach((at, threshold) -> {
            boolean continues = starts.containsKey(at) && requireNonNull(starts.get(at)) == threshold.score();
            if (!continues) {
                consider(threshold);
            }
        });
        return new Found(highest, least);
    }
}
