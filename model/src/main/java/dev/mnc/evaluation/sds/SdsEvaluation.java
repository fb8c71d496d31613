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
 * mAP<sup>r</sup>, the metric of MNC's paper and of SDS before it: VOC's average precision with the overlap of masks.
 * Detections of a category are ranked over all images by falling score, then by image id and position (NumPy's unstable
 * sort in the released code leaves the order of equal scores to chance).
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
     * A recall of the 11-point form, bit for bit that of NumPy's {@code arange(0, 1.1, 0.1)}; so 3 of 10 objects do not
     * reach recall 0.30000000000000004.
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
     * @param faults told of entries that cannot be used, which are left out
     */
    public static SdsResult evaluate(
            GroundTruth truth, Iterator<Detection> detections, @Nullable ImageWeights weights, FaultLog faults) {
        faults.groundTruth(truth);
        Map<Long, List<Detection>> byImage = new HashMap<>();
        detections.forEachRemaining(detection -> byImage.computeIfAbsent(detection.imageId(), id -> new ArrayList<>())
                .add(detection));
        Map<Long, SdsAccumulator> categories = new HashMap<>();
        truth.categories().forEach(its -> categories.put(its.id(), new SdsAccumulator(its.id(), weights)));
        Set<Long> listed = Set.copyOf(categories.keySet());
        SdsMatcher matcher = new SdsMatcher();
        for (Image image : truth.images()) {
            List<Detection> found = byImage.remove(image.id());
            SdsMatcher.Matched matched =
                    matcher.match(image, truth.annotationsOf(image.id()), found == null ? List.of() : found, faults);
            matched.wanted().forEach((id, count) -> {
                SdsAccumulator category = categories.get(id);
                if (category != null && listed.contains(id)) {
                    category.want(image.id(), count);
                }
            });
            for (SdsCell cell : matched.cells()) {
                categories
                        .computeIfAbsent(cell.categoryId(), id -> new SdsAccumulator(id, weights))
                        .add(cell);
            }
        }
        byImage.values()
                .forEach(nowhere ->
                        nowhere.forEach(detection -> faults.unknownImage(detection.ordinal(), detection.imageId())));
        return SdsResult.of(
                truth.categories(),
                categories.values().stream().map(SdsAccumulator::reduce).toList(),
                weights);
    }

    /** How much of an object and its detection together both must cover for it to be found. */
    public enum Threshold {
        HALF(0, 0.5),
        SEVEN_TENTHS(1, 0.7);

        private final int index;
        private final double overlap;

        Threshold(int index, double overlap) {
            this.index = index;
            this.overlap = overlap;
        }

        /** The least overlap that is enough. */
        public double overlap() {
            return overlap;
        }

        /** Position among the thresholds, from 0. */
        int index() {
            return index;
        }

        /** The threshold's bit in a {@link SdsCell}. */
        long bit() {
            return 1L << index;
        }
    }

    /** How a curve becomes one number. */
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

        /** Position among the forms, from 0. */
        int index() {
            return index;
        }

        /** The name in tables and files: {@code 11-point} or {@code area}. */
        public String label() {
            return label;
        }
    }
}
