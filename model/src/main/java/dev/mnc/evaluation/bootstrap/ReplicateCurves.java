package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.curves.CategoryFigures;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.MatchRules;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The curves of one category in consecutive replicates, built along its ranking as
 * {@link dev.mnc.evaluation.coco.CategoryCurves} builds those of the point estimate; an image that counts twice is
 * there twice, one that counts 0 times is not. With weights of 1 every number is that of the point estimate, bit for
 * bit.
 *
 * <p>Only true positives change a curve, and only they visit each of the pairs of {@link MatchRules}; a false positive
 * costs one addition of a row of weights for each area range. The replicate is the innermost index of all arrays, so
 * that most loops are rows of additions. Counts are whole numbers in doubles, exact below 2<sup>53</sup>.
 */
public final class ReplicateCurves {

    private static final int RECALLS = CocoProtocol.RECALLS;

    private final ReplicateRequest request;
    private final MatchRules rules;
    private final ImageWeights weights;
    private final int first;
    private final int replicates;
    private final double[] positives;
    /** By pair the best precision, {@code [recall][replicate]}; empty until something is found. */
    private final double[][] best;
    /** True positives by limit, pair, replicate. */
    private final double[] hits;
    /** Detections that count at the first IoU threshold, by area range, replicate; known of the requested pairs. */
    private final double[] counted;

    private final ReplicateScores scores;

    /**
     * Creates curves of no detections.
     *
     * @param request the quantities to compute
     * @param first index of the first replicate
     * @param positives objects to be found, {@code [area range][replicate]}: see
     *     {@link dev.mnc.evaluation.curves.PositiveImages#weighted}
     * @param cuts scores at which detections are cut off, see {@link ReplicateRequest#cuts}; unused if scores are not
     *     requested
     */
    public ReplicateCurves(
            ReplicateRequest request, ImageWeights weights, int first, double[] positives, double[] cuts) {
        this.request = request;
        this.rules = request.rules();
        this.weights = weights;
        this.first = first;
        this.replicates = positives.length / rules.areas();
        this.positives = positives.clone();
        int pairs = rules.areas() * rules.thresholds();
        this.best = new double[pairs][0];
        this.hits = new double[rules.limits() * pairs * replicates];
        this.counted = new double[rules.areas() * replicates];
        this.scores = new ReplicateScores(cuts, request.requestsScores() ? replicates : 0);
    }

    /** The numbers of true and false positives of each pair and replicate in some part of a ranking. */
    public static final class Counts implements Serializable {

        private final double[] truePositives;
        private final double[] falsePositives;

        /** Creates counts of 0 for a number of replicates. */
        public Counts(MatchRules rules, int replicates) {
            int pairs = rules.areas() * rules.thresholds();
            truePositives = new double[pairs * replicates];
            falsePositives = new double[pairs * replicates];
        }

        /** Counts a ranking in consecutive replicates. */
        public static Counts of(Ranking ranking, MatchRules rules, ImageWeights weights, int first, int replicates) {
            Counts counts = new Counts(rules, replicates);
            FalsePositives missed = new FalsePositives(rules, replicates, counts.falsePositives);
            double[] drawn = new double[replicates];
            for (int position = 0; position < ranking.count(); position++) {
                long matched = ranking.matched(position);
                long ignored = ranking.ignored(position);
                weights.fill(ranking.image(position), first, drawn);
                for (long left = matched & ~ignored; left != 0; left &= left - 1) {
                    addRow(counts.truePositives, Long.numberOfTrailingZeros(left) * replicates, drawn);
                }
                missed.add(~(matched | ignored) & rules.everything(), drawn);
            }
            missed.distribute();
            return counts;
        }

        /** Adds the counts of the following part. */
        public void add(Counts other) {
            addRow(truePositives, 0, other.truePositives);
            addRow(falsePositives, 0, other.falsePositives);
        }

        /** Returns an independent copy of these counts. */
        public Counts copy(MatchRules rules) {
            Counts copy = new Counts(rules, truePositives.length / (rules.areas() * rules.thresholds()));
            copy.add(this);
            return copy;
        }
    }

    static void addRow(double[] to, int at, double[] row) {
        for (int i = 0; i < row.length; i++) {
            to[at + i] += row[i];
        }
    }

    /**
     * Adds a part of the ranking, each once, in any order.
     *
     * @param ranking sorted
     * @param before the counts before its first detection; not changed
     */
    public void add(Ranking ranking, Counts before) {
        new Walk(before.copy(rules)).walk(ranking);
    }

    /** Adds the whole ranking. */
    public void add(Ranking ranking) {
        new Walk(new Counts(rules, replicates)).walk(ranking);
    }

    /** The state of a walk along a ranking. */
    private final class Walk {

