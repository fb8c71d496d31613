package dev.mnc.jobs.host;

import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Failure;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.jobs.host.StagePool.Priority;
import dev.mnc.model.Detections;
import dev.mnc.schemas.Instance;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The last stage of a {@link ModelHost}: mask voting and run-length encoding, one image a thread. The network's outputs
 * lie outside the heap, so only a few batches may wait here.
 */
final class VotingStage {

    /** Batches whose outputs may wait for mask voting beside the one in the device. */
    private static final int BATCHES = 3;

    private final HostSettings settings;
    private final WarmUp warmUp;
    private final StagePool pool;
    private final Semaphore room = new Semaphore(BATCHES);

    VotingStage(HostSettings settings, WarmUp warmUp, StagePool pool) {
        this.settings = settings;
        this.warmUp = warmUp;
        this.pool = pool;
    }

    /** Waits for room for one more batch; {@link #accept} or {@link #release} ends the reservation. */
    void reserve() throws InterruptedException {
        room.acquire();
    }

    /** Ends a reservation that no batch came of. */
    void release() {
        room.release();
    }

    /**
     * Takes a batch over, and the room reserved for it.
     *
     * @param detections of the batch; closed here after the last image
     * @param nanos an image's share of the time on the device
     */
    void accept(List<DecodedImage> batch, Detections detections, long nanos) {
        Outputs outputs = new Outputs(detections, batch.size());
        for (int i = 0; i < batch.size(); i++) {
            pool.execute(Priority.VOTE, new Vote(batch.get(i), i, outputs, nanos));
        }
    }

    /** The network's outputs for a batch, closed after the last image. */
    private final class Outputs {

        private final Detections detections;
        private final AtomicInteger remaining;

        private Outputs(Detections detections, int images) {
            this.detections = detections;
            this.remaining = new AtomicInteger(images);
        }

        private void releaseOne() {
            if (remaining.decrementAndGet() == 0) {
                detections.close();
                release();
            }
        }
    }

    /** The mask voting of one image. */
    private final class Vote implements StagePool.Job {

        private final DecodedImage image;
        private final int index;
        private final Outputs outputs;
        private final Cost cost;

        private Vote(DecodedImage image, int index, Outputs outputs, long nanos) {
            this.image = image;
            this.index = index;
            this.outputs = outputs;
            this.cost = image.cost().detected(nanos);
        }

        @Override
        public void run() {
            try {
                image.deliver(outcome());
            } catch (RuntimeException | Error e) {
                image.close();
                throw e;
            } finally {
                outputs.releaseOne();
            }
        }

        @Override
        public void drop() {
            image.close();
            outputs.releaseOne();
        }

        private ImageOutcome outcome() {
            long start = System.nanoTime();
            try {
                MinScores minScores = settings.minScores();
                List<Instance> all = minScores.filter(outputs.detections.instances(index, minScores.least()));
                List<Instance> best =
                        all.size() <= settings.maxInstances() ? all : all.subList(0, settings.maxInstances());
                return ImageOutcome.labelled(image.image(), image.frame(), best, cost.voted(System.nanoTime() - start));
            } catch (RuntimeException e) {
                warmUp.requireDevice(e); // A sick device may have computed what cannot be voted on.
                Failure failure = Failure.of(Stage.DETECT, "model failed", e);
                return ImageOutcome.failed(image.image(), image.frame(), failure, cost);
            }
        }
    }
}
