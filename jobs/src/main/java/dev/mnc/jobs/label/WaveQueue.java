package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.ImagePacker;
import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.label.WaveDivision.Place;
import dev.mnc.jobs.runs.PlannedImages;
import dev.mnc.schemas.ImageRef;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The waves of a run that are still to do: consecutive images of its plan that no commit holds, as many as a wave takes now.
 * The plan is read as waves are taken, so that only those in flight are in memory. Several threads may take.
 */
final class WaveQueue {

    private final PlannedImages plan;
    private final long all;
    private final WaveSizes sizes;
    private final Supplier<WaveSizes.Cluster> cluster;
    private final DoubleSupplier rate;
    private int taken;
    private boolean stopped;

    /**
     * @param plan the images of the run that are not committed, in order
     * @param all number of images in the plan
     * @param cluster as it is when asked
     * @param rate see {@link WaveSizes#images}
     */
    WaveQueue(PlannedImages plan, long all, WaveSizes sizes, Supplier<WaveSizes.Cluster> cluster, DoubleSupplier rate) {
        this.plan = plan;
        this.all = all;
        this.sizes = sizes;
        this.cluster = cluster;
        this.rate = rate;
    }

    /**
     * A wave: the images of one Spark job.
     *
     * @param number counts from 0 in this process
     * @param first position of its first image in the plan
     * @param firstUri address of that image
     * @param lastUri address of its last image
     * @param partitions at least one image each
     */
    record Wave(int number, long first, String firstUri, String lastUri, List<PackedImages> partitions) {

        int images() {
            return partitions.stream().mapToInt(PackedImages::size).sum();
        }
    }

    /** Returns the next wave, null if there is none or the run is to stop. */
    synchronized @Nullable Wave next() {
        WaveSizes.Cluster now = cluster.get();
        int size = sizes.images(rate.getAsDouble(), taken == 0, now);
        if (stopped || !plan.hasNext()) {
            return null;
        }
        long first = plan.position();
        ImageRef start = plan.next();
        ImagePacker packer = ImagePacker.beside(start);
        packer.add(start);
        int count = 1;
        while (count < size && plan.hasNext() && plan.position() == first + count) {
            packer.add(plan.next());
            count++;
        }
        PackedImages images = packer.asAdded();
        boolean alone = now.devices() == 1 || plan.hasNext();
        List<PackedImages> partitions = WaveDivision.of(
                images, now.slots(), sizes.partitions(count, all, now), alone ? Place.BEFORE_OTHERS : Place.LAST);
        return new Wave(
                taken++, first, images.get(0).address(), images.get(count - 1).address(), partitions);
    }

    /** Lets nobody take another wave. */
    synchronized void stop() {
        stopped = true;
    }
}