        private final double[] found;
        private final double[] single;
        private final FalsePositives missed;
        /** By area range and replicate the number of steps of recall that one true positive makes, but for rounding. */
        private final double[] stepsEach = new double[rules.areas() * replicates];
        /**
         * Returns the least number of true positives that reaches a recall, as {@code found / positives >= recall} is
         * computed.
         */
        private final double[] needed = new double[rules.areas() * replicates * (RECALLS + 1)];

        private final double[] drawn = new double[replicates];
        private final double[] precision = new double[replicates];

        Walk(Counts start) {
            found = start.truePositives;
            single = start.falsePositives;
            missed = new FalsePositives(rules, replicates, single);
            for (int i = 0; i < positives.length; i++) {
                stepsEach[i] = positives[i] == 0 ? 0 : (RECALLS - 1) / positives[i];
                for (int recall = 1; recall < RECALLS; recall++) {
                    needed[i * (RECALLS + 1) + recall] =
                            needed(positives[i], rules.recalls().recall(recall));
                }
                needed[i * (RECALLS + 1) + RECALLS] = Double.POSITIVE_INFINITY;
            }
        }

        void walk(Ranking ranking) {
            double[] before = found.clone();
            double[] missedBefore = single.clone();
            long useful = useful();
            for (int position = 0; position < ranking.count() && useful != 0; position++) {
                long matched = ranking.matched(position);
                long ignored = ranking.ignored(position);
                long counts = ~ignored & useful;
                if (counts == 0) {
                    continue;
                }
                weights.fill(ranking.image(position), first, drawn);
                if (request.requestsScores() && (counts >>> request.scored() & 1) != 0) {
                    scores.add(ranking.score(position), drawn, this::copyScored);
                }
                for (long left = matched & counts; left != 0; left &= left - 1) {
                    int pair = Long.numberOfTrailingZeros(left);
                    countTruePositive(pair);
                    raisePrecision(pair);
                    countRecall(pair, ranking.rank(position));
                }
                missed.add(~matched & counts, drawn);
            }
            scores.end(this::copyScored);
            missed.distribute();
            int last = hits.length - found.length;
            for (int i = 0; i < found.length; i++) {
                hits[last + i] += found[i] - before[i];
            }
            for (int i = 0; i < counted.length; i++) {
                int at = i / replicates * rules.thresholds() * replicates + i % replicates;
                counted[i] += found[at] - before[at] + single[at] - missedBefore[at];
            }
        }

        /** Copies the true and false positives so far of the pair whose scores are evaluated. */
        private void copyScored(double[] right, double[] wrong) {
            int at = request.scored() * replicates;
            int wholeAt = request.scored() / rules.thresholds() * replicates;
            for (int i = 0; i < replicates; i++) {
                right[i] = found[at + i];
                wrong[i] = single[at + i] + missed.whole()[wholeAt + i] + missed.every()[i];
            }
        }

        /** Returns the pairs of the area ranges that have anything to be found, and those that are counted anyway. */
        private long useful() {
            long useful = request.counted();
            for (int pair = 0; pair < rules.areas() * rules.thresholds(); pair++) {
                int area = pair / rules.thresholds();
                for (int i = 0; i < replicates; i++) {
                    useful |= positives[area * replicates + i] > 0 ? 1L << pair : 0;
                }
            }
            return useful;
        }

        // Fields are copied to local variables before these loops: the JVM's fast compiler would load them in every
        // round.
        private void countTruePositive(int pair) {
            int at = pair * replicates;
            int areaAt = pair / rules.thresholds() * replicates;
            double[] counted = found;
            double[] alone = single;
            double[] together = missed.whole();
            double[] everywhere = missed.every();
            double[] weight = drawn;
            double[] quotient = precision;
            for (int i = 0; i < weight.length; i++) {
                double right = counted[at + i] + weight[i];
                counted[at + i] = right;
                double wrong = alone[at + i] + together[areaAt + i] + everywhere[i];
                quotient[i] = right / (wrong + right + CocoProtocol.EPSILON);
            }
        }

        private void raisePrecision(int pair) {
            int at = pair * replicates;
            int areaAt = pair / rules.thresholds() * replicates;
            int neededAt = areaAt * (RECALLS + 1);
            double[] counted = found;
            double[] steps = stepsEach;
            double[] least = needed;
            double[] highest = curve(pair);
            double[] quotient = precision;
            for (int i = 0; i < quotient.length; i++) {
                double right = counted[at + i];
                // Off by one at most; the exact number of true positives decides.
                int recall = Math.min((int) (right * steps[areaAt + i]), RECALLS - 1);
                if (right >= least[neededAt + recall + 1]) {
                    recall++;
                } else if (right < least[neededAt + recall]) {
                    recall--;
                }
                neededAt += RECALLS + 1;
                int there = recall * quotient.length + i;
                if (quotient[i] > highest[there]) {
                    highest[there] = quotient[i];
                }
            }
        }

