package dev.mnc.training;

import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.training.targets.InstanceBitmap;
import java.util.List;

/**
 * An image with its ground truth, ready for a training step. Crowd regions are not among its instances.
 *
 * @param name file name, for messages
 * @param input the scaled pixels
 * @param truthBoxes {@code [G, 4]} inclusive corners of each instance's tight box, px of the scaled image
 * @param classes network class of each instance, 1 .. C-1
 * @param truths each instance's mask, px of the original image
 */
record TrainingImage(String name, NetworkInput input, float[] truthBoxes, int[] classes, List<InstanceBitmap> truths) {

    /** Returns the mirrored image with mirrored boxes and masks. */
    TrainingImage mirrored() {
        int width = input.width();
        float[] pixels = input.pixels().values();
        float[] flipped = new float[pixels.length];
        for (int row = 0; row < input.height(); row++) {
            for (int column = 0; column < width; column++) {
                System.arraycopy(
                        pixels, (row * width + column) * 3, flipped, (row * width + width - 1 - column) * 3, 3);
            }
        }
        // The last column of the stored image in the coordinates of boxes: corners are scaled, not centres of pixels.
        float last = (input.originalWidth() - 1) * input.scale();
        float[] boxes = truthBoxes.clone();
        for (int i = 0; i < boxes.length; i += 4) {
            boxes[i] = last - truthBoxes[i + 2];
            boxes[i + 2] = last - truthBoxes[i];
        }
        NetworkInput mirror = new NetworkInput(
                Pixels.of(flipped),
                input.height(),
                width,
                input.scale(),
                input.originalHeight(),
                input.originalWidth(),
                input.bucket());
        List<InstanceBitmap> masks = truths.stream()
                .map(truth -> truth.mirrored(input.originalWidth()))
                .toList();
        return new TrainingImage(name, mirror, boxes, classes, masks);
    }
}
