package dev.mnc.jobs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class ExecutorMemoryTest {

    private static final long MIB = 1 << 20;

    private static void require(String master, Map<String, String> settings, long modelMib) {
        SparkConf conf = new SparkConf(false).set("spark.master", master);
        settings.forEach(conf::set);
        ExecutorMemory.of(conf).refusal("s3a://models/vgg16", modelMib * MIB).ifPresent(refusal -> {
            throw refusal;
        });
    }

    @Test
    void refusesWhatYarnGivesByDefault() {
        assertThatThrownBy(() -> require("yarn", Map.of("spark.executor.memory", "8g"), 500))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.kind().exitCode()).isEqualTo(ExitCode.USAGE);
                    assertThat(e.remedy()).isEqualTo("give at least --conf spark.executor.memoryOverhead=2g after --");
                })
                .hasMessage("an executor gets 819 MiB beside its heap of 8192 MiB (the larger of"
                        + " spark.executor.minMemoryOverhead and spark.executor.memoryOverheadFactor of the heap), but"
                        + " TensorFlow with the model s3a://models/vgg16 (500 MiB of files) needs at least 1512 MiB; YARN"
                        + " would end it");
    }

    @Test
    void refusesAnOverheadThatIsTooSmall() {
        assertThatThrownBy(() -> require("k8s://host", Map.of("spark.executor.memoryOverhead", "600"), 60))
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("give at least --conf spark.executor.memoryOverhead=2g after --"))
                .hasMessage("an executor gets 600 MiB beside its heap of 1024 MiB (spark.executor.memoryOverhead), but"
                        + " TensorFlow with the model s3a://models/vgg16 (60 MiB of files) needs at least 632 MiB;"
                        + " Kubernetes would end it");
    }

    @Test
    void acceptsWhatIsEnough() {
        for (Map<String, String> enough : List.of(
                Map.of("spark.executor.memoryOverhead", "2g"),
                Map.of("spark.executor.memoryOverheadFactor", "0.5", "spark.executor.memory", "2g"),
                Map.of("spark.executor.minMemoryOverhead", "632m"),
                Map.of("spark.executor.memory", "12g"))) {
            assertThatCode(() -> require("yarn", enough, 60)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "local-cluster[2,1,512]", "spark://host:7077"})
    void managersThatDoNotLookMayGiveAnything(String master) {
        assertThatCode(() -> require(master, Map.of(), 4000)).doesNotThrowAnyException();
    }
}
