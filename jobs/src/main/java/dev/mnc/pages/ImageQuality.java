package dev.mnc.pages;

import dev.mnc.geometry.Overlap;
import dev.mnc.schemas.Instance;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The quality of one image's labels as one number: panoptic quality (Kirillov et al., CVPR 2019) over all categories at
 * once. It only ranks images for the gallery; the metrics of the report are COCO's.
 *
 * @param matched pairs of a prediction and an object of one category whose masks overlap by IoU > 0.5
 * @param missed objects without a partner
 * @param surplus predictions without a partner
 * @param iouSum sum of the IoUs of the pairs
 */
public record ImageQuality(int matched, int missed, int surplus, double iouSum) {

    private static final double MATCH = 0.5;

    public ImageQuality {
        if (matched < 0 || missed < 0 || surplus < 0 || !(iouSum >= 0 && iouSum <= matched)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "counts must be >= 0 and the IoU sum within the matches, got %d, %d, %d, %s",
                    matched,
                    missed,
                    surplus,
                    iouSum));
        }
    }

    /**
     * Pairs predictions with objects, the highest score choosing first.
     *
     * @param truth the image's objects
     * @param predictions found on the image
     * @param minScore predictions below it do not count, in [0, 1]
     */
    public static ImageQuality of(List<AnnotatedObject> truth, List<Instance> predictions, double minScore) {
        List<Instance> considered = predictions.stream()
                .filter(p -> p.score() >= minScore)
                .sorted(Comparator.comparingDouble(Instance::score).reversed())
                .toList();
        boolean[] taken = new boolean[truth.size()];
        int matched = 0;
        double iouSum = 0;
        for (Instance prediction : considered) {
            int best = -1;
            double bestIou = MATCH;
            for (int i = 0; i < taken.length; i++) {
                if (!taken[i]
                        && truth.get(i).category().id() == prediction.category().id()) {
                    double iou = prediction.mask().iou(truth.get(i).mask(), Overlap.OBJECT);
                    if (iou > bestIou) {
                        best = i;
                        bestIou = iou;
                    }
                }
            }
            if (best >= 0) {
                taken[best] = true;
                matched++;
                iouSum += bestIou;
            }
        }
        return new ImageQuality(matched, truth.size() - matched, considered.size() - matched, iouSum);
    }

    /**
     * Returns IoU sum / (matched + (missed + surplus) / 2), in [0, 1]; 1 where nothing was to be found and nothing was.
     */
    public double value() {
        double denominator = matched + 0.5 * (missed + surplus);
        return denominator == 0 ? 1 : iouSum / denominator;
    }
}
