package dev.mnc.benchmark;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.ImageSource;
import dev.mnc.evaluation.matching.LongIndex;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A synthetic workload of images with objects and detections that resemble COCO's val2017: 80 categories of very
 * different frequency, some seven objects an image of which 41 % are small and 34 % medium, 1.2 % crowds, and for each
 * image a fixed number of detections, near objects, of wrong category, or of nothing.
 *
 * <p>A number of distinct images are generated beforehand; after them the same images return with other ids and other
 * scores, so that the workload can be larger than memory. Everything follows from the seed.
 */
public final class EvaluationWorkload implements ImageSource {

    private static final int CATEGORIES = 80;

    private final int images;
    private final List<SyntheticImage> distinctImages;
    private final long seed;

    /**
     * Generates the distinct images.
     *
     * @param images number of images, at least 1
     * @param distinct number of those that differ in more than their scores, at least 1
     * @param detections number of detections of each image, at least 1
     */
    public EvaluationWorkload(int images, int distinct, int detections, long seed) {
        if (images < 1 || distinct < 1 || detections < 1) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "work needs images, distinct images and detections, got %d, %d and %d",
                    images,
                    distinct,
                    detections));
        }
        this.images = images;
        this.seed = seed;
        SyntheticImage.Frequencies frequencies = new SyntheticImage.Frequencies(CATEGORIES);
        this.distinctImages = IntStream.range(0, Math.min(images, distinct))
                .parallel()
                .mapToObj(i -> SyntheticImage.of(i, detections, new RandomDraws(seed * 1_000_003 + i), frequencies))
                .toList();
    }

    /** Returns the ids of the categories, 1 to 80. */
    public static LongIndex categories() {
        return new LongIndex(LongStream.rangeClosed(1, CATEGORIES).boxed().toList());
    }

    @Override
    public int images() {
        return images;
    }

    private SyntheticImage source(int number) {
        return distinctImages.get(number % distinctImages.size());
    }

    @Override
    public Image image(int number) {
        Image image = source(number).image();
        return new Image(number, image.fileName(), image.height(), image.width());
    }

    @Override
    public List<Annotation> annotations(int number) {
        return source(number).annotations();
    }

    @Override
    public void forEachDetection(int number, DetectionConsumer consumer) {
        SyntheticImage image = source(number);
        DetectionColumns columns = image.columns();
        if (number < distinctImages.size()) {
            for (int i = 0; i < columns.count(); i++) {
                consumer.accept(columns, i);
            }
            return;
        }
        DetectionColumns rescored = columns.withScores(image.scores(new RandomDraws(seed * 7_368_787 + number)));
        for (int i = 0; i < rescored.count(); i++) {
            consumer.accept(rescored, i);
        }
    }
}