        /**
         * Counts a true positive for each max detections but the last, whose recall follows from what was found in the
         * end.
         */
        private void countRecall(int pair, int rank) {
            int pairs = rules.areas() * rules.thresholds();
            for (int limit = rules.limits() - 2; limit >= 0 && rank < rules.limit(limit); limit--) {
                addRow(hits, (limit * pairs + pair) * replicates, drawn);
            }
        }
    }

    /**
     * Returns the least number of true positives that reaches a recall, as {@code found / positives >= recall} is
     * computed.
     */
    private static double needed(double positives, double recall) {
        if (positives == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double found = Math.ceil(positives * recall);
        while (found > 0 && (found - 1) / positives >= recall) {
            found--;
        }
        while (found / positives < recall) {
            found++;
        }
        return found;
    }

    private double[] curve(int pair) {
        if (best[pair].length == 0) {
            best[pair] = new double[RECALLS * replicates];
        }
        return best[pair];
    }

    /** Returns the numbers of a part of the ranking in serialized form: of the curves only the recalls it reaches. */
    public byte[] toBytes() {
        int[] from = new int[best.length];
        int[] to = new int[best.length];
        int doubles = hits.length + counted.length + scores.rows().length;
        for (int pair = 0; pair < best.length; pair++) {
            int end = best[pair].length;
            while (end > 0 && best[pair][end - 1] == 0) {
                end--;
            }
            int start = 0;
            while (start < end && best[pair][start] == 0) {
                start++;
            }
            from[pair] = start;
            to[pair] = end;
            doubles += end - start;
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(2 * Integer.BYTES * best.length + Math.multiplyExact(doubles, Double.BYTES));
        for (double hit : hits) {
            bytes.putDouble(hit);
        }
        for (double count : counted) {
            bytes.putDouble(count);
        }
        scores.write(bytes);
        for (int pair = 0; pair < best.length; pair++) {
            bytes.putInt(from[pair]).putInt(to[pair]);
            for (int i = from[pair]; i < to[pair]; i++) {
                bytes.putDouble(best[pair][i]);
            }
        }
        return bytes.array();
    }

    /** Adds the numbers of another part of the same ranking in the same replicates that {@link #toBytes} serialized. */
    public void addBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; i < hits.length; i++) {
            hits[i] += buffer.getDouble();
        }
        for (int i = 0; i < counted.length; i++) {
            counted[i] += buffer.getDouble();
        }
        scores.addFrom(buffer);
        for (int pair = 0; pair < best.length; pair++) {
            int from = buffer.getInt();
            int to = buffer.getInt();
            for (int i = from; i < to; i++) {
                double[] curve = curve(pair);
                curve[i] = Math.max(curve[i], buffer.getDouble());
            }
        }
    }

    /** Returns the numbers of the category in each replicate; nothing can be added any more. */
    public CategoryReplicates result(long categoryId) {
        int pairs = rules.areas() * rules.thresholds();
        double[] averages = new double[pairs * replicates];
        for (int pair = 0; pair < pairs; pair++) {
            average(pair, averages);
        }
        double[] values = new double[request.measures().size() * replicates];
        for (int i = 0; i < values.length; i++) {
            double value = request.measures().get(i / replicates).of(new Figures(averages, i % replicates));
            values[i] = value < 0 ? Double.NaN : value;
        }
        long[] counts = new long[replicates];
        Arrays.setAll(counts, i -> (long) positives[i]);
        return new CategoryReplicates(categoryId, values, scores.rows(), counts);
    }

    /** Computes the mean over recalls of the best precision at each and beyond, summed up as for the point estimate. */
    private void average(int pair, double[] averages) {
        double[] curve = best[pair];
        int step = replicates;
        for (int i = curve.length - step - 1; i >= 0; i--) {
            if (curve[i] < curve[i + step]) {
                curve[i] = curve[i + step];
            }
        }
        for (int i = 0; i < step; i++) {
            double sum = 0;
            for (int there = i; there < curve.length; there += step) {
                sum += curve[there];
            }
            averages[pair * step + i] = sum / RECALLS;
        }
    }

    /** The figures of one replicate. */
    private final class Figures implements CategoryFigures {

        private final double[] averages;
        private final int replicate;

        Figures(double[] averages, int replicate) {
            this.averages = averages;
            this.replicate = replicate;
        }

        private int at(int area, int threshold) {
            return (area * rules.thresholds() + threshold) * replicates + replicate;
        }

        @Override
        public long positives(int area) {
            return (long) positives[area * replicates + replicate];
        }

        @Override
        public long counted(int area) {
            return (long) counted[area * replicates + replicate];
        }

        @Override
        public double averagePrecision(int area, int threshold) {
            return averages[at(area, threshold)];
        }

        @Override
        public double recall(int area, int limit, int threshold) {
            int pairs = rules.areas() * rules.thresholds();
            return hits[limit * pairs * replicates + at(area, threshold)] / positives(area);
        }
    }
}
