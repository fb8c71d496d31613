package dev.mnc.jobs.maintenance;

import java.util.ArrayList;
import java.util.List;

/**
 * The images of one run by a hash of their address, each with the number of instances that its row promises. Twelve bytes an
 * image and as many again for room: all are in memory, since rows of one image may be in any two files. Safe for use by
 * several threads.
 */
final class ImageCounts {

    private static final int SAMPLES = 5;
    private static final long ABSENT = 0;

    private long[] hashes;
    private int[] missing;
    private int size;
    private long doubled;
    private long strangers;
    private final List<String> doubledSamples = new ArrayList<>();
    private final List<String> strangerSamples = new ArrayList<>();

    /** @param images about how many there will be */
    ImageCounts(long images) {
        int capacity = Integer.highestOneBit((int) Math.min(1 << 29, Math.max(16, images * 4 / 3))) << 1;
        this.hashes = new long[capacity];
        this.missing = new int[capacity];
    }

    /**
     * Adds the row of an image.
     *
     * @param instances that its row says there are
     */
    synchronized void add(String address, int instances) {
        if (size > hashes.length / 4 * 3) {
            grow();
        }
        long hash = hash(address);
        int slot = slot(hash);
        if (hashes[slot] == hash) {
            doubled++;
            sample(doubledSamples, address);
            return;
        }
        hashes[slot] = hash;
        missing[slot] = instances;
        size++;
    }

    /** Takes an instance of an image off the number that is promised. */
    synchronized void found(String address) {
        long hash = hash(address);
        int slot = slot(hash);
        if (hashes[slot] == hash) {
            missing[slot]--;
        } else {
            strangers++;
            sample(strangerSamples, address);
        }
    }

    private static void sample(List<String> samples, String address) {
        if (samples.size() < SAMPLES && !samples.contains(address)) {
            samples.add(address);
        }
    }

    /** Returns what is wrong, in sentences. */
    synchronized List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (doubled > 0) {
            faults.add(Quantity.of(doubled, "row") + " too many of images that have one, e.g. "
                    + String.join(", ", doubledSamples));
        }
        if (strangers > 0) {
            faults.add(Quantity.of(strangers, "instance") + " of images that have no row, e.g. "
                    + String.join(", ", strangerSamples));
        }
        long wrong = 0;
        for (int slot = 0; slot < hashes.length; slot++) {
            wrong += hashes[slot] != ABSENT && missing[slot] != 0 ? 1 : 0;
        }
        if (wrong > 0) {
            faults.add(Quantity.of(wrong, "image") + " with another number of instances than instance_count says");
        }
        return faults;
    }

    private int slot(long hash) {
        int mask = hashes.length - 1;
        int slot = (int) hash & mask;
        while (hashes[slot] != ABSENT && hashes[slot] != hash) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldHashes = hashes;
        int[] oldMissing = missing;
        hashes = new long[2 * oldHashes.length];
        missing = new int[hashes.length];
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != ABSENT) {
                int slot = slot(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                missing[slot] = oldMissing[i];
            }
        }
    }

    /** Returns FNV-1a of the characters with its bits mixed; two of 10^7 addresses are the same in 3 of a million runs. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        return hash == ABSENT ? 1 : hash;
    }
}
