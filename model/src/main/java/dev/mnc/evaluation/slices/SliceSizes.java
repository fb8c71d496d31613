package dev.mnc.evaluation.slices;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.Counter;
import dev.mnc.evaluation.plan.CounterSpec;
import java.util.Arrays;

/** A counter of the images of the ground truth in each group of a column. For one thread. */
public final class SliceSizes implements Counter<SliceSizes> {

    private final transient Kind kind;
    private final long[] images;
    private long inTable;

    private SliceSizes(Kind kind) {
        this.kind = kind;
        this.images = new long[kind.groups.values(kind.column).size() + 1];
    }

    /**
     * The specification of the counter.
     *
     * @param matching any; the count does not depend on it
     * @param groups of images
     * @param column index of the column
     */
    public record Kind(Matching matching, ImageGroups groups, int column) implements CounterSpec<SliceSizes> {

        @Override
        public SliceSizes start(LongIndex categories) {
            return new SliceSizes(this);
        }

        @Override
        public Class<SliceSizes> counterClass() {
            return SliceSizes.class;
        }
    }

    @Override
    public void add(ImageMatch image) {
        images[kind.groups.group(kind.column, image.imageId())]++;
        inTable += kind.groups.has(image.imageId()) ? 1 : 0;
    }

    @Override
    public void add(SliceSizes other) {
        Arrays.setAll(images, group -> images[group] + other.images[group]);
        inTable += other.inTable;
    }

    /** Returns the number of images of a group. */
    public long images(int group) {
        return images[group];
    }

    /** Returns the number of images of all groups that the table has. */
    public long inTable() {
        return inTable;
    }
}
