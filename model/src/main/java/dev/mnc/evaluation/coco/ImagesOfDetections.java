package dev.mnc.evaluation.coco;

import dev.mnc.dataset.columns.DetectionColumns;
import java.util.Arrays;
import java.util.List;

/** Which detections belong to which image: two counting passes and four bytes a detection. */
final class ImagesOfDetections {

    private final List<DetectionColumns> columns;
    private final int[] starts;
    private final int[] order;
    private final int[] bases;

    /**
     * @param images the known ones
     * @param faults told of detections of others
     */
    ImagesOfDetections(List<DetectionColumns> columns, LongIndex images, FaultLog faults) {
        this.columns = columns;
        this.bases = new int[columns.size() + 1];
        for (int block = 0; block < columns.size(); block++) {
            bases[block + 1] = Math.addExact(bases[block], columns.get(block).count());
        }
        int[] imageOf = new int[bases[columns.size()]];
        this.starts = new int[images.size() + 2];
        for (int block = 0; block < columns.size(); block++) {
            DetectionColumns part = columns.get(block);
            int known = -1;
            for (int i = 0; i < part.count(); i++) {
                long id = part.imageId(i);
                if (known < 0 || images.id(known) != id) {
                    known = images.of(id);
                }
                imageOf[bases[block] + i] = known;
                if (known < 0) {
                    faults.unknownImage(part.ordinal(i), id);
                } else {
                    starts[known + 2]++;
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
    }

    void forEach(int image, ImageSource.Taker taker) {
        int block = 0;
        for (int i = starts[image]; i < starts[image + 1]; i++) {
            int detection = order[i];
            if (detection < bases[block] || detection >= bases[block + 1]) {
                block = blockOf(detection);
            }
            taker.take(columns.get(block), detection - bases[block]);
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
