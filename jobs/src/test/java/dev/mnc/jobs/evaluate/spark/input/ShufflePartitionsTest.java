package dev.mnc.jobs.evaluate.spark.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class ShufflePartitionsTest {

    private static final long MIB = 1 << 20;

    @Test
    void littleDataIsNotSpreadOverTasksThatHaveNothingToDo() {
        assertThat(ShufflePartitions.of(0, 400)).isEqualTo(1);
        assertThat(ShufflePartitions.of(MIB / 2, 400)).isEqualTo(1);
        assertThat(ShufflePartitions.of(10 * MIB, 400)).isEqualTo(10);
    }

    @Test
    void everySlotHasSomePartitionsOnceTheyAreWorthIt() {
        assertThat(ShufflePartitions.of(200 * MIB, 2)).isEqualTo(8);
        assertThat(ShufflePartitions.of(200 * MIB, 16)).isEqualTo(64);
    }

    @Test
    void noPartitionIsTooLargeForTheMemoryOfATask() {
        assertThat(ShufflePartitions.of(512 * MIB, 2)).isEqualTo(8);
        assertThat(ShufflePartitions.of(512 * MIB + 1, 2)).isEqualTo(9);
        assertThat(ShufflePartitions.of(64_000 * MIB, 2)).isEqualTo(1000);
    }
}
