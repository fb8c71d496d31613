package dev.mnc.evaluation.coco;

import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.ImageSource;
import dev.mnc.evaluation.matching.LongIndex;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * An index of detections by image, each image's by rising ordinal, built in two counting passes; four bytes a
 * detection. The detections of a results file are in that order already, those of a table may come in any.
 */
final class ImagesOfDetections {

    private final List<DetectionColumns> columns;
    private final int[] starts;
    private final int[] order;
    private final int[] bases;

    /**
     * Builds the index.
     *
     * @param images ids of the images of the ground truth
     * @param faults receives the detections of other images
     */
    ImagesOfDetections(List<DetectionColumns> columns, LongIndex images, FaultLog faults) {
        this.columns = columns;
        this.bases = new int[columns.size() + 1];
        for (int block = 0; block < columns.size(); block++) {
            bases[block + 1] = Math.addExact(bases[block], columns.get(block).count());
        }
        int[] imageOf = new int[bases[columns.size()]];
        this.starts = new int[images.size() + 2];
        boolean rising = true;
        long before = Long.MIN_VALUE;
        for (int block = 0; block < columns.size(); block++) {
            DetectionColumns part = columns.get(block);
            int image = -1;
            for (int i = 0; i < part.count(); i++) {
                long id = part.imageId(i);
                rising &= part.ordinal(i) >= before;
                before = part.ordinal(i);
                if (image < 0 || images.id(image) != id) {
                    image = images.of(id);
                }
                imageOf[bases[block] + i] = image;
                if (image < 0) {
                    faults.addUnknownImage(part.ordinal(i), id);
                } else {
                    starts[image + 2]++;
                }
            }
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        this.order = new int[starts[images.size() + 1]];
        for (int i = 0; i < imageOf.length; i++) {
            if (imageOf[i] >= 0) {
                order[starts[imageOf[i] + 1]++] = i;
            }
        }
        if (!rising) {
            for (int image = 0; image < images.size(); image++) {
                arrange(starts[image], starts[image + 1]);
            }
        }
    }

    /** Puts the detections of one image into the order of their ordinals. */
    private void arrange(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (ordinal(order[i]) < ordinal(order[i - 1])) {
                int[] arranged = Arrays.stream(order, from, to)
                        .boxed()
                        .sorted(Comparator.comparingLong(this::ordinal))
                        .mapToInt(Integer::intValue)
                        .toArray();
                System.arraycopy(arranged, 0, order, from, arranged.length);
                return;
            }
        }
    }

    private long ordinal(int detection) {
        int block = blockOf(detection);
        return columns.get(block).ordinal(detection - bases[block]);
    }

    void forEach(int image, ImageSource.DetectionConsumer consumer) {
        int block = 0;
        for (int i = starts[image]; i < starts[image + 1]; i++) {
            int detection = order[i];
            if (detection < bases[block] || detection >= bases[block + 1]) {
                block = blockOf(detection);
            }
            consumer.accept(columns.get(block), detection - bases[block]);
        }
    }

    private int blockOf(int detection) {
        int low = 0;
        int high = columns.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            low = bases[middle] <= detection ? middle : low;
            high = bases[middle] <= detection ? high : middle - 1;
        }
        return low;
    }
}
