package dev.mnc.jobs.label;

import java.util.Locale;
import java.util.Optional;

/**
 * The division of a wave on a cluster, chosen so that its files hold enough images. Each partition of a wave becomes two
 * files, and readers of a table pay for every file.
 *
 * @param waveImages images in a wave
 * @param allSlots tasks that run at once
 * @param slots for which the wave is divided, at least 1; fewer than there are if files would be tiny
 * @param partitionsPerSlot partitions of each slot, at least 1
 */
record FileSizes(int waveImages, int allSlots, int slots, int partitionsPerSlot) {

    /** Images below which a partition is no longer cut to even out the slots' work. */
    private static final int GOOD = 64;

    /** Images below which some slots get no partition of a wave; the next wave, also in flight, has work for them. */
    private static final int LEAST = 16;

    /**
     * Returns the division of a wave.
     *
     * @param slots tasks that run at once, at least 1
     * @param wanted partitions a slot if files are large enough, at least 1
     */
    static FileSizes of(int waveImages, int slots, int wanted) {
        int used = Math.max(1, Math.min(slots, waveImages / LEAST));
        int each = (int) Math.max(1, Math.min(wanted, waveImages / ((long) used * GOOD)));
        return new FileSizes(waveImages, slots, used, each);
    }

    /**
     * Returns what the user should know of a run's files.
     *
     * @param images of the run
     */
    Optional<String> note(int images) {
        int inFile = waveImages / (slots * partitionsPerSlot);
        if (images < waveImages || inFile >= GOOD) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "%d task slots and waves of %d images make files of about %d images; --set label.wave-images=%d makes"
                        + " larger ones",
                allSlots,
                waveImages,
                inFile,
                (long) allSlots * GOOD));
    }
}
