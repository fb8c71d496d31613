package dev.mnc.pages;

import static java.util.Objects.requireNonNull;

import dev.mnc.geometry.Mask;
import dev.mnc.schemas.Category;

/**
 * One annotated object, not a crowd.
 *
 * @param category what it is
 * @param mask whole-image mask
 */
public record AnnotatedObject(Category category, Mask mask) {

    public AnnotatedObject {
        requireNonNull(category, "category");
        requireNonNull(mask, "mask");
    }
}
