package dev.mnc.jobs.corpus;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.schemas.ImageRef;
import java.util.Locale;

/** The refusal of a listing in which two images have one id. */
public final class DoubleIds {

    private DoubleIds() {}

    /** Returns the refusal, which names both. */
    public static OperatorException refusal(ImageRef one, ImageRef other) {
        return OperatorException.usage(
                String.format(
                        Locale.ROOT,
                        "\"%s\" and \"%s\" have the same image id %d",
                        one.fileName(),
                        other.fileName(),
                        one.imageId()),
                "name each image once; ids are taken from names unless a COCO json or a manifest gives them");
    }
}
