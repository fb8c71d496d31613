package dev.mnc.jobs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.cascade.SessionDevice;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class DeviceAssignmentTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1", "01"})
    void acceptsOneGpuAnExecutor(String amount) {
        SparkConf conf = new SparkConf(false).set("spark.executor.resource.gpu.amount", amount);
        assertThatCode(() -> DeviceAssignment.requireOneGpu(conf)).doesNotThrowAnyException();
        assertThatCode(() -> DeviceAssignment.requireOneGpu(new SparkConf(false)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesTwoGpusAnExecutor() {
        SparkConf conf = new SparkConf(false).set("spark.executor.resource.gpu.amount", "12");
        assertThatThrownBy(() -> DeviceAssignment.requireOneGpu(conf))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.kind().exitCode()).isEqualTo(ExitCode.USAGE);
                    assertThat(e.remedy())
                            .isEqualTo(
                                    "set spark.executor.resource.gpu.amount=1 and take 12 times as many executors, each"
                                            + " with spark.task.resource.gpu.amount of 1/N for N task slots");
                })
                .hasMessage(
                        "spark.executor.resource.gpu.amount is 12, but TensorFlow uses one GPU for a whole process, so"
                                + " an executor can have only one");
    }

    @Test
    void aFakeGpuLeavesTensorFlowToTheProcessor() {
        assertThat(DeviceAssignment.of("node7", List.of("3"), 0.9, Map.of("MNC_FAKE_GPUS", "2,3")))
                .isEqualTo(new DeviceAssignment(new Device("node7", "3", Device.Kind.FAKE), SessionDevice.CPU));
    }

    @Test
    void refusesAGpuThatThisBuildCannotUse() {
        assertThatThrownBy(() -> DeviceAssignment.of("node7", List.of("3"), 0.9, Map.of()))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.kind().exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
                    assertThat(e.remedy())
                            .isEqualTo(
                                    "build with -Pgpu, or leave out the spark.executor.resource.gpu settings; for a test"
                                            + " without GPUs set MNC_FAKE_GPUS where executors start");
                })
                .hasMessage("Spark assigned GPU 3 on node7, but this build of mnc-spark computes on the CPU");
    }

    @ParameterizedTest(name = "address {0}, CUDA_VISIBLE_DEVICES {1}")
    @CsvSource({"3, , 3", "0, 5, 0", "5, 5, 0", "7, '4,7', 1", "GPU-8f, 'GPU-1a, GPU-8f', 1", "0, GPU-8f, 0"})
    void findsTheIndexOfAnAddress(String address, String visible, int index) {
        Map<String, String> environment = visible == null ? Map.of() : Map.of("CUDA_VISIBLE_DEVICES", visible);
        assertThat(DeviceAssignment.index("node7", address, environment)).isEqualTo(index);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4,7", "", "-1,2", "0"})
    void refusesAnAddressThatTheProcessDoesNotSee(String visible) {
        assertThatThrownBy(() -> DeviceAssignment.index("node7", "3", Map.of("CUDA_VISIBLE_DEVICES", visible)))
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("unset CUDA_VISIBLE_DEVICES where executors start: Spark says which GPU an"
                                        + " executor has"))
                .hasMessage("Spark assigned GPU 3 on node7, but CUDA_VISIBLE_DEVICES is \"" + visible + "\" there");
    }

    @Test
    void refusesAnAddressThatIsNoIndex() {
        assertThatThrownBy(() -> DeviceAssignment.index("node7", "GPU-8f", Map.of()))
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("use a discovery script that prints indices, such as"
                                        + " deploy/bin/discover-gpus.sh"))
                .hasMessage("Spark assigned the GPU \"GPU-8f\" on node7, which is no index of a GPU");
    }
}
