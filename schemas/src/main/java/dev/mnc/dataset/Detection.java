package dev.mnc.dataset;

import dev.mnc.geometry.Box;
import org.jspecify.annotations.Nullable;

/**
 * A prediction, as in a COCO results file.
 *
 * @param ordinal position in its file or, where the labels come from a table, among the instances of its image, from 0;
 *     of two equal scores in an image the lower ordinal ranks first
 * @param imageId id of an image of the ground truth
 * @param categoryId id of a category
 * @param score any double; NaN ranks below everything
 * @param bbox the box, px, or null if the file has none
 * @param segmentation the pixels, or null if the file has none
 */
public record Detection(
        long ordinal,
        long imageId,
        long categoryId,
        double score,
        @Nullable Box bbox,
        @Nullable Segmentation segmentation) {}
