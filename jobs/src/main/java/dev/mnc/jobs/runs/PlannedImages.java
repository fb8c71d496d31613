package dev.mnc.jobs.runs;

import dev.mnc.schemas.ImageRef;
import java.util.Iterator;

/** The images of a plan that are still to do, in their order. */
public interface PlannedImages extends Iterator<ImageRef> {

    /** Returns the position of the next image in the plan, from 0; to be called where there is a next one. */
    long position();

    /** Returns all images of a plan of which nothing is committed. */
    static PlannedImages all(Iterator<ImageRef> images) {
        return new PlannedImages() {
            private long position;

            @Override
            public long position() {
                return position;
            }

            @Override
            public boolean hasNext() {
                return images.hasNext();
            }

            @Override
            public ImageRef next() {
                ImageRef next = images.next();
                position++;
                return next;
            }
        };
    }
}
