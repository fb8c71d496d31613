package dev.mnc.jobs.label;

import dev.mnc.schemas.ImageRef;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * How the work is cut: into waves of consecutive images, each wave into partitions of about equal bytes. The same images
 * and settings always give the same plan.
 *
 * @param waves each at least one image
 */
record LabelPlan(List<Wave> waves) {

    /** What opening a file costs beside its bytes; keeps a thousand tiny files from looking like nothing. */
    private static final long FILE_COST_BYTES = 64 * 1024;

    /**
     * One Spark job.
     *
     * @param number counts from 0
     * @param partitions each at least one image, in plan order
     */
    record Wave(int number, List<List<ImageRef>> partitions) implements Serializable {

        int images() {
            return partitions.stream().mapToInt(List::size).sum();
        }
    }

    /**
     * @param images in plan order
     * @param waveImages images in a wave, at least 1
     * @param partitionsPerWave at most this many partitions, at least 1
     */
    static LabelPlan of(List<ImageRef> images, int waveImages, int partitionsPerWave) {
        List<Wave> waves = new ArrayList<>();
        for (int from = 0; from < images.size(); from += waveImages) {
            List<ImageRef> wave = images.subList(from, Math.min(images.size(), from + waveImages));
            waves.add(new Wave(waves.size(), balanced(wave, Math.min(partitionsPerWave, wave.size()))));
        }
        return new LabelPlan(List.copyOf(waves));
    }

    /** Longest first, each to the partition with the least so far. */
    private static List<List<ImageRef>> balanced(List<ImageRef> images, int count) {
        List<Load> loads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            loads.add(new Load(i));
        }
        PriorityQueue<Load> lightest = new PriorityQueue<>(
                Comparator.comparingLong((Load l) -> l.bytes).thenComparingInt(l -> l.number));
        lightest.addAll(loads);
        List<Integer> longestFirst = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            longestFirst.add(i);
        }
        longestFirst.sort(Comparator.comparingLong((Integer i) -> -images.get(i).sizeBytes()));
        for (int i : longestFirst) {
            Load load = lightest.remove();
            load.images.add(i);
            load.bytes += images.get(i).sizeBytes() + FILE_COST_BYTES;
            lightest.add(load);
        }
        return loads.stream()
                .map(load -> load.images.stream().sorted().map(images::get).toList())
                .toList();
    }

    private static final class Load {
        private final int number;
        private final List<Integer> images = new ArrayList<>();
        private long bytes;

        private Load(int number) {
            this.number = number;
        }
    }
}
