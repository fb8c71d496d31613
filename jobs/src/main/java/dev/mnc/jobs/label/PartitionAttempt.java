package dev.mnc.jobs.label;

import dev.mnc.jobs.host.ImageOutcome;
import dev.mnc.jobs.host.ImageReader;
import dev.mnc.jobs.host.ImageStream;
import dev.mnc.jobs.host.ModelHost;
import dev.mnc.jobs.label.TaskMessage.Attempt;
import dev.mnc.jobs.label.TaskMessage.Orders;
import dev.mnc.schemas.ImageRef;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * An attempt at a partition, which labels all images together. Where an executor has died of the partition before, it labels one
 * after the other, each alone in its executor, and tells the driver at which it is, see {@link CrashLog}.
 */
final class PartitionAttempt implements AutoCloseable {

    private static final String CRASHED =
            "the executor died twice while this image, and no other, was read, decoded or labelled there";

    private final DriverLine line = DriverLine.jvm();
    private final Attempt attempt;
    private final Orders orders;
    private final Lock lock;
    private boolean isLost;

    /**
     * @param run the run's id
     * @param partition unique in the run, the same for each attempt
     */
    PartitionAttempt(String run, String partition, TaskContext task) {
        this.attempt =
                new Attempt(run, partition, task.taskAttemptId(), SparkEnv.get().executorId());
        this.orders = Orders.of(line.ask(new TaskMessage.Begin(attempt), String[].class, Orders.TOGETHER.words()));
        this.lock = orders.oneByOne()
                ? line.executor().writeLock()
                : line.executor().readLock();
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was cancelled", e);
        }
    }

    /**
     * Records that the attempt ends with a failure.
     *
     * @param failure where memory ran out in this process, an image may be to blame as if the process had died of it
     */
    void failed(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            isLost |= each instanceof VirtualMachineError
                    || Arrays.stream(each.getSuppressed()).anyMatch(VirtualMachineError.class::isInstance);
        }
    }

    /** Outcomes of a partition, to be closed before the reader. */
    interface Outcomes extends Iterator<ImageOutcome>, AutoCloseable {
        @Override
        void close();
    }

    /** Begins to label the images of the partition. */
    Outcomes label(ModelHost host, List<ImageRef> images, ImageReader reader) {
        if (orders.oneByOne()) {
            return new OneByOne(host, images.iterator(), reader);
        }
        ImageStream together = host.open(attempt.run(), images, reader);
        return new Outcomes() {
            @Override
            public boolean hasNext() {
                return together.hasNext();
            }

            @Override
            public ImageOutcome next() {
                return together.next();
            }

            @Override
            public void close() {
                together.close();
            }
        };
    }

    private final class OneByOne implements Outcomes {

        private final ModelHost host;
        private final Iterator<ImageRef> images;
        private final ImageReader reader;

        private OneByOne(ModelHost host, Iterator<ImageRef> images, ImageReader reader) {
            this.host = host;
            this.images = images;
            this.reader = reader;
        }

        @Override
        public boolean hasNext() {
            return images.hasNext();
        }

        @Override
        public ImageOutcome next() {
            ImageRef image = images.next();
            if (orders.crashed().contains(image.address())) {
                return ImageOutcome.crashed(image, CRASHED);
            }
            boolean unused = line.ask(new TaskMessage.Alone(attempt, image.address()), Boolean.class, true);
            try (ImageStream alone = host.open(attempt.run(), List.of(image), reader)) {
                return alone.next();
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public void close() {
        lock.unlock();
        end();
    }

    /** Tells the driver, also where the task was cancelled: its executor lives. */
    private void end() {
        boolean isCancelled = Thread.interrupted();
        try {
            boolean unused = line.ask(
                    isLost ? new TaskMessage.Lost(attempt) : new TaskMessage.End(attempt), Boolean.class, true);
        } finally {
            if (isCancelled) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
