package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.label.WaveDivision.Place;
import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaveDivisionTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void holdsEveryImageOnceInBalancedPartitions(long seed) {
        Random random = new Random(seed);
        List<ImageRef> images = new ArrayList<>();
        int count = 1 + random.nextInt(300);
        long largest = 0;
        for (int i = 0; i < count; i++) {
            long size = random.nextInt(2_000_000);
            largest = Math.max(largest, size + 65_536);
            images.add(new ImageRef(i, "file:///" + i, i + "", size, null));
        }
        int partitions = 1 + random.nextInt(10);

        List<PackedImages> cut = WaveDivision.of(images, partitions, partitions, Place.BEFORE_OTHERS);

        assertThat(cut).isEqualTo(WaveDivision.of(images, partitions, partitions, Place.BEFORE_OTHERS));
        assertThat(cut).hasSizeLessThanOrEqualTo(partitions).noneMatch(List::isEmpty);
        List<Long> loads = cut.stream()
                .map(partition -> partition.stream()
                        .mapToLong(image -> image.sizeBytes() + 65_536)
                        .sum())
                .toList();
        // Longest-first never leaves one partition more than the longest file above another.
        assertThat(loads.stream().max(Long::compare).orElseThrow()
                        - loads.stream().min(Long::compare).orElseThrow())
                .isLessThanOrEqualTo(largest);
        assertThat(cut.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(images);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void keepsNeighboursOfAnArchiveTogether(long seed) {
        Random random = new Random(seed);
        List<ImageRef> images = new ArrayList<>();
        int count = 20 + random.nextInt(300);
        long largest = 0;
        for (int i = 0; i < count; i++) {
            long size = random.nextInt(2_000_000);
            largest = Math.max(largest, size + 65_536);
            images.add(new ImageRef(i, "file:///a.tar", i + "", size, null, new ImageRef.Range(i * 2_000_000L)));
        }
        int partitions = 1 + random.nextInt(20);

        List<PackedImages> cut = WaveDivision.of(images, partitions, partitions, Place.BEFORE_OTHERS);

        assertThat(cut.stream().flatMap(List::stream)).containsExactlyElementsOf(images);
        assertThat(cut).hasSize(partitions).noneMatch(List::isEmpty);
        long total =
                images.stream().mapToLong(image -> image.sizeBytes() + 65_536).sum();
        for (List<ImageRef> run : cut) {
            long load =
                    run.stream().mapToLong(image -> image.sizeBytes() + 65_536).sum();
            assertThat(load).isBetween(total / partitions - largest, total / partitions + largest);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void leavesNoPartitionEmptyWhereArchivesAndFilesAreMixed(long seed) {
        Random random = new Random(seed);
        List<ImageRef> images = new ArrayList<>();
        int count = 1 + random.nextInt(100);
        for (int i = 0; i < count; i++) {
            ImageRef.Part part = random.nextInt(3) == 0 ? null : new ImageRef.Range(i);
            images.add(new ImageRef(
                    i, "file:///" + i, i + "", random.nextInt(part == null ? 9_000_000 : 900), null, part));
        }
        int partitions = 1 + random.nextInt(80);

        List<PackedImages> cut = WaveDivision.of(images, partitions, partitions, Place.BEFORE_OTHERS);

        assertThat(cut).hasSize(Math.min(partitions, count)).noneMatch(List::isEmpty);
        assertThat(cut.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(images);
    }

    @Test
    void theFirstPartitionsEndOneAfterTheOther() {
        List<ImageRef> images = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            images.add(new ImageRef(i, "file:///" + i, i + "", 100_000, null));
        }

        List<PackedImages> cut = WaveDivision.of(images, 4, 8, Place.BEFORE_OTHERS);

        // Shares of 1, 2, 3 and 4 quarters, then four whole ones: 6.5 in all.
        assertThat(cut.stream().map(List::size))
                .zipSatisfy(
                        List.of(38, 77, 115, 154, 154, 154, 154, 154),
                        (size, wanted) -> assertThat(size).isBetween(wanted - 1, wanted + 1));
    }

    @Test
    void theLastPartitionsAreShortWhereDevicesAreSeveral() {
        List<ImageRef> images = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            images.add(new ImageRef(i, "file:///" + i, i + "", 100_000, null));
        }

        // Shares of a half and a whole one, then whole ones, the last two of them in four pieces each.
        assertThat(WaveDivision.of(images, 2, 6, Place.LAST).stream().map(List::size))
                .zipSatisfy(
                        List.of(91, 182, 182, 182, 91, 91, 45, 45, 23, 23, 23, 23),
                        (size, wanted) -> assertThat(size).isBetween(wanted - 1, wanted + 1));
    }

    @Test
    void aTaskForEachSlotIsOfOneSize() {
        List<ImageRef> images = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            images.add(new ImageRef(i, "file:///" + i, i + "", 100_000, null));
        }

        assertThat(WaveDivision.of(images, 4, 4, Place.LAST))
                .extracting(List::size)
                .containsExactly(10, 10, 10, 10);
    }
}
