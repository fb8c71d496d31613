package dev.mnc.jobs.corpus;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.schemas.ImageRef;
import java.util.Locale;

/** The refusal of a listing in which an id or an image is there twice. */
public final class ListedTwice {

    private ListedTwice() {}

    /** Returns the refusal of two images with one id, which names both. */
    public static OperatorException id(ImageRef one, ImageRef other) {
        return OperatorException.usage(
                String.format(
                        Locale.ROOT,
                        "\"%s\" and \"%s\" have the same image id %d",
                        one.fileName(),
                        other.fileName(),
                        one.imageId()),
                "name each image once; ids are taken from names unless a COCO json or a manifest gives them");
    }

    /** Returns the refusal of one image under two ids: the label table knows images by their addresses. */
    public static OperatorException image(ImageRef one, ImageRef other) {
        return OperatorException.usage(
                String.format(
                        Locale.ROOT,
                        "%s is listed twice, with the image ids %d and %d",
                        one.address(),
                        one.imageId(),
                        other.imageId()),
                "name each image once");
    }
}
