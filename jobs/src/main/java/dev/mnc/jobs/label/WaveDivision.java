package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.ImagePacker;
import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The division of a wave's images into partitions of about equal bytes, the first ones and sometimes the very last ones
 * smaller. The same images always give the same partitions.
 */
final class WaveDivision {

    /**
     * The cost of opening a file, in bytes read meanwhile; without it a thousand tiny files would seem to cost nothing.
     */
    private static final long FILE_COST_BYTES = 64 * 1024;

    /**
     * Shares of a full partition that the last partitions of a slot get, so that no device works long alone at the end.
     */
    private static final double[] TAPER = {1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 8.0};

    private final List<ImageRef> images;
    private final List<Integer> parts = new ArrayList<>();
    private final List<Integer> objects = new ArrayList<>();
    /** The cost of each image; in an array, since a packed list makes an image each time it is asked for one. */
    private final long[] costs;

    private WaveDivision(List<ImageRef> images) {
        this.images = images;
        this.costs = new long[images.size()];
        for (int i = 0; i < costs.length; i++) {
            ImageRef image = images.get(i);
            costs[i] = image.sizeBytes() + FILE_COST_BYTES;
            (image.part() == null ? objects : parts).add(i);
        }
    }

    /** The place of a wave among those of its run: something follows it, or nothing. */
    enum Place {
        BEFORE_OTHERS,
        /** The last one, with several devices of which one may be left working alone. */
        LAST
    }

    /**
     * Returns the partitions, at least one image each.
     *
     * @param images of the wave, in plan order
     * @param slots tasks that run at once, at least 1
     * @param partitions about how many, at least 1
     */
    static List<PackedImages> of(List<ImageRef> images, int slots, int partitions, Place place) {
        double[] shares = shares(slots, partitions, place);
        return new WaveDivision(images).balanced(Arrays.copyOf(shares, Math.min(shares.length, images.size())));
    }

    /**
     * Distributes images over partitions: whole objects the largest first, each to the partition with the least so far;
     * before them parts of archives, in as many runs of neighbours as their share of the wave's bytes deserves, since
     * neighbours are read fastest one after the other.
     */
    private List<PackedImages> balanced(double[] shares) {
        int count = shares.length;
        List<List<Integer>> runs = runs(runCount(count));
        List<Load> loads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            loads.add(new Load(i, shares[i], i < runs.size() ? runs.get(i) : List.of()));
        }
        PriorityQueue<Load> lightest = new PriorityQueue<>(
                Comparator.comparingDouble((Load l) -> l.bytes / l.share).thenComparingInt(l -> l.number));
        lightest.addAll(loads);
        objects.sort(Comparator.comparingLong((Integer i) -> -costs[i]));
        for (int i : objects) {
            Load load = lightest.remove();
            load.add(i);
            lightest.add(load);
        }
        return loads.stream().map(Load::inOrder).toList();
    }

    /**
     * Returns the sizes of a wave's partitions, as shares of a full one. Tasks of one size that start together end
     * together, and while all of them commit no device has work; so the first ones are smaller, each a little larger
     * than the one before it. At the end of the last wave no work follows that would occupy one device while another
     * still has a task to do; so the last tasks are short where there are several devices.
     */
    private static double[] shares(int slots, int partitions, Place place) {
        if (partitions <= slots) {
            return DoubleStream.generate(() -> 1).limit(partitions).toArray();
        }
        boolean tapers = place == Place.LAST;
        IntStream firsts = IntStream.range(0, tapers ? partitions - slots : partitions);
        DoubleStream shares = firsts.mapToDouble(i -> i < slots ? (i + 1.0) / slots : 1);
        DoubleStream taper =
                IntStream.range(0, tapers ? slots * TAPER.length : 0).mapToDouble(i -> TAPER[i / slots]);
        return DoubleStream.concat(shares, taper).toArray();
    }

    private int runCount(int count) {
        double all = Arrays.stream(costs).sum();
        int share = (int) Math.ceil(cost(parts) / all * count);
        return Math.min(Math.min(parts.size(), count), Math.max(share, count - objects.size()));
    }

    /** Cuts neighbours into runs of about equal bytes, none of them empty. */
    private List<List<Integer>> runs(int count) {
        List<List<Integer>> runs = new ArrayList<>();
        long total = cost(parts);
        long before = 0;
        List<Integer> run = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            long cost = costs[parts.get(i)];
            int left = count - runs.size();
            boolean full = (before + cost / 2) * count >= total * (runs.size() + 1);
            if (!run.isEmpty() && left > 1 && (full || parts.size() - i < left)) {
                runs.add(run);
                run = new ArrayList<>();
            }
            run.add(parts.get(i));
            before += cost;
        }
        if (!run.isEmpty()) {
            runs.add(run);
        }
        return runs;
    }

    private long cost(List<Integer> some) {
        return some.stream().mapToLong(i -> costs[i]).sum();
    }

    private final class Load {
        private final int number;
        private final double share;
        private final List<Integer> own;
        private long bytes;

        private Load(int number, double share, List<Integer> own) {
            this.number = number;
            this.share = share;
            this.own = new ArrayList<>(own);
            this.bytes = cost(own);
        }

        private void add(int image) {
            own.add(image);
            bytes += costs[image];
        }

        private PackedImages inOrder() {
            Collections.sort(own);
            ImagePacker packer = ImagePacker.beside(images.get(own.get(0)));
            own.forEach(i -> packer.add(images.get(i)));
            return packer.asAdded();
        }
    }
}
