package dev.mnc.evaluation.counts;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.Counter;
import dev.mnc.evaluation.plan.CounterSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A counter of detections in images that have no object of their category, not even a crowd: those of a category
 * without ground truth are all of this kind, and cost nothing in COCO's average precision. For one thread.
 */
public final class FalseAlarms implements Counter<FalseAlarms> {

    /**
     * The specification of the counter.
     *
     * @param at the cut above which detections count in {@link Count#atScore}
     * @param weights of a bootstrap, or null
     */
    public record Kind(ScoreCut at, @Nullable ImageWeights weights) implements CounterSpec<FalseAlarms> {

        public Kind {
            requireNonNull(at, "at");
        }

        /** Creates a specification without a bootstrap. */
        public Kind(ScoreCut at) {
            this(at, null);
        }

        @Override
        public Matching matching() {
            return at.matching();
        }

        @Override
        public FalseAlarms start(LongIndex categories) {
            return new FalseAlarms(this, categories.size());
        }

        @Override
        public Class<FalseAlarms> counterClass() {
            return FalseAlarms.class;
        }
    }

    /**
     * A number of false alarms.
     *
     * @param images number of images with false alarms
     * @param detections number of false alarms, whatever their score
     * @param imagesAtScore number of images with at least one at or above the cut's score
     * @param atScore number of false alarms at or above the cut's score
     */
    public record Count(long images, long detections, long imagesAtScore, long atScore) implements Serializable {

        static final Count NONE = new Count(0, 0, 0, 0);

        static Count ofImage(long detections, long atScore) {
            return new Count(detections > 0 ? 1 : 0, detections, atScore > 0 ? 1 : 0, atScore);
        }

        Count plus(Count other) {
            return new Count(
                    images + other.images,
                    detections + other.detections,
                    imagesAtScore + other.imagesAtScore,
                    atScore + other.atScore);
        }
    }

    private final ScoreCut at;
    private final List<Count> alarms = new ArrayList<>();
    private long images;
    private long emptyImages;
    private Count inEmptyImages = Count.NONE;
    private final transient @Nullable ImageWeights weights;
    private final transient double[] weightsOfImage;
    /** Of images without any object, by replicate: their number, their detections, and those at or above the score. */
    private final double[][] inReplicates;

    private FalseAlarms(Kind kind, int categories) {
        this.at = kind.at;
        this.weights = kind.weights;
        this.weightsOfImage = new double[kind.weights == null ? 0 : kind.weights.replicates()];
        this.inReplicates = new double[3][weightsOfImage.length];
        for (int category = 0; category < categories; category++) {
            alarms.add(Count.NONE);
        }
    }

    @Override
    public void add(ImageMatch image) {
        images++;
        boolean empty = true;
        long detections = 0;
        long above = 0;
        for (int cell = 0; cell < image.cells(); cell++) {
            if (image.endTruth(cell) > image.firstTruth(cell)) {
                empty = false;
                continue;
            }
            long inCell = 0;
            long inCellAbove = 0;
            for (int position = image.first(cell); position < image.end(cell); position++) {
                boolean counts = at.isWrong(image, position);
                inCell += counts ? 1 : 0;
                inCellAbove += counts && image.score(position) >= at.score() ? 1 : 0;
            }
            int category = image.category(cell);
            alarms.set(category, alarms.get(category).plus(Count.ofImage(inCell, inCellAbove)));
            detections += inCell;
            above += inCellAbove;
        }
        if (empty) {
            emptyImages++;
            inEmptyImages = inEmptyImages.plus(Count.ofImage(detections, above));
            draw(image.imageId(), 1, detections, above);
        }
    }

    private void draw(long image, long... counts) {
        if (weights != null) {
            weights.fill(image, 0, weightsOfImage);
            for (int row = 0; row < counts.length; row++) {
                double[] sums = inReplicates[row];
                double count = counts[row];
                Arrays.setAll(sums, i -> sums[i] + count * weightsOfImage[i]);
            }
        }
    }

    @Override
    public void add(FalseAlarms other) {
        for (int category = 0; category < alarms.size(); category++) {
            alarms.set(category, alarms.get(category).plus(other.alarms.get(category)));
        }
        images += other.images;
        emptyImages += other.emptyImages;
        inEmptyImages = inEmptyImages.plus(other.inEmptyImages);
        for (int row = 0; row < inReplicates.length; row++) {
            double[] sums = inReplicates[row];
            double[] more = other.inReplicates[row];
            Arrays.setAll(sums, i -> sums[i] + more[i]);
        }
    }

    /** Returns the number of images evaluated. */
    public long images() {
        return images;
    }

    /** Returns the number of images without any object. */
    public long emptyImages() {
        return emptyImages;
    }

    /** Returns the detections of all categories in images without any object. */
    public Count inEmptyImages() {
        return inEmptyImages;
    }

    /** Returns detections at the score in an image without any object, on average; -1 if there is no such image. */
    public double atScorePerEmptyImage() {
        return emptyImages == 0 ? -1 : (double) inEmptyImages.atScore() / emptyImages;
    }

    /** Returns the numbers of images without any object with their confidence intervals; requires a bootstrap. */
    public List<Estimate> estimates() {
        double[] perImage = new double[inReplicates[0].length];
        Arrays.setAll(perImage, i -> inReplicates[0][i] == 0 ? Double.NaN : inReplicates[2][i] / inReplicates[0][i]);
        return List.of(
                Estimate.of("detections", orUndefined(inEmptyImages.detections()), inReplicates[1]),
                Estimate.of("at_score", orUndefined(inEmptyImages.atScore()), inReplicates[2]),
                Estimate.of("at_score_per_image", atScorePerEmptyImage(), perImage));
    }

    private double orUndefined(long number) {
        return emptyImages == 0 ? -1 : (double) number;
    }

    /** Returns the false alarms of a category. */
    public Count of(int category) {
        return alarms.get(category);
    }
}
