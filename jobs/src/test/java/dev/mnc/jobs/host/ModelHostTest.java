package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.geometry.Mask;
import dev.mnc.image.ImageLimits;
import dev.mnc.model.Detections;
import dev.mnc.model.DeviceMemoryException;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.Instance;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One device fed by several tasks, without Spark and without TensorFlow. */
@Timeout(60)
@Tag("tensorflow")
class ModelHostTest {

    private static final Category THING = new Category(1, "thing");
    private static final ImageReader FILES = new ImageReader() {
        @Override
        public byte[] read(ImageRef image) throws IOException {
            if (image.fileName().startsWith("gone")) {
                throw new IOException("no such file");
            }
            // The name is "<width>x<height>…".
            String[] sides = image.fileName().split("[x.]", -1);
            return png(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        }

        @Override
        public void close() {}
    };

    /** Notes its batches; finds one instance that covers the image. */
    private static class Device implements Predictor {

        final List<List<NetworkInput>> batches = new CopyOnWriteArrayList<>();
        final Semaphore permits = new Semaphore(Integer.MAX_VALUE / 2);
        int memory = Integer.MAX_VALUE;

        @Override
        public List<Category> categories() {
            return List.of(THING);
        }

        @Override
        public String digest() {
            return "0".repeat(64);
        }

        @Override
        public NetworkInput preprocess(byte[] encoded) {
            try {
                BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded));
                int height = image.getHeight();
                int width = image.getWidth();
                return new NetworkInput(
                        Pixels.fresh(3 * height * width),
                        height,
                        width,
                        1,
                        height,
                        width,
                        new NetworkInput.Bucket(height, width));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Detections run(List<NetworkInput> inputs) {
            permits.acquireUninterruptibly();
            batches.add(List.copyOf(inputs));
            // Fails if the pixels were given back before the last try at them.
            inputs.forEach(input -> input.pixels().values());
            if (inputs.size() > memory) {
                throw new DeviceMemoryException("too many", new IllegalStateException());
            }
            if (inputs.stream().anyMatch(input -> input.width() == 13)) {
                throw new IllegalStateException("planted defect");
            }
            return (image, minScore) -> {
                int height = inputs.get(image).originalHeight();
                int width = inputs.get(image).originalWidth();
                return List.of(new Instance(THING, 0.9, Mask.ofRuns(height, width, 0, height * width)));
            };
        }

        List<Integer> sizes() {
            return batches.stream().map(List::size).toList();
        }

        @Override
        public void close() {}
    }

    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }

    private static HostSettings settings(int batch, int waitMillis, long queueBytes) {
        return new HostSettings(
                batch, waitMillis, 4, 1 << 20, queueBytes, 2, new MinScores(0.05, Map.of()), 100, ImageLimits.DEFAULT);
    }

    private static List<ImageRef> images(int from, int to, String name) {
        return IntStream.range(from, to)
                .mapToObj(id -> new ImageRef(id, "file:///" + id, name, 100, null))
                .toList();
    }

    private static List<ImageOutcome> all(Feed feed) {
        List<ImageOutcome> outcomes = new ArrayList<>();
        try (feed) {
            while (feed.hasNext()) {
                outcomes.add(feed.next());
            }
        }
        return outcomes;
    }

