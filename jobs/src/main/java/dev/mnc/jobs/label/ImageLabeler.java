package dev.mnc.jobs.label;

import dev.mnc.image.ImageHeader;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.jobs.label.ImageOutcome.Cost;
import dev.mnc.jobs.label.ImageOutcome.Frame;
import dev.mnc.jobs.label.ImageOutcome.Stage;
import dev.mnc.mnc.Predictor;
import dev.mnc.mnc.network.NetworkInput;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.Instance;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * What one task does: decodes the files it is fed, gathers images of one padded shape into batches, detects, and hands
 * out one outcome an image.
 *
 * <p>Decoded images wait until their batch is full. At most four batches wait in all; then the fullest goes as it is.
 */
final class ImageLabeler implements Iterator<ImageOutcome> {

    private static final int WAITING_BATCHES = 4;

    private final Iterator<ReadAhead.Encoded> files;
    private final Predictor predictor;
    private final LabelConfig config;
    private final Map<NetworkInput.Bucket, List<Decoded>> waiting = new LinkedHashMap<>();
    private final Deque<ImageOutcome> done = new ArrayDeque<>();
    private int waitingImages;

    ImageLabeler(Iterator<ReadAhead.Encoded> files, Predictor predictor, LabelConfig config) {
        this.files = files;
        this.predictor = predictor;
        this.config = config;
    }

    @Override
    public boolean hasNext() {
        while (done.isEmpty() && files.hasNext()) {
            decode(files.next());
        }
        while (done.isEmpty() && waitingImages > 0) {
            detectFullest();
        }
        return !done.isEmpty();
    }

    @Override
    public ImageOutcome next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return done.remove();
    }

    private void decode(ReadAhead.Encoded file) {
        Cost readCost = new Cost(file.nanos(), 0, 0);
        byte[] bytes = file.bytes();
        if (bytes == null) {
            done.add(ImageOutcome.failed(file.image(), null, Stage.READ, String.valueOf(file.failure()), readCost));
            return;
        }
        long start = System.nanoTime();
        try {
            ImageHeader header = ImageHeader.read(bytes, config.limits());
            NetworkInput input = predictor.preprocess(bytes);
            Frame frame = new Frame(input.originalHeight(), input.originalWidth(), header.exifOrientation());
            Cost cost = new Cost(file.nanos(), System.nanoTime() - start, 0);
            waiting.computeIfAbsent(input.bucket(), bucket -> new ArrayList<>())
                    .add(new Decoded(file.image(), input, frame, cost));
            waitingImages++;
            detectIfDue(input.bucket());
        } catch (UnreadableImageException e) {
            fail(file, String.valueOf(e.getMessage()), start);
        } catch (RuntimeException e) {
            // A decoder that stumbles over one file must not take the wave with it.
            fail(file, "cannot be decoded: " + firstLine(e), start);
        }
    }

    /** What a native library says first; below it names the nodes of its graph. */
    private static String firstLine(RuntimeException e) {
        String message = e.getMessage() == null ? "" : e.getMessage().strip();
        return message.isEmpty() ? e.toString() : message.lines().findFirst().orElse(message);
    }

    private void fail(ReadAhead.Encoded file, String reason, long start) {
        Cost cost = new Cost(file.nanos(), System.nanoTime() - start, 0);
        done.add(ImageOutcome.failed(file.image(), null, Stage.DECODE, reason, cost));
    }

    private void detectIfDue(NetworkInput.Bucket bucket) {
        List<Decoded> batch = waiting.get(bucket);
        if (batch != null && batch.size() >= config.batchSize()) {
            waiting.remove(bucket);
            detect(batch);
        } else if (waitingImages >= WAITING_BATCHES * config.batchSize()) {
            detectFullest();
        }
    }

    private void detectFullest() {
        NetworkInput.Bucket fullest = waiting.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                .orElseThrow()
                .getKey();
        List<Decoded> batch = waiting.remove(fullest);
        if (batch != null) {
            detect(batch);
        }
    }

    private void detect(List<Decoded> batch) {
        waitingImages -= batch.size();
        long start = System.nanoTime();
        List<List<Instance>> found;
        try {
            found = predictor.detect(batch.stream().map(Decoded::input).toList(), config.minScore());
        } catch (RuntimeException e) {
            detectOneByOne(batch);
            return;
        }
        long share = (System.nanoTime() - start) / batch.size();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).labelled(found.get(i), share, config.maxInstances(), done);
        }
    }

    /** Finds out which image of a failed batch is at fault, so that its batch mates keep their labels. */
    private void detectOneByOne(List<Decoded> batch) {
        for (Decoded image : batch) {
            long start = System.nanoTime();
            try {
                List<Instance> found = predictor
                        .detect(List.of(image.input()), config.minScore())
                        .get(0);
                image.labelled(found, System.nanoTime() - start, config.maxInstances(), done);
            } catch (RuntimeException e) {
                Cost cost = image.cost(System.nanoTime() - start);
                done.add(ImageOutcome.failed(
                        image.image(), image.frame(), Stage.DETECT, "model failed: " + firstLine(e), cost));
            }
        }
    }

    private record Decoded(ImageRef image, NetworkInput input, Frame frame, Cost soFar) {

        Cost cost(long detectNanos) {
            return new Cost(soFar.readNanos(), soFar.decodeNanos(), detectNanos);
        }

        void labelled(List<Instance> found, long detectNanos, int maxInstances, Deque<ImageOutcome> done) {
            List<Instance> kept = found.size() <= maxInstances ? found : found.subList(0, maxInstances);
            done.add(ImageOutcome.labelled(image, frame, kept, cost(detectNanos)));
        }
    }
}
