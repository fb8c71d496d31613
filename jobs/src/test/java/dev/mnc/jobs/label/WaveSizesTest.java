package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.label.WaveSizes.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaveSizesTest {

    private static final WaveSizes SIZES = new WaveSizes(262_144, 4);

    @ParameterizedTest(name = "{0} images/s, {1} devices, {2} slots")
    @CsvSource({
        "20, 1, 4, 6000", // five minutes
        "0.01, 1, 4, 16",
        "0.01, 3, 4, 48", // enough for each device
        "5000, 400, 400, 262144", // the limit
    })
    void aWaveIsFiveMinutesOfWork(double rate, int devices, int slots, int images) {
        assertThat(SIZES.images(rate, false, new Cluster(devices, slots))).isEqualTo(images);
    }

    @Test
    void theFirstWaveIsAMinuteByWhatTheModelCanDo() {
        assertThat(SIZES.images(20, true, new Cluster(1, 4))).isEqualTo(1200);
        assertThat(SIZES.images(0, true, new Cluster(16, 64)))
                .as("nobody knows how fast the model is")
                .isEqualTo(64 * 256);
    }

    @ParameterizedTest(name = "{0} of {1} images, {2} devices, {3} slots")
    @CsvSource({
        "48, 48, 1, 2, 2", // a small run: all slots have work
        "20, 20, 1, 4, 4",
        "6, 6, 1, 4, 1",
        "4096, 100000, 1, 4, 16", // full files, as many as even out the slots' work
        "1000, 100000, 1, 4, 3",
        "300, 100000, 1, 4, 1", // a slow device: files of what it does in five minutes
        "300, 100000, 4, 4, 4", // but none of them is idle
        "102400, 1000000, 400, 400, 400",
        "100000, 100000, 1, 400, 390", // full files on most slots
        "50000, 50000, 1, 400, 400", // full files would leave most slots idle
    })
    void filesAreFewAndEveryDeviceHasWork(int images, long all, int devices, int slots, int partitions) {
        assertThat(SIZES.partitions(images, all, new Cluster(devices, slots))).isEqualTo(partitions);
    }

    @ParameterizedTest(name = "{0} slots")
    @CsvSource({"64, 4", "64, 64", "400, 50", "400, 400"})
    void filesOfALargeRunHold256ImagesInTheMean(int slots, int devices) {
        Cluster cluster = new Cluster(devices, slots);
        long left = 1_000_000;
        long files = 0;
        boolean first = true;
        while (left > 0) {
            int images = (int) Math.min(left, SIZES.images(10.0 * devices, first, cluster));
            files += SIZES.partitions(images, 1_000_000, cluster);
            left -= images;
            first = false;
        }

        assertThat(1_000_000.0 / files).isGreaterThanOrEqualTo(256);
    }
}