    @Test
    void fillsBatchesAcrossTasks() {
        Device device = new Device();
        CountDownLatch allOpen = new CountDownLatch(4);
        ImageReader together = new ImageReader() {
            @Override
            public byte[] read(ImageRef image) throws IOException {
                try {
                    allOpen.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return FILES.read(image);
            }

            @Override
            public void close() {}
        };
        try (ModelHost host = new ModelHost(device, settings(8, 60_000, 1 << 20))) {
            List<CompletableFuture<List<ImageOutcome>>> tasks = new ArrayList<>();
            for (int task = 0; task < 4; task++) {
                Feed feed = host.open("run", images(6 * task, 6 * task + 6, "20x10.png"), together);
                allOpen.countDown();
                tasks.add(CompletableFuture.supplyAsync(() -> all(feed)));
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
        Device device = new Device();
        try (ModelHost host = new ModelHost(device, settings(8, 60_000, 1 << 20))) {
            List<ImageOutcome> outcomes = all(host.open("run", images(0, 11, "20x10.png"), FILES));

            assertThat(outcomes)
                    .hasSize(11)
                    .allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
            assertThat(device.sizes().stream().mapToInt(size -> size).sum()).isEqualTo(11);
        }
    }

    @Test
    void keepsShapesApart() {
        Device device = new Device();
        List<ImageRef> mixed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            mixed.addAll(images(2 * i, 2 * i + 1, "20x10.png"));
            mixed.addAll(images(2 * i + 1, 2 * i + 2, "10x20.png"));
        }
        try (ModelHost host = new ModelHost(device, settings(3, 60_000, 1 << 20))) {
            assertThat(all(host.open("run", mixed, FILES))).hasSize(12);
        }
        assertThat(device.batches)
                .allSatisfy(batch -> assertThat(batch)
                        .extracting(NetworkInput::bucket)
                        .containsOnly(batch.get(0).bucket()));
    }

    @Test
    void halvesABatchTheDeviceHasNoMemoryForAndLosesNothing() {
        Device device = new Device();
        device.memory = 3;
        try (ModelHost host = new ModelHost(device, settings(8, 60_000, 1 << 20))) {
            List<ImageOutcome> outcomes = all(host.open("run", images(0, 32, "20x10.png"), FILES));

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

    private static void assertPixelsGivenBack(Device device) {
        assertThat(device.batches.stream().flatMap(List::stream))
                .isNotEmpty()
                .allSatisfy(input -> assertThatIllegalStateException()
                        .isThrownBy(() -> input.pixels().values()));
    }

    @Test
    void aDefectOfOneImageLeavesItsBatchMatesAlone() {
        Device device = new Device();
        List<ImageRef> images = new ArrayList<>(images(0, 7, "20x13.png"));
        images.addAll(images(7, 8, "13x20.png"));
        try (ModelHost host = new ModelHost(device, settings(4, 60_000, 1 << 20))) {
            List<ImageOutcome> outcomes = all(host.open("run", images, FILES));

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
        List<ImageRef> images = new ArrayList<>(images(0, 2, "20x10.png"));
        images.addAll(images(2, 3, "gone.png"));
        images.add(new ImageRef(3, "file:///3", "20x10.png", ImageLimits.DEFAULT.bytes() + 1, null));
        try (ModelHost host = new ModelHost(new Device(), settings(4, 60_000, 1 << 20))) {
            assertThat(all(host.open("run", images, FILES)).stream()
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
        Device device = new Device();
        device.permits.drainPermits();
        long queueBytes = 40_000;
        try (ModelHost host = new ModelHost(device, settings(2, 0, queueBytes))) {
            Feed feed = host.open("run", images(0, 200, "20x10.png"), FILES);
            CompletableFuture<List<ImageOutcome>> task = CompletableFuture.supplyAsync(() -> all(feed));
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
            assertThat(host.reading().held()).isZero();
        }
    }

    @Test
    void aTaskThatIsCancelledGivesItsBytesBack() throws Exception {
        Device device = new Device();
        device.permits.drainPermits();
        try (ModelHost host = new ModelHost(device, settings(2, 0, 1 << 20))) {
            Feed cancelled = host.open("run", images(0, 20, "20x10.png"), FILES);
            while (device.batches.isEmpty() && host.queue().held() == 0) {
                Thread.sleep(1);
            }
            cancelled.close();
            device.permits.release(1000);

            assertThat(all(host.open("run", images(20, 30, "20x10.png"), FILES)))
                    .hasSize(10);
            while (host.queue().held() + host.reading().held() > 0) {
                Thread.sleep(1);
            }
        }
    }

    @Test
    void tellsTasksWhenItBrokeDown() {
        Device device = new Device() {
            @Override
            public Detections run(List<NetworkInput> inputs) {
                throw new OutOfMemoryError("planted");
            }
        };
        try (ModelHost host = new ModelHost(device, settings(2, 0, 1 << 20))) {
            Feed feed = host.open("run", images(0, 5, "20x10.png"), FILES);

            assertThatThrownBy(() -> all(feed))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the model's host broke down: java.lang.OutOfMemoryError: planted");
        }
    }

    @Test
    void saysWhatTheDeviceWaitedFor() throws Exception {
        Device device = new Device();
        ImageReader slow = new ImageReader() {
            @Override
            public byte[] read(ImageRef image) throws IOException {
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return FILES.read(image);
            }

            @Override
            public void close() {}
        };
        try (ModelHost host = new ModelHost(device, settings(1, 0, 1 << 20))) {
            all(host.open("run", images(0, 20, "20x10.png"), slow));
            HostReport report = host.report("7");

            assertThat(report.executor()).isEqualTo("7");
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

            all(host.open("another run", images(0, 1, "20x10.png"), FILES));
            assertThat(host.report("7").batches()).isEqualTo(1);
        }
    }
}
