package dev.mnc.model.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.ConfigProto;

@Tag("tensorflow")
class SessionDeviceTest {

    @Test
    void aGpuIsTheOnlyOneAndGrows() {
        ConfigProto config = SessionConfig.of(3, new SessionDevice.Gpu(2, 0.75));

        assertThat(config.getGpuOptions().getVisibleDeviceList()).isEqualTo("2");
        assertThat(config.getGpuOptions().getAllowGrowth()).isTrue();
        assertThat(config.getGpuOptions().getPerProcessGpuMemoryFraction()).isEqualTo(0.75);
        assertThat(config.getAllowSoftPlacement()).isTrue();
        assertThat(config.getDeviceCountMap()).isEmpty();
        assertThat(config.getIntraOpParallelismThreads()).isEqualTo(3);
    }

    @Test
    void theProcessorLeavesGpusAlone() {
        ConfigProto config = SessionConfig.of(3, SessionDevice.CPU);

        assertThat(config.getDeviceCountMap()).containsOnlyKeys("GPU").containsEntry("GPU", 0);
        assertThat(config.hasGpuOptions()).isFalse();
    }

    @Test
    void withoutAnAssignmentTensorFlowChooses() {
        ConfigProto config = SessionConfig.ofThreads(3);

        assertThat(config.getDeviceCountMap()).isEmpty();
        assertThat(config.hasGpuOptions()).isFalse();
        assertThat(config.getAllowSoftPlacement()).isFalse();
    }

    @Test
    void refusesWhatIsNoGpu() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SessionDevice.Gpu(-1, 0.9))
                .withMessage("the index of a GPU must be >= 0, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SessionDevice.Gpu(0, 1.5))
                .withMessage("the share of a GPU's memory must be in (0, 1], got 1.5");
    }

    @Test
    void tensorFlowListsItsDevices() {
        assertThat(TensorFlowDevices.types(SessionConfig.ofThreads(1))).contains("CPU");
        assertThat(TensorFlowDevices.types(SessionConfig.ofThreads(1).toBuilder()
                        .putDeviceCount("CPU", 3)
                        .build()))
                .as("the configuration reaches TensorFlow")
                .containsExactly("CPU", "CPU", "CPU");
    }
}
