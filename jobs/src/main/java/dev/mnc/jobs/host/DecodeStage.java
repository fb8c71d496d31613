package dev.mnc.jobs.host;

import dev.mnc.image.ImageHeader;
import dev.mnc.image.ImageLimits;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.jobs.host.ByteBudget.Lease;
import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Failure;
import dev.mnc.jobs.host.ImageOutcome.Frame;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.jobs.host.StagePool.Priority;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The second stage of a {@link ModelHost}: decodes and scales images, one a thread. It waits for memory before it lets
 * a decoder begin, so threads that read are held back while too many decoded images wait for the device.
 */
final class DecodeStage {

    /** Bytes a pixel takes while it is decoded: three channels, as bytes and as floats. */
    private static final long DECODING_BYTES = 3 * (1 + 4);

    /** Decoders that may hang at once: each holds a core, and its image's memory. */
    private static final int MOST_ABANDONED = 4;

    private final Predictor predictor;
    private final ImageLimits limits;
    private final Duration deadline;
    private final ByteBudget queue;
    private final StagePool pool;
    private final DeviceStage device;
    private final Watchdog watchdog;
    private final HostState state;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();

    /** @param queue bytes of decoded images and outcomes */
    DecodeStage(
            Predictor predictor,
            HostSettings settings,
            ByteBudget queue,
            StagePool pool,
            DeviceStage device,
            Watchdog watchdog,
            HostState state) {
        this.predictor = predictor;
        this.limits = settings.limits();
        this.deadline = settings.deadlines().decode();
        this.queue = queue;
        this.pool = pool;
        this.device = device;
        this.watchdog = watchdog;
        this.state = state;
    }

    /** Whether images are being decoded or wait for a decoder. */
    boolean isActive() {
        return active.get() > 0;
    }

    /** Takes a file over; waits until there is room for another decoded image. */
    void accept(EncodedImage file) throws InterruptedException {
        try {
            ImageHeader header = ImageHeader.read(file.bytes(), limits);
            Lease lease = queue.lease(DECODING_BYTES * header.height() * header.width());
            active.incrementAndGet();
            pool.execute(Priority.DECODE, new Decode(file, header, lease));
        } catch (UnreadableImageException | RuntimeException e) {
            file.close();
            fail(file, e, file.cost(), queue.leaseNow(0));
        } catch (InterruptedException | Error e) {
            file.close();
            throw e;
        }
    }

    /** The decoding of one file, which ends the file's lease and hands on that of the decoded image. */
    private final class Decode implements StagePool.Job {

        private final EncodedImage file;
        private final ImageHeader header;
        private final Lease lease;

        private Decode(EncodedImage file, ImageHeader header, Lease lease) {
            this.file = file;
            this.header = header;
            this.lease = lease;
        }

        @Override
        public void run() {
            if (file.stream().isClosed()) {
                drop();
                return;
            }
            long start = System.nanoTime();
            Watchdog.Work work = watchdog.begin(deadline, () -> giveUp(start));
            NetworkInput input = null;
            Exception failure = null;
            try {
                input = decoded();
            } catch (UnreadableImageException | RuntimeException e) {
                failure = e;
            } catch (Error e) {
                if (work.end()) {
                    drop();
                }
                throw e;
            }
            if (!work.end()) {
                abandoned.decrementAndGet();
                pool.removeThread();
                if (input != null) {
                    input.close();
                }
                return;
            }
            try {
                handOn(input, failure, file.cost().decoded(System.nanoTime() - start));
            } catch (RuntimeException | Error e) {
                lease.close();
                throw e;
            } finally {
                end();
            }
        }

        private void handOn(@Nullable NetworkInput input, @Nullable Exception failure, Cost cost) {
            file.close();
            if (input == null) {
                fail(file, Objects.requireNonNull(failure), cost, lease);
                return;
            }
            Frame frame = new Frame(input.originalHeight(), input.originalWidth(), header.exifOrientation());
            lease.resize(input.bytes());
            device.accept(new DecodedImage(file.stream(), file.image(), frame, input, cost, lease, System.nanoTime()));
        }

        /** Leaves the image to its decoder, who may never come back, and lets another thread decode the next ones. */
        private void giveUp(long start) {
            Failure failure = new Failure(
                    Stage.DECODE, "decoding took longer than " + deadline.toSeconds() + " s (label.decode-seconds)");
            Cost cost = file.cost().decoded(System.nanoTime() - start);
            file.stream().deliver(ImageOutcome.failed(file.image(), null, failure, cost), lease);
            end();
            int count = abandoned.incrementAndGet();
            if (count > MOST_ABANDONED) {
                state.breakDown(DeviceException.hung(
                        count + " images are still being decoded after their deadline, the last one "
                                + file.image().address()));
            }
            pool.addThread();
        }

        @Override
        public void drop() {
            lease.close();
            end();
        }

        private void end() {
            file.close();
            active.decrementAndGet();
        }

        /** Masks refer to the picture that the header describes, so the decoder must give no other. */
        private NetworkInput decoded() throws UnreadableImageException {
            NetworkInput input = predictor.preprocess(file.bytes());
            if (input.originalHeight() != header.height() || input.originalWidth() != header.width()) {
                input.close();
                throw new UnreadableImageException(String.format(
                        Locale.ROOT,
                        "%s states a size of %d x %d px, but decodes to %d x %d px",
                        header.format(),
                        header.width(),
                        header.height(),
                        input.originalWidth(),
                        input.originalHeight()));
            }
            return input;
        }
    }

    /** Records any failure, whatever the decoder threw: a file it stumbles over must not take the wave with it. */
    private static void fail(EncodedImage file, Exception cause, Cost cost, Lease lease) {
        Failure failure = cause instanceof UnreadableImageException
                ? new Failure(Stage.DECODE, String.valueOf(cause.getMessage()))
                : Failure.of(Stage.DECODE, "cannot be decoded", cause);
        file.stream().deliver(ImageOutcome.failed(file.image(), null, failure, cost), lease);
    }
}
