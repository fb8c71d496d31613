package dev.mnc.jobs.label;

import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Reads images whole, several at once and in order, with what is in flight bounded by number and by bytes: an object
 * store answers slowly but answers many.
 */
final class ReadAhead implements Iterator<ReadAhead.Encoded>, AutoCloseable {

    /**
     * An image's file.
     *
     * @param bytes its content, or null if it could not be read
     * @param failure why not, or null
     * @param nanos what reading took
     */
    record Encoded(
            ImageRef image,
            byte @Nullable [] bytes,
            @Nullable String failure,
            long nanos) {}

    private final Iterator<ImageRef> images;
    private final LabelConfig config;
    private final Configuration configuration;
    private final ExecutorService readers;
    private final Deque<Flight> flights = new ArrayDeque<>();
    private long bytesInFlight;
    private @Nullable ImageRef next;

    ReadAhead(List<ImageRef> images, LabelConfig config, Configuration configuration) {
        this.images = images.iterator();
        this.config = config;
        this.configuration = configuration;
        this.readers = Executors.newFixedThreadPool(Math.max(1, Math.min(config.readAhead(), images.size())), task -> {
            Thread thread = new Thread(task, "mnc-read-ahead");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public boolean hasNext() {
        fill();
        return !flights.isEmpty();
    }

    @Override
    public Encoded next() {
        fill();
        Flight flight = flights.poll();
        if (flight == null) {
            throw new NoSuchElementException();
        }
        bytesInFlight -= flight.bytes;
        try {
            return flight.encoded.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was cancelled", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading ahead failed", e.getCause());
        }
    }

    private void fill() {
        while (flights.size() < config.readAhead()) {
            if (next == null) {
                if (!images.hasNext()) {
                    return;
                }
                next = images.next();
            }
            ImageRef image = next;
            if (!flights.isEmpty() && bytesInFlight + image.sizeBytes() > config.readAheadBytes()) {
                return;
            }
            next = null;
            bytesInFlight += image.sizeBytes();
            flights.add(new Flight(readers.submit(() -> read(image)), image.sizeBytes()));
        }
    }

    private Encoded read(ImageRef image) {
        if (image.sizeBytes() > config.maxImageBytes()) {
            return new Encoded(image, null, overLimit(image), 0);
        }
        long start = System.nanoTime();
        try {
            byte[] bytes = Store.read(image, configuration);
            return new Encoded(image, bytes, null, System.nanoTime() - start);
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return new Encoded(image, null, reason, System.nanoTime() - start);
        }
    }

    private String overLimit(ImageRef image) {
        return "file of " + image.sizeBytes() + " bytes is over the limit of " + config.maxImageBytes()
                + " (label.max-image-bytes)";
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }

    private record Flight(Future<Encoded> encoded, long bytes) {}
}
