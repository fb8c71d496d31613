package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mnc.image.ImageLimits;
import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that images hold: whatever becomes of an image, both budgets of its host are whole again afterwards. */
@Timeout(60)
@Tag("tensorflow")
class ImageLeasesTest {

    private static HostSettings settings(int batch, long queueBytes) {
        return new HostSettings(
                batch,
                60_000,
                4,
                1 << 20,
                queueBytes,
                2,
                new MinScores(0.05, Map.of()),
                100,
                ImageLimits.DEFAULT,
                FakeDevice.PATIENT);
    }

    private static List<String> failures(ImageStream stream) {
        List<String> failures = new ArrayList<>();
        while (stream.hasNext()) {
            ImageOutcome outcome = stream.next();
            if (outcome.failure() != null) {
                failures.add(outcome.failure().stage() + " " + outcome.failure().reason());
            }
        }
        return failures;
    }

    private static void assertWhole(ModelHost host, FakeDevice device) {
        assertThat(host.files().held()).isZero();
        assertThat(host.queue().held()).isZero();
        assertThat(device.openDetections).hasValue(0);
        assertThat(device.decoded)
                .allSatisfy(input -> assertThatIllegalStateException()
                        .isThrownBy(() -> input.pixels().values()));
    }

    /** Waits for threads that are still dropping their images; never ends if a lease is lost. */
    private static void awaitWhole(ModelHost host, FakeDevice device) throws InterruptedException {
        while (host.files().held() != 0 || host.queue().held() != 0 || device.openDetections.get() != 0) {
            Thread.sleep(1);
        }
        assertWhole(host, device);
    }

    private static ImageRef huge(int id) {
        return new ImageRef(id, "file:///" + id, "20x10.png", ImageLimits.DEFAULT.bytes() + 1, null);
    }

    static Stream<Arguments> outcomes() {
        return Stream.of(
                arguments("20x10.png", null),
                arguments("gone.png", "READ no such file"),
                arguments("text.png", "DECODE PDF document, not an image"),
                arguments("17x10.png", "DECODE planted damage"),
                arguments("19x10.png", "DECODE cannot be decoded: planted defect"),
                arguments("13x10.png", "DETECT model failed: planted defect"),
                arguments("14x10.png", "DETECT model failed: planted defect of voting"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("outcomes")
    void returnsTheBytesOfEveryImage(String name, @Nullable String failure) {
        FakeDevice device = new FakeDevice();
        List<ImageRef> images = new ArrayList<>(FakeFiles.images(0, 10, "20x10.png"));
        images.addAll(FakeFiles.images(10, 15, name));
        images.add(huge(15));
        try (ModelHost host = new ModelHost(device, settings(4, 20_000));
                ImageStream stream = host.open("run", images, FakeFiles.FILES)) {
            List<String> expected = new ArrayList<>();
            expected.add("READ file of 268435457 bytes is over the limit of 268435456 (label.max-image-bytes)");
            for (int i = 0; failure != null && i < 5; i++) {
                expected.add(failure);
            }

            assertThat(failures(stream)).containsExactlyInAnyOrderElementsOf(expected);
            awaitDetectionsClosed(device);
            assertWhole(host, device);
        }
    }

    /** The last vote delivers its outcome before it closes the batch's outputs. */
    private static void awaitDetectionsClosed(FakeDevice device) {
        while (device.openDetections.get() != 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void returnsTheBytesOfBatchesThatWereHalved() {
        FakeDevice device = new FakeDevice();
        device.memory = 1;
        try (ModelHost host = new ModelHost(device, settings(8, 1 << 20));
                ImageStream stream = host.open("run", FakeFiles.images(0, 32, "20x10.png"), FakeFiles.FILES)) {
            assertThat(failures(stream)).isEmpty();
            awaitDetectionsClosed(device);
            assertWhole(host, device);
            assertThat(device.sizes()).contains(1).as("batches were halved").anyMatch(size -> size > 1);
        }
    }

    @Test
    void holdsTheBytesOfOutcomesUntilTheTaskTakesThem() throws InterruptedException {
        FakeDevice device = new FakeDevice();
        try (ModelHost host = new ModelHost(device, settings(1, 1 << 20));
                ImageStream stream = host.open("run", FakeFiles.images(0, 2, "20x10.png"), FakeFiles.FILES)) {
            while (host.report("x").done() < 2 || device.openDetections.get() != 0) {
                Thread.sleep(1);
            }
            // An instance with one run, and what belongs to every outcome.
            long one = 512 + 128 + 4 * 2;
            assertThat(host.queue().held()).isEqualTo(2 * one);
            assertThat(stream.next().bytes()).isEqualTo(one);
            assertThat(host.queue().held()).isEqualTo(one);
        }
    }

    @Test
    void returnsTheBytesOfATaskThatIsCancelled() throws InterruptedException {
        FakeDevice device = new FakeDevice();
        device.permits.drainPermits();
        try (ModelHost host = new ModelHost(device, settings(2, 20_000))) {
            ImageStream stream = host.open("run", FakeFiles.images(0, 50, "20x10.png"), FakeFiles.FILES);
            device.permits.release(1);
            stream.next();
            // Now there is an outcome that nobody took, a batch in the device, and images before it.
            while (!device.permits.hasQueuedThreads()) {
                Thread.sleep(1);
            }

            stream.close();
            device.permits.release(1000);

            awaitWhole(host, device);
        }
    }

    @Test
    void returnsTheBytesOfAHostThatIsClosed() throws InterruptedException {
        FakeDevice device = new FakeDevice();
        device.permits.drainPermits();
        ModelHost host = new ModelHost(device, settings(2, 20_000));
        ImageStream stream = host.open("run", FakeFiles.images(0, 50, "20x10.png"), FakeFiles.FILES);
        device.permits.release(1);
        stream.next();
        while (!device.permits.hasQueuedThreads()) {
            Thread.sleep(1);
        }

        host.close();
        device.permits.release(1000);

        assertThatThrownBy(() -> failures(stream))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the model's host is closed");
        stream.close();
        awaitWhole(host, device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"23x10.png", "24x10.png", "25x10.png"})
    void returnsTheBytesOfAHostThatBrokeDown(String name) throws InterruptedException {
        FakeDevice device = new FakeDevice();
        try (ModelHost host = new ModelHost(device, settings(2, 20_000))) {
            List<ImageRef> images = new ArrayList<>(FakeFiles.images(0, 10, "20x10.png"));
            images.addAll(FakeFiles.images(10, 11, name));
            images.addAll(FakeFiles.images(11, 30, "20x10.png"));
            ImageStream stream = host.open("run", images, FakeFiles.FILES);

            assertThatThrownBy(() -> failures(stream))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the model's host broke down: java.lang.OutOfMemoryError: planted in ");
            stream.close();
            awaitWhole(host, device);
        }
    }

    @Test
    void returnsTheBytesOfAReaderThatBrokeDown() throws InterruptedException {
        FakeDevice device = new FakeDevice();
        ImageReader broken = new ImageReader() {
            @Override
            public byte[] read(ImageRef image) {
                throw new AssertionError("planted in the reader");
            }

            @Override
            public void close() {}
        };
        try (ModelHost host = new ModelHost(device, settings(2, 20_000))) {
            ImageStream stream = host.open("run", FakeFiles.images(0, 10, "20x10.png"), broken);

            assertThatThrownBy(() -> failures(stream))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the model's host broke down: java.lang.AssertionError: planted in the reader");
            stream.close();
            awaitWhole(host, device);
        }
    }
}
