package dev.mnc.evaluation.sds;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation by mAP<sup>r</sup>, the metric of MNC's paper and of SDS before it: VOC's average precision with the
 * IoU of masks. Detections of a category are ranked over all images by falling score, then by image id and position
 * (NumPy's unstable sort in the released code leaves the order of equal scores to chance).
 *
 * <p>What is compared are final masks. The released code makes them of soft ones by binarising twice: at 21 x 21 and,
 * stretched over the rounded box, once more, both at 0.4.
 *
 * <p>Here it is computed in one process. The same steps, spread over a cluster, are {@link SdsMatcher} for each image,
 * {@link SdsAccumulator} for each category and {@link SdsResult#of} once.
 */
public final class SdsEvaluation {

    /** The name of the protocol, on the command line and in files. */
    public static final String LABEL = "voc-sds";

    /** Number of recalls of the 11-point form: 0, 0.1, … 1. */
    public static final int RECALLS = 11;

    private SdsEvaluation() {}

    /**
     * Returns a recall of the 11-point form, bit for bit that of NumPy's {@code arange(0, 1.1, 0.1)}; so 3 of 10
     * objects do not reach recall 0.30000000000000004.
     *
     * @param index 0 .. 10
     */
    public static double recall(int index) {
        return index * 0.1;
    }

    /**
     * Evaluates detections.
     *
     * @param detections all of them, in any order
     * @throws IllegalArgumentException if an entry cannot be used
     */
    public static SdsResult evaluate(GroundTruth truth, Iterator<Detection> detections) {
        return evaluate(truth, detections, null);
    }

    /**
     * Evaluates detections and their replicates.
     *
     * @param weights of a bootstrap, or null
     * @throws IllegalArgumentException if an entry cannot be used
     */
    public static SdsResult evaluate(
            GroundTruth truth, Iterator<Detection> detections, @Nullable ImageWeights weights) {
        FaultLog faults = new FaultLog();
        SdsResult result = evaluate(truth, detections, weights, faults);
        Fault first = faults.first();
        if (first != null) {
            throw new IllegalArgumentException(first.message());
        }
        return result;
    }

    /**
     * Evaluates what can be used of detections.
     *
     * @param detections all of them, in any order
     * @param weights of a bootstrap, or null
     * @param faults receives the entries that cannot be used, which are left out
     */
    public static SdsResult evaluate(
            GroundTruth truth, Iterator<Detection> detections, @Nullable ImageWeights weights, FaultLog faults) {
        faults.addGroundTruth(truth);
        Map<Long, List<Detection>> byImage = new HashMap<>();
        detections.forEachRemaining(detection -> byImage.computeIfAbsent(detection.imageId(), id -> new ArrayList<>())
                .add(detection));
        Map<Long, SdsAccumulator> categories = new HashMap<>();
        truth.categories()
                .forEach(category -> categories.put(category.id(), new SdsAccumulator(category.id(), weights)));
        Set<Long> listed = Set.copyOf(categories.keySet());
        SdsMatcher matcher = new SdsMatcher();
        for (Image image : truth.images()) {
            List<Detection> found = byImage.remove(image.id());
            SdsMatcher.Matched matched =
                    matcher.match(image, truth.annotationsOf(image.id()), found == null ? List.of() : found, faults);
            matched.positives().forEach((id, count) -> {
                SdsAccumulator category = categories.get(id);
                if (category != null && listed.contains(id)) {
                    category.addObjects(image.id(), count);
                }
            });
            for (SdsCell cell : matched.cells()) {
                categories
                        .computeIfAbsent(cell.categoryId(), id -> new SdsAccumulator(id, weights))
                        .add(cell);
            }
        }
        byImage.values()
                .forEach(unlisted -> unlisted.forEach(
                        detection -> faults.addUnknownImage(detection.ordinal(), detection.imageId())));
        return SdsResult.of(
                truth.categories(),
                categories.values().stream().map(SdsAccumulator::reduce).toList(),
                weights);
    }

    /** The IoU threshold: the share that object and detection have in common of what they cover together. */
    public enum Threshold {
        HALF(0, 0.5),
        SEVEN_TENTHS(1, 0.7);

        private final int index;
        private final double overlap;

        Threshold(int index, double overlap) {
            this.index = index;
            this.overlap = overlap;
        }

        /** Returns the least IoU that is enough. */
        public double overlap() {
            return overlap;
        }

        /** Returns the position among the thresholds, from 0. */
        int index() {
            return index;
        }

        /** Returns the threshold's bit in an {@link SdsCell}. */
        long bit() {
            return 1L << index;
        }
    }

    /** The way in which a curve becomes one number. */
    public enum Form {
        /** Mean of the best precision at 11 recalls and beyond: VOC 2007, and MNC's released code. */
        ELEVEN_POINT(0, "11-point"),
        /** Area under the curve made falling from the right: VOC since 2010, and the code of SDS. */
        AREA(1, "area");

        private final int index;
        private final String label;

        Form(int index, String label) {
            this.index = index;
            this.label = label;
        }

        /** Returns the position among the forms, from 0. */
        int index() {
            return index;
        }

        /** Returns the name in tables and files: {@code 11-point} or {@code area}. */
        public String label() {
            return label;
        }
    }
}
