package dev.mnc.dataset;

import static java.util.Objects.requireNonNull;

import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Polygon;
import java.io.Serializable;

/** The pixels of an object in one of the forms COCO writes; decoded only when somebody asks for the mask. */
public sealed interface Segmentation extends Serializable {

    /**
     * The pixels.
     *
     * @param imageHeight rows of the image, px, or 0 if unknown; only polygons need it, a run-length text has its own
     * @param imageWidth columns of the image, px, or 0 if unknown
     * @throws IllegalArgumentException if the segmentation is malformed, or a polygon's image size is unknown
     */
    Mask toMask(int imageHeight, int imageWidth);

    /** One or several rings. */
    record Polygons(Polygon polygon) implements Segmentation {

        public Polygons {
            requireNonNull(polygon, "polygon");
        }

        @Override
        public Mask toMask(int imageHeight, int imageWidth) {
            if (imageHeight == 0 || imageWidth == 0) {
                throw new IllegalArgumentException("a polygon needs the height and width of its image");
            }
            return polygon.toMask(imageHeight, imageWidth);
        }
    }

    /**
     * A compressed run-length text. Whether it is well-formed shows when it is decoded.
     *
     * @param height rows, px
     * @param width columns, px
     * @param counts see {@link Mask#ofCoco}
     */
    record Compressed(int height, int width, String counts) implements Segmentation {

        public Compressed {
            requireNonNull(counts, "counts");
        }

        @Override
        public Mask toMask(int imageHeight, int imageWidth) {
            return Mask.ofCoco(height, width, counts);
        }
    }

    /** Run lengths that were not compressed. */
    record Runs(Mask mask) implements Segmentation {

        public Runs {
            requireNonNull(mask, "mask");
        }

        @Override
        public Mask toMask(int imageHeight, int imageWidth) {
            return mask;
        }
    }

    /**
     * A segmentation that has no meaning: kept, because an evaluation of boxes does not need it.
     *
     * @param reason what is wrong with it
     */
    record Malformed(String reason) implements Segmentation {

        public Malformed {
            requireNonNull(reason, "reason");
        }

        @Override
        public Mask toMask(int imageHeight, int imageWidth) {
            throw new IllegalArgumentException(reason);
        }
    }

    /** The compressed form of a mask. */
    static Compressed ofMask(Mask mask) {
        return new Compressed(mask.height(), mask.width(), mask.toCoco());
    }

    /** The polygon, or why it is none. */
    static Segmentation ofRings(double[]... rings) {
        try {
            return new Polygons(new Polygon(rings));
        } catch (IllegalArgumentException e) {
            return new Malformed(String.valueOf(e.getMessage()));
        }
    }

    /** The mask of uncompressed runs, or why they are none. */
    static Segmentation ofRuns(int height, int width, int... runs) {
        try {
            return new Runs(Mask.ofRuns(height, width, runs));
        } catch (IllegalArgumentException e) {
            return new Malformed(String.valueOf(e.getMessage()));
        }
    }
}
