package dev.mnc.jobs.label;

import dev.mnc.jobs.label.WaveDivision.Place;
import dev.mnc.jobs.runs.RunLog;
import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The waves of a run that are still to do: consecutive images of its plan that no commit holds, as many as a wave takes now.
 * The plan is read as waves are taken, so that only those in flight are in memory. Several threads may take.
 */
final class WaveQueue {

    private final Iterator<ImageRef> plan;
    private final RunLog log;
    private final long all;
    private final WaveSizes sizes;
    private final Supplier<WaveSizes.Cluster> cluster;
    private final DoubleSupplier rate;
    private long position;
    private int taken;
    private boolean stopped;

    /**
     * @param plan all images of the run, in order
     * @param log of the run as it was before the first wave is taken
     * @param all number of images in the plan
     * @param cluster as it is when asked
     * @param rate see {@link WaveSizes#images}
     */
    WaveQueue(
            Iterator<ImageRef> plan,
            RunLog log,
            long all,
            WaveSizes sizes,
            Supplier<WaveSizes.Cluster> cluster,
            DoubleSupplier rate) {
        this.plan = plan;
        this.log = log;
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
    record Wave(int number, long first, String firstUri, String lastUri, List<List<ImageRef>> partitions) {

        int images() {
            return partitions.stream().mapToInt(List::size).sum();
        }
    }

    /** Returns the next wave, null if there is none or the run is to stop. */
    synchronized @Nullable Wave next() {
        WaveSizes.Cluster now = cluster.get();
        int size = sizes.images(rate.getAsDouble(), taken == 0, now);
        List<ImageRef> images = new ArrayList<>();
        long first = position;
        while (!stopped && images.size() < size && plan.hasNext()) {
            if (!log.holds(position)) {
                images.add(plan.next());
            } else if (images.isEmpty()) {
                ImageRef unused = plan.next();
                first = position + 1;
            } else {
                break;
            }
            position++;
        }
        if (images.isEmpty()) {
            return null;
        }
        boolean alone = now.devices() == 1 || plan.hasNext();
        List<List<ImageRef>> partitions = WaveDivision.of(
                images,
                now.slots(),
                sizes.partitions(images.size(), all, now),
                alone ? Place.BEFORE_OTHERS : Place.LAST);
        String last = images.get(images.size() - 1).address();
        return new Wave(taken++, first, images.get(0).address(), last, partitions);
    }

    /** Lets nobody take another wave. */
    synchronized void stop() {
        stopped = true;
    }
}
