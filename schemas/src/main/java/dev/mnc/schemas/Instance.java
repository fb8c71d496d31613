package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import dev.mnc.geometry.Mask;

/**
 * An object found on an image. Its box is the tight box of its mask.
 *
 * @param category of the object
 * @param score class probability, in [0, 1]
 * @param mask whole-image mask, px of the stored image (its EXIF orientation not applied), not empty
 */
public record Instance(Category category, double score, Mask mask) {

    public Instance {
        requireNonNull(category, "category");
        requireNonNull(mask, "mask");
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score must lie in [0, 1], got " + score);
        }
    }
}
