package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.image.ImageLimits;
import dev.mnc.model.Detections;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One device fed by several tasks, without Spark and without TensorFlow. */
@Timeout(60)
@Tag("tensorflow")
class ModelHostTest {

    private static HostSettings settings(int batch, int waitMillis, long queueBytes) {
        return new HostSettings(
                batch, waitMillis, 4, 1 << 20, queueBytes, 2, new MinScores(0.05, Map.of()), 100, ImageLimits.DEFAULT);
    }

    private static List<ImageOutcome> all(ImageStream stream) {
        List<ImageOutcome> outcomes = new ArrayList<>();
        try (stream) {
            while (stream.hasNext()) {
                outcomes.add(stream.next());
            }
        }
        return outcomes;
    }

    @Test
    void fillsBatchesAcrossTasks() {
        FakeDevice device = new FakeDevice();
        CountDownLatch allOpen = new CountDownLatch(4);
        ImageReader together = new ImageReader() {
            @Override
            public byte[] read(ImageRef image) throws IOException {
                try {
                    allOpen.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return FakeFiles.FILES.read(image);
            }

            @Override
            public void close() {}
        };
        try (ModelHost host = new ModelHost(device, settings(8, 60_000, 1 << 20))) {
            List<CompletableFuture<List<ImageOutcome>>> tasks = new ArrayList<>();
            for (int task = 0; task < 4; task++) {
                ImageStream stream = host.open("run", FakeFiles.images(6 * task, 6 * task + 6, "20x10.png"), together);
                allOpen.countDown();
                tasks.add(CompletableFuture.supplyAsync(() -> all(stream)));
            }

            assertThat(tasks.stream().flatMap(task -> task.join().stream()))
                    .extracting(outcome -> outcome.image().imageId())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 24).mapToObj(id -> (long) id).toList());
            assertThat(device.sizes()).containsExactly(8, 8, 8);
        }
    }

    @Test
    void runsTheRestAtOnceWhenNothingElseIsOnItsWay() {
        FakeDevice device = new FakeDevice();
        try (ModelHost host = new ModelHost(device, settings(8, 60_000, 1 << 20))) {
            List<ImageOutcome> outcomes = all(host.open("run", FakeFiles.images(0, 11, "20x10.png"), FakeFiles.FILES));

            assertThat(outcomes)
                    .hasSize(11)
                    .allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
            assertThat(device.sizes().stream().mapToInt(size -> size).sum()).isEqualTo(11);
        }
    }

    @Test
    void keepsShapesApart() {
        FakeDevice device = new FakeDevice();
        List<ImageRef> mixed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            mixed.addAll(FakeFiles.images(2 * i, 2 * i + 1, "20x10.png"));
            mixed.addAll(FakeFiles.images(2 * i + 1, 2 * i + 2, "10x20.png"));
        }
        try (ModelHost host = new ModelHost(device, settings(3, 60_000, 1 << 20))) {
            assertThat(all(host.open("run", mixed, FakeFiles.FILES))).hasSize(12);
        }
        assertThat(device.batches)
                .allSatisfy(batch -> assertThat(batch)
                        .extracting(NetworkInput::bucket)
                        .containsOnly(batch.get(0).bucket()));
    }

    @Test
    void halvesABatchTheDeviceHasNoMemoryForAndLosesNothing() {
        FakeDevice device = new FakeDevice();
        device.memory = 3;
        try (ModelHost host = new ModelHost(device, settings(8, 60_000, 1 << 20))) {
            List<ImageOutcome> outcomes = all(host.open("run", FakeFiles.images(0, 32, "20x10.png"), FakeFiles.FILES));

            assertThat(outcomes)
                    .hasSize(32)
                    .allSatisfy(outcome -> assertThat(outcome.instances()).hasSize(1));
            assertThat(device.sizes().stream().filter(size -> size > 3).count())
                    .as("tried in vain: 8 once, its halves of 4, no more")
                    .isLessThanOrEqualTo(3);
            assertThat(host.report("x").images()).isEqualTo(32);
            assertPixelsGivenBack(device);
        }
    }

    private static void assertPixelsGivenBack(FakeDevice device) {
        assertThat(device.batches.stream().flatMap(List::stream))
                .isNotEmpty()
                .allSatisfy(input -> assertThatIllegalStateException()
                        .isThrownBy(() -> input.pixels().values()));
    }

    @Test
    void aDefectOfOneImageLeavesItsBatchMatesAlone() {
        FakeDevice device = new FakeDevice();
        List<ImageRef> images = new ArrayList<>(FakeFiles.images(0, 7, "20x10.png"));
        images.addAll(FakeFiles.images(7, 8, "13x10.png"));
        try (ModelHost host = new ModelHost(device, settings(4, 60_000, 1 << 20))) {
            List<ImageOutcome> outcomes = all(host.open("run", images, FakeFiles.FILES));

            assertThat(outcomes.stream()
                            .filter(outcome -> outcome.failure() != null)
                            .map(outcome -> outcome.image().imageId() + ": "
                                    + outcome.failure().reason()))
                    .containsExactly("7: model failed: planted defect");
            assertThat(host.report("x").failed()).isEqualTo(1);
            assertPixelsGivenBack(device);
        }
    }

    @Test
    void whatCannotBeReadEndsInAReason() {
        List<ImageRef> images = new ArrayList<>(FakeFiles.images(0, 2, "20x10.png"));
        images.addAll(FakeFiles.images(2, 3, "gone.png"));
        images.add(new ImageRef(3, "file:///3", "20x10.png", ImageLimits.DEFAULT.bytes() + 1, null));
        try (ModelHost host = new ModelHost(new FakeDevice(), settings(4, 60_000, 1 << 20))) {
            assertThat(all(host.open("run", images, FakeFiles.FILES)).stream()
                            .filter(outcome -> outcome.failure() != null)
                            .map(outcome -> outcome.failure().stage() + " "
                                    + outcome.failure().reason()))
                    .containsExactlyInAnyOrder(
                            "READ no such file",
                            "READ file of 268435457 bytes is over the limit of 268435456 (label.max-image-bytes)");
        }
    }

    @Test
    void holdsNoMoreThanItsQueueHowevermanyImagesThereAre() throws Exception {
        FakeDevice device = new FakeDevice();
        device.permits.drainPermits();
        long queueBytes = 40_000;
        try (ModelHost host = new ModelHost(device, settings(2, 0, queueBytes))) {
            ImageStream stream = host.open("run", FakeFiles.images(0, 200, "20x10.png"), FakeFiles.FILES);
            CompletableFuture<List<ImageOutcome>> task = CompletableFuture.supplyAsync(() -> all(stream));
            long most = 0;
            while (!task.isDone()) {
                most = Math.max(most, host.queue().held());
                device.permits.release();
                Thread.sleep(1);
            }
            assertThat(task.get()).hasSize(200);
            // A decoded image turns into a result, which is not held back.
            assertThat(most).isLessThan(queueBytes + 10_000).isGreaterThan(queueBytes / 2);
            assertThat(host.queue().held()).isZero();
            assertThat(host.files().held()).isZero();
        }
    }

    @Test
    void aTaskThatIsCancelledGivesItsBytesBack() throws Exception {
        FakeDevice device = new FakeDevice();
        device.permits.drainPermits();
        try (ModelHost host = new ModelHost(device, settings(2, 0, 1 << 20))) {
            ImageStream cancelled = host.open("run", FakeFiles.images(0, 20, "20x10.png"), FakeFiles.FILES);
            while (device.batches.isEmpty() && host.queue().held() == 0) {
                Thread.sleep(1);
            }
            cancelled.close();
            device.permits.release(1000);

            assertThat(all(host.open("run", FakeFiles.images(20, 30, "20x10.png"), FakeFiles.FILES)))
                    .hasSize(10);
            while (host.queue().held() + host.files().held() > 0) {
                Thread.sleep(1);
            }
        }
    }

    @Test
    void tellsTasksWhenItBrokeDown() {
        FakeDevice device = new FakeDevice() {
            @Override
            public Detections run(List<NetworkInput> inputs) {
                throw new OutOfMemoryError("planted");
            }
        };
        try (ModelHost host = new ModelHost(device, settings(2, 0, 1 << 20))) {
            ImageStream stream = host.open("run", FakeFiles.images(0, 5, "20x10.png"), FakeFiles.FILES);

            assertThatThrownBy(() -> all(stream))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the model's host broke down: java.lang.OutOfMemoryError: planted");
        }
    }

    @Test
    void whatFailsBecauseTheHostIsClosedIsNoFaultOfAnImage() throws Exception {
        CountDownLatch decoding = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        FakeDevice device = new FakeDevice() {
            @Override
            public NetworkInput preprocess(byte[] encoded) {
                decoding.countDown();
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    // As native code, it does not look at interrupts.
                }
                throw new IllegalStateException("close() has been called on the Graph");
            }
        };
        ModelHost host = new ModelHost(device, settings(4, 1, 1 << 20));
        ImageStream outcomes = host.open("run", FakeFiles.images(0, 1, "20x10.png"), FakeFiles.FILES);
        decoding.await();
        host.close();
        closed.countDown();

        assertThatThrownBy(outcomes::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the model's host is closed");
        outcomes.close();
    }

    @Test
    void saysWhatTheDeviceWaitedFor() throws Exception {
        FakeDevice device = new FakeDevice();
        ImageReader slow = new ImageReader() {
            @Override
            public byte[] read(ImageRef image) throws IOException {
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return FakeFiles.FILES.read(image);
            }

            @Override
            public void close() {}
        };
        try (ModelHost host = new ModelHost(device, settings(1, 0, 1 << 20))) {
            all(host.open("run", FakeFiles.images(0, 20, "20x10.png"), slow));
            HostReport report = host.report("7");

            assertThat(report.executor()).isEqualTo("7");
            assertThat(report.run()).isEqualTo("run");
            assertThat(report.batches()).isEqualTo(20);
            assertThat(report.done()).isEqualTo(20);
            assertThat(report.waitSeconds().get("read"))
                    .isGreaterThan(report.waitSeconds().get("batch"))
                    .isPositive();
            assertThat(report.waitSeconds().keySet()).containsExactlyInAnyOrderElementsOf(HostReport.CAUSES);
            double known = report.busySeconds()
                    + report.waitSeconds().values().stream()
                            .mapToDouble(seconds -> seconds)
                            .sum();
            assertThat(known).isLessThanOrEqualTo(report.activeSeconds() + 0.01);

            all(host.open("another run", FakeFiles.images(0, 1, "20x10.png"), FakeFiles.FILES));
            assertThat(host.report("7").run()).isEqualTo("another run");
            assertThat(host.report("7").batches()).isEqualTo(1);
        }
    }
}
