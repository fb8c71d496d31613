package dev.mnc.dataset;

import static java.util.Objects.requireNonNull;

import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Polygon;
import java.io.Serializable;

/** The pixels of an object in one of COCO's forms; decoded only when the mask is requested. */
public sealed interface Segmentation extends Serializable {

    /**
     * Returns the mask.
     *
     * @param imageHeight rows of the image, px, or 0 if unknown; only polygons need it, a run-length text has its own
     * @param imageWidth columns of the image, px, or 0 if unknown
     * @throws IllegalArgumentException if the segmentation is malformed, or a polygon's image size is unknown
     */
    Mask toMask(int imageHeight, int imageWidth);

    /** An outline of one or several rings. */
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
     * A compressed run-length text. It is checked when it is decoded.
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
     * A malformed segmentation. It is not an error yet, because an evaluation of boxes does not need it.
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

    /** Returns the compressed form of a mask. */
    static Compressed ofMask(Mask mask) {
        return new Compressed(mask.height(), mask.width(), mask.toCoco());
    }

    /** Returns the polygon of some rings, or a {@link Malformed} with the reason why they are none. */
    static Segmentation ofRings(double[]... rings) {
        try {
            return new Polygons(new Polygon(rings));
        } catch (IllegalArgumentException e) {
            return new Malformed(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the mask of uncompressed runs, or a {@link Malformed} with the reason why they are none. */
    static Segmentation ofRuns(int height, int width, int... runs) {
        try {
            return new Runs(Mask.ofRuns(height, width, runs));
        } catch (IllegalArgumentException e) {
            return new Malformed(String.valueOf(e.getMessage()));
        }
    }
}
