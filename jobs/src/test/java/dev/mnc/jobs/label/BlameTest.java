package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.FaultRow;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose fault it is that a run stopped: that of its machines, or ours. */
@Tag("spark")
@Tag("tensorflow")
class BlameTest {

    private static final String GOES_ON = "; then run the same command: it goes on with run night";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @BeforeEach
    void makesImages() throws IOException {
        Files.createDirectories(temporary.resolve("images"));
        for (int i = 0; i < 4; i++) {
            Files.write(temporary.resolve("images/" + i + ".png"), TestImages.png(20 + i, 10));
        }
    }

    /** What a model throws once it is at work. */
    private enum Fault implements Supplier<Throwable> {
        HEAP {
            @Override
            public Throwable get() {
                return new OutOfMemoryError("Java heap space");
            }
        },
        DEVICE {
            @Override
            public Throwable get() {
                return new IllegalStateException("planted: no kernel image");
            }
        }
    }

    private record Source(Fault fault) implements SquareSource {

        @Override
        public Predictor load() {
            return new PlantedPredictor(input -> {}, inputs -> fail(fault, inputs));
        }
    }

    /** A source that no task can be given: a defect of ours. */
    private record Unserializable(Object field) implements SquareSource {

        @Override
        public Predictor load() {
            throw new UnsupportedOperationException();
        }
    }

    private static void fail(Fault fault, List<NetworkInput> inputs) {
        Throwable thrown = fault.get();
        boolean isWarmUp = PlantedPredictor.isWarmUp(inputs);
        if (thrown instanceof Error error && !isWarmUp) {
            throw error;
        }
        if (thrown instanceof RuntimeException failure
                && (!isWarmUp || Thread.currentThread().getName().equals("mnc-device"))) {
            throw failure;
        }
    }

    private void label(PredictorSource source) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Settings settings = Settings.of(ConfigFactory.empty());
        new LabelImages(
                        TestSession.spark(),
                        source,
                        settings.read("label", LabelConfig::from),
                        settings.read("host", HostConfig::from),
                        new Console(nowhere, nowhere, Console.Format.TEXT, Console.Verbosity.QUIET))
                .run(
                        new LabelRequest(
                                temporary.resolve("images").toString(),
                                null,
                                temporary.resolve("table").toString(),
                                "night",
                                LabelRequest.Mode.LABEL),
                        settings.entries("label", LabelConfig::from));
    }

    private OperatorException stopped(Fault fault) {
        return org.junit.jupiter.api.Assertions.assertThrows(OperatorException.class, () -> label(new Source(fault)));
    }

    @Test
    @FaultRow(value = "the heap is too small", exitCodes = 6)
    void aHeapThatIsTooSmallIsTheMachines() {
        OperatorException stopped = stopped(Fault.HEAP);

        assertThat(stopped.kind().exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(stopped.getMessage())
                .matches("labelling stopped: Java ran out of memory: Java heap space \\(on \\S+\\)");
        assertThat(stopped.remedy())
                .isEqualTo("0 images are committed; give it a larger heap (MNC_JAVA_OPTS=-Xmx8g for this process,"
                        + " --executor-memory after -- for executors)" + GOES_ON);
    }

    @Test
    @FaultRow(value = "the only device fails, or with a local master the device of this machine", exitCodes = 6)
    void aSickDeviceIsTheMachines() {
        OperatorException stopped = stopped(Fault.DEVICE);

        assertThat(stopped.kind().exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(stopped.getMessage())
                .matches(
                        "labelling stopped: the device failed \\(on \\S+\\): the device fails on pictures that it could"
                                + " label before: planted: no kernel image");
        assertThat(stopped.remedy()).isEqualTo("0 images are committed; fix what is wrong" + GOES_ON);
    }

    @Test
    @FaultRow("a defect of mnc-spark")
    void aTaskThatCannotBeSentIsOurs() {
        assertThatThrownBy(() -> label(new Unserializable(new Object())))
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(OperatorException.class)
                .hasRootCauseInstanceOf(java.io.NotSerializableException.class);
    }
}
