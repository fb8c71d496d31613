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
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The second stage of a {@link ModelHost}: decodes and scales images, one a thread. It waits for memory before it lets
 * a decoder begin, so threads that read are held back while too many decoded images wait for the device.
 */
final class DecodeStage {

    /** Bytes a pixel takes while it is decoded: three channels, as bytes and as floats. */
    private static final long DECODING_BYTES = 3 * (1 + 4);

    private final Predictor predictor;
    private final ImageLimits limits;
    private final ByteBudget queue;
    private final StagePool pool;
    private final DeviceStage device;
    private final AtomicInteger active = new AtomicInteger();

    /** @param queue bytes of decoded images and outcomes */
    DecodeStage(Predictor predictor, ImageLimits limits, ByteBudget queue, StagePool pool, DeviceStage device) {
        this.predictor = predictor;
        this.limits = limits;
        this.queue = queue;
        this.pool = pool;
        this.device = device;
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
            try {
                if (file.stream().isClosed()) {
                    lease.close();
                } else {
                    decode();
                }
            } catch (RuntimeException | Error e) {
                lease.close();
                throw e;
            } finally {
                end();
            }
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

        private void decode() {
            long start = System.nanoTime();
            NetworkInput input;
            try (file) {
                input = predictor.preprocess(file.bytes());
                requireSize(input);
            } catch (UnreadableImageException | RuntimeException e) {
                fail(file, e, file.cost().decoded(System.nanoTime() - start), lease);
                return;
            }
            long now = System.nanoTime();
            Frame frame = new Frame(input.originalHeight(), input.originalWidth(), header.exifOrientation());
            lease.resize(input.bytes());
            device.accept(new DecodedImage(
                    file.stream(), file.image(), frame, input, file.cost().decoded(now - start), lease, now));
        }

        /** Masks refer to the picture that the header describes, so the decoder must give no other. */
        private void requireSize(NetworkInput input) throws UnreadableImageException {
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
