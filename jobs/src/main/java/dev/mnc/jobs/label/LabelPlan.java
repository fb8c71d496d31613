package dev.mnc.jobs.label;

import dev.mnc.schemas.ImageRef;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The division of the images into waves of consecutive images, and of each wave into partitions of about equal bytes,
 * the first ones and sometimes the very last ones smaller. The same images and settings always give the same plan.
 *
 * <p>The plan itself holds no images: a wave is computed by each call, so that the driver holds the images of the waves
 * in flight and no others.
 */
final class LabelPlan {

    /**
     * The cost of opening a file, in bytes read meanwhile; without it a thousand tiny files would seem to cost nothing.
     */
    private static final long FILE_COST_BYTES = 64 * 1024;

    /**
     * The images of one Spark job.
     *
     * @param number counts from 0
     * @param partitions at least one image each, in plan order
     */
    record Wave(int number, List<List<ImageRef>> partitions) implements Serializable {

        int images() {
            return partitions.stream().mapToInt(List::size).sum();
        }
    }

    /** The number of devices that the task slots feed: one or several. */
    enum Devices {
        ONE,
        SEVERAL
    }

    /**
     * Shares of a full partition that the last partitions of a slot get, so that no device works long alone at the end.
     */
    private static final double[] TAPER = {1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 8.0};

    private final List<ImageRef> images;
    private final int waveImages;
    private final Devices devices;
    private final int slots;
    private final int partitionsPerSlot;
    private final long bytes;

    private LabelPlan(List<ImageRef> images, int waveImages, Devices devices, int slots, int partitionsPerSlot) {
        this.images = images;
        this.waveImages = waveImages;
        this.devices = devices;
        this.slots = slots;
        this.partitionsPerSlot = partitionsPerSlot;
        this.bytes = images.stream().mapToLong(ImageRef::sizeBytes).sum();
    }

    /**
     * Returns the plan for some images.
     *
     * @param images in plan order; referred to by the plan, so they must not change
     * @param waveImages images in a wave, at least 1
     * @param devices that the slots feed
     * @param slots tasks that run at once, at least 1
     * @param partitionsPerSlot about how many partitions each slot gets in a wave, at least 1
     */
    static LabelPlan of(List<ImageRef> images, int waveImages, Devices devices, int slots, int partitionsPerSlot) {
        return new LabelPlan(images, waveImages, devices, slots, partitionsPerSlot);
    }

    /** Returns the number of images in all waves. */
    int images() {
        return images.size();
    }

    /** Returns the bytes of all images. */
    long bytes() {
        return bytes;
    }

    /** Returns the waves, at least one image each; {@code get} computes a wave anew, so hold it only while it runs. */
    List<Wave> waves() {
        return new AbstractList<>() {
            @Override
            public int size() {
                return (int) (((long) images.size() + waveImages - 1) / waveImages);
            }

            @Override
            public Wave get(int number) {
                int from = number * waveImages;
                int to = (int) Math.min(images.size(), (long) from + waveImages);
                List<ImageRef> wave = new ArrayList<>(images.subList(from, to));
                double[] shares = shares(number == size() - 1);
                return new Wave(number, balanced(wave, Arrays.copyOf(shares, Math.min(shares.length, wave.size()))));
            }
        };
    }

    /**
     * Distributes images over partitions: whole objects the largest first, each to the partition with the least so far;
     * before them parts of archives, in as many runs of neighbours as their share of the wave's bytes deserves, since
     * neighbours are read fastest one after the other.
     */
    private static List<List<ImageRef>> balanced(List<ImageRef> images, double[] shares) {
        int count = shares.length;
        List<Integer> parts = new ArrayList<>();
        List<Integer> objects = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            (images.get(i).part() == null ? objects : parts).add(i);
        }
        List<List<Integer>> runs = runs(images, parts, runCount(images, parts, count));
        List<Load> loads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            loads.add(new Load(i, shares[i], images, i < runs.size() ? runs.get(i) : List.of()));
        }
        PriorityQueue<Load> lightest = new PriorityQueue<>(
                Comparator.comparingDouble((Load l) -> l.bytes / l.share).thenComparingInt(l -> l.number));
        lightest.addAll(loads);
        objects.sort(Comparator.comparingLong((Integer i) -> -images.get(i).sizeBytes()));
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
    private double[] shares(boolean last) {
        int full = slots * partitionsPerSlot;
        if (partitionsPerSlot == 1) {
            return DoubleStream.generate(() -> 1).limit(full).toArray();
        }
        boolean tapers = last && devices == Devices.SEVERAL;
        IntStream firsts = IntStream.range(0, tapers ? full - slots : full);
        DoubleStream shares = firsts.mapToDouble(i -> i < slots ? (i + 1.0) / slots : 1);
        DoubleStream taper =
                IntStream.range(0, tapers ? slots * TAPER.length : 0).mapToDouble(i -> TAPER[i / slots]);
        return DoubleStream.concat(shares, taper).toArray();
    }

    private static int runCount(List<ImageRef> images, List<Integer> parts, int count) {
        int objects = images.size() - parts.size();
        double all = images.stream().mapToLong(LabelPlan::cost).sum();
        int share = (int) Math.ceil(cost(images, parts) / all * count);
        return Math.min(Math.min(parts.size(), count), Math.max(share, count - objects));
    }

    /** Cuts neighbours into runs of about equal bytes, none of them empty. */
    private static List<List<Integer>> runs(List<ImageRef> images, List<Integer> parts, int count) {
        List<List<Integer>> runs = new ArrayList<>();
        long total = cost(images, parts);
        long before = 0;
        List<Integer> run = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            long cost = cost(images.get(parts.get(i)));
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

    private static long cost(List<ImageRef> images, List<Integer> some) {
        return some.stream().mapToLong(i -> cost(images.get(i))).sum();
    }

    private static long cost(ImageRef image) {
        return image.sizeBytes() + FILE_COST_BYTES;
    }

    private static final class Load {
        private final int number;
        private final double share;
        private final List<ImageRef> all;
        private final List<Integer> images;
        private long bytes;

        private Load(int number, double share, List<ImageRef> all, List<Integer> images) {
            this.number = number;
            this.share = share;
            this.all = all;
            this.images = new ArrayList<>(images);
            this.bytes = cost(all, images);
        }

        private void add(int image) {
            images.add(image);
            bytes += cost(all.get(image));
        }

        private List<ImageRef> inOrder() {
            Collections.sort(images);
            return images.stream().map(all::get).toList();
        }
    }
}
