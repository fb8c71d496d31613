package dev.mnc.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.TestSession;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session is opened with. That of all tests stands for the one that would be made. */
@Tag("spark")
class SessionsTest {

    private static final Map<String, String> DEVICES =
            Map.of("spark.executor.resource.gpu.amount", "1", "spark.task.resource.gpu.amount", "0.5");

    @AfterEach
    void restore() {
        DEVICES.keySet().forEach(System::clearProperty);
        System.clearProperty("spark.master");
    }

    private static void openWithDevices(String master) {
        System.setProperty("spark.master", master);
        DEVICES.forEach(System::setProperty);
        assertThat(Sessions.open("label", Map.of())).isSameAs(TestSession.spark());
    }

    /** Which has none to assign, so that no task would ever start. */
    @ParameterizedTest
    @ValueSource(strings = {"local", "local[2]", "local[*]"})
    void aLocalMasterIsAskedForNoGpu(String master) {
        TestSession.spark();

        openWithDevices(master);

        assertThat(System.getProperties()).doesNotContainKeys(DEVICES.keySet().toArray());
    }

    @Test
    void aClusterIsAskedForGpus() {
        TestSession.spark();

        openWithDevices("spark://host:7077");

        assertThat(System.getProperties()).containsAllEntriesOf(DEVICES);
    }

    @Test
    void aLocalMasterTriesTasksAgainUnlessItIsToldHowOften() {
        assertThat(Sessions.repeating("local")).hasValue("local[1,4]");
        assertThat(Sessions.repeating("local[2]")).hasValue("local[2,4]");
        assertThat(Sessions.repeating("local[*]")).hasValue("local[*,4]");
        assertThat(Sessions.repeating("local[*,1]")).isEmpty();
        assertThat(Sessions.repeating("local-cluster[2,1,512]")).isEmpty();
        assertThat(Sessions.repeating("spark://host:7077")).isEmpty();
    }
}
