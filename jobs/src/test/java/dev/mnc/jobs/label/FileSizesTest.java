package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSizesTest {

    @ParameterizedTest(name = "{0} images, {1} slots, {2} wanted")
    @CsvSource({
        "4096, 2, 4, 2, 4",
        "4096, 16, 4, 16, 4",
        "4096, 17, 4, 17, 3",
        "4096, 64, 4, 64, 1",
        "4096, 400, 4, 256, 1",
        "25600, 400, 4, 400, 1",
        "4, 16, 4, 1, 1"
    })
    void dividesAWaveIntoFilesOfEnoughImages(int wave, int slots, int wanted, int used, int each) {
        assertThat(FileSizes.of(wave, slots, wanted)).isEqualTo(new FileSizes(wave, slots, used, each));
    }

    @Test
    void saysWhichWavesMakeLargerFiles() {
        assertThat(FileSizes.of(4096, 64, 4).note(1_000_000)).isEmpty();
        assertThat(FileSizes.of(4096, 400, 4).note(4095)).as("less than a wave").isEmpty();
        assertThat(FileSizes.of(4096, 400, 4).note(1_000_000))
                .contains("400 task slots and waves of 4096 images make files of about 16 images;"
                        + " --set label.wave-images=25600 makes larger ones");
    }
}
