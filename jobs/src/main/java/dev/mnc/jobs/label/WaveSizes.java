package dev.mnc.jobs.label;

/**
 * The sizes of a run's waves. A wave is about five minutes of work at the rate seen so far, so that a kill costs minutes; and
 * it goes into as few files as keep every device busy, since readers of a table pay for every file.
 *
 * @param limit most images of a wave, at least 1
 * @param partitionsPerSlot most partitions of a wave for each slot, at least 1
 */
record WaveSizes(int limit, int partitionsPerSlot) {

    /** The least images of a file where there are enough of them. */
    static final int FILE_IMAGES = 256;

    private static final double WAVE_SECONDS = 300;
    private static final double FIRST_SECONDS = 60;
    /** The least images of a task in a run too small to fill files: fewer are not worth a task. */
    private static final int TASK_IMAGES = 4;
    /** The least images of a wave for each device, however slow it is. */
    private static final int DEVICE_IMAGES = 16;

    /**
     * The machines of a run as they are now.
     *
     * @param devices at least 1
     * @param slots tasks that run at once, at least 1
     */
    record Cluster(int devices, int slots) {}

    /**
     * Returns how many images the next wave takes.
     *
     * @param rate images per second so far; before the first wave ended, what the devices can do alone; 0 if unknown
     * @param first whether no wave has ended
     */
    int images(double rate, boolean first, Cluster cluster) {
        double wanted = rate <= 0
                ? (double) cluster.slots * FILE_IMAGES
                : Math.max(rate * (first ? FIRST_SECONDS : WAVE_SECONDS), (double) cluster.devices * DEVICE_IMAGES);
        return (int) Math.max(1, Math.min(limit, wanted));
    }

    /**
     * Returns into how many partitions a wave goes.
     *
     * @param images of the wave
     * @param all images of the run
     */
    int partitions(int images, long all, Cluster cluster) {
        int small = Math.min(cluster.slots, images / TASK_IMAGES);
        boolean isSmall = 2 * all < (long) FILE_IMAGES * cluster.slots; // full files would leave most slots idle
        int least = Math.max(1, isSmall ? small : Math.min(cluster.devices, cluster.slots));
        return (int) Math.max(least, Math.min((long) cluster.slots * partitionsPerSlot, images / FILE_IMAGES));
    }
}
