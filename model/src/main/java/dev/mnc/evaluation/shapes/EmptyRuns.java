package dev.mnc.evaluation.shapes;

import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;

/** The IoU of two masks as pycocotools 2.0.11 computes it when both have empty runs: it may stop too early. */
final class EmptyRuns {

    private EmptyRuns() {}

    /**
     * Returns what {@code rleIou} of maskApi.c does for masks of one size whose boxes overlap; run for run, its defect
     * included.
     */
    static double iou(Mask mask, Mask truth, Overlap crowd) {
        long left = mask.run(0);
        long leftOfTruth = truth.run(0);
        int next = 1;
        int nextOfTruth = 1;
        boolean inside = false;
        boolean insideTruth = false;
        long both = 0;
        long either = 0;
        do {
            long step = Math.min(left, leftOfTruth);
            either += inside || insideTruth ? step : 0;
            both += inside && insideTruth ? step : 0;
            left -= step;
            leftOfTruth -= step;
            if (left == 0 && next < mask.runCount()) {
                left = mask.run(next++);
                inside = !inside;
            }
            if (leftOfTruth == 0 && nextOfTruth < truth.runCount()) {
                leftOfTruth = truth.run(nextOfTruth++);
                insideTruth = !insideTruth;
            }
            // Two empty runs at once look like the end of both masks.
        } while (left + leftOfTruth > 0);
        if (both == 0) {
            return 0;
        }
        return (double) both / (crowd == Overlap.CROWD ? mask.area() : either);
    }
}
