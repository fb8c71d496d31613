package dev.mnc.pages;

import static java.util.Objects.requireNonNull;

import dev.mnc.geometry.Mask;
import dev.mnc.schemas.Category;

/**
 * An annotated object that is no crowd.
 *
 * @param category of the object
 * @param mask whole-image mask
 */
public record AnnotatedObject(Category category, Mask mask) {

    public AnnotatedObject {
        requireNonNull(category, "category");
        requireNonNull(mask, "mask");
    }
}
