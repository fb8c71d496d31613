package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.image.ImageLimits;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.Detections;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stores, decoders and devices that do not answer, or not as they should. */
@Timeout(60)
@Tag("tensorflow")
class DeadlinesTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void endsWhatHangs() {
        end.countDown();
    }

    private static HostSettings settings(Duration read, Duration decode, Duration detect) {
        return new HostSettings(
                2,
                0,
                2,
                1 << 20,
                1 << 20,
                2,
                new MinScores(0.05, Map.of()),
                100,
                ImageLimits.DEFAULT,
                new Deadlines(read, decode, detect));
    }

    private static HostSettings patient() {
        return settings(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    private void hang() {
        boolean interrupted = true;
        while (interrupted) {
            try {
                end.await();
                interrupted = false;
            } catch (InterruptedException e) {
                // As native code and many a file system, it does not look at interrupts.
            }
        }
    }

    private static List<ImageRef> oddOnes(int count, String odd) {
        List<ImageRef> images = new ArrayList<>(FakeFiles.images(0, count, odd));
        images.addAll(FakeFiles.images(count, 20, "20x10.png"));
        return images;
    }

    private static List<String> failures(ImageStream stream) {
        List<String> failures = new ArrayList<>();
        while (stream.hasNext()) {
            ImageOutcome outcome = stream.next();
            if (outcome.failure() != null) {
                failures.add(outcome.image().imageId() + " " + outcome.failure().stage() + " "
                        + outcome.failure().reason());
            }
        }
        return failures;
    }

    @Test
    void aReadThatNobodyAnswersBecomesAnErrorAndHoldsNobodyUp() throws Exception {
        ImageReader store = new ImageReader() {
            @Override
            public byte[] read(ImageRef image) throws IOException {
                if (image.fileName().startsWith("21")) {
                    hang();
                }
                return FakeFiles.FILES.read(image);
            }

            @Override
            public void close() {}
        };
        FakeDevice device = new FakeDevice();
        try (ModelHost host = new ModelHost(device, settings(SHORT, Duration.ofMinutes(1), Duration.ofMinutes(1)));
                ImageStream stream = host.open("run", oddOnes(3, "21x10.png"), store)) {
            assertThat(failures(stream))
                    .containsExactlyInAnyOrder(
                            "0 READ reading took longer than 0 s (label.read-seconds)",
                            "1 READ reading took longer than 0 s (label.read-seconds)",
                            "2 READ reading took longer than 0 s (label.read-seconds)");
            end.countDown();
            assertThat(host.isAlive()).isTrue();
            while (host.files().held() + host.queue().held() > 0) {
                Thread.sleep(1);
            }
        }
    }

    private FakeDevice slowDecoder() {
        return new FakeDevice() {
            @Override
            public NetworkInput preprocess(byte[] encoded) throws UnreadableImageException {
                NetworkInput input = super.preprocess(encoded);
                if (input.width() == 21) {
                    hang();
                }
                return input;
            }
        };
    }

    @Test
    void aDecoderThatNeverEndsIsReplacedAndItsImageAnError() throws Exception {
        FakeDevice device = slowDecoder();
        try (ModelHost host = new ModelHost(device, settings(Duration.ofMinutes(1), SHORT, Duration.ofMinutes(1)));
                ImageStream stream = host.open("run", oddOnes(4, "21x10.png"), FakeFiles.FILES)) {
            assertThat(failures(stream))
                    .hasSize(4)
                    .allMatch(line -> line.endsWith(" DECODE decoding took longer than 0 s (label.decode-seconds)"));
            end.countDown();
            while (host.files().held() + host.queue().held() > 0) {
                Thread.sleep(1);
            }
        }
    }

    @Test
    void aFifthDecoderThatNeverEndsIsTheHostsEnd() {
        try (ModelHost host =
                        new ModelHost(slowDecoder(), settings(Duration.ofMinutes(1), SHORT, Duration.ofMinutes(1)));
                ImageStream stream = host.open("run", oddOnes(9, "21x10.png"), FakeFiles.FILES)) {
            assertThatThrownBy(() -> failures(stream))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageMatching(
                            "\\d images are still being decoded after their deadline, the last one" + " file:///\\d");
        }
    }

    @Test
    void aDeviceThatHangsIsTheHostsEnd() {
        List<String> told = new ArrayList<>();
        FakeDevice device = new FakeDevice() {
            @Override
            public Detections run(List<NetworkInput> inputs) {
                if (inputs.stream().anyMatch(input -> input.width() == 21)) {
                    hang();
                }
                return super.run(inputs);
            }
        };
        try (ModelHost host = new ModelHost(
                        device,
                        settings(Duration.ofMinutes(1), Duration.ofMinutes(1), SHORT),
                        failure -> told.add(failure.getMessage()));
                ImageStream stream = host.open("run", oddOnes(1, "21x10.png"), FakeFiles.FILES)) {
            assertThatThrownBy(() -> failures(stream))
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("the device has not answered for 0 s (label.detect-seconds)");
            assertThat(told).hasSize(1);
        }
    }

    @Test
    void aDeviceThatHangsAtItsFirstPictureDoesNotHoldUpItsProcess() {
        FakeDevice device = new FakeDevice() {
            @Override
            public Detections run(List<NetworkInput> inputs) {
                hang();
                return super.run(inputs);
            }
        };
        try (ModelHost host = new ModelHost(device, settings(Duration.ofMinutes(1), Duration.ofMinutes(1), SHORT))) {
            assertThatThrownBy(host::warmUp)
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("the device does not answer: its first picture took longer than 0 s"
                            + " (label.detect-seconds)");
        }
    }

    @Test
    void aSickDeviceMakesNoErrorRows() {
        FakeDevice device = new FakeDevice() {
            private boolean isSick;

            @Override
            public Detections run(List<NetworkInput> inputs) {
                isSick |= inputs.stream().anyMatch(input -> input.width() == 21);
                if (isSick) {
                    throw new IllegalStateException("planted: no kernel image");
                }
                return super.run(inputs);
            }
        };
        try (ModelHost host = new ModelHost(device, patient());
                ImageStream stream = host.open("run", oddOnes(1, "21x10.png"), FakeFiles.FILES)) {
            assertThatThrownBy(() -> {
                        while (stream.hasNext()) {
                            assertThat(stream.next().failure()).isNull();
                        }
                    })
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("the device fails on pictures that it could label before: planted: no kernel image");
        }
    }

    @Test
    void aSickDeviceWhoseOutputsCannotBeVotedOnMakesNoErrorRows() {
        FakeDevice device = new FakeDevice() {
            private volatile boolean isSick;

            @Override
            public Detections run(List<NetworkInput> inputs) {
                isSick |= inputs.stream().anyMatch(input -> input.width() == 21);
                Detections detections = super.run(inputs);
                return !isSick
                        ? detections
                        : (image, minScore) -> {
                            throw new IllegalStateException("planted: not a number");
                        };
            }
        };
        try (ModelHost host = new ModelHost(device, patient());
                ImageStream stream = host.open("run", oddOnes(1, "21x10.png"), FakeFiles.FILES)) {
            assertThatThrownBy(() -> {
                        while (stream.hasNext()) {
                            assertThat(stream.next().failure()).isNull();
                        }
                    })
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("the device fails on pictures that it could label before: planted: not a number");
        }
    }
}
