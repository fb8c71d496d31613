package dev.mnc.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/**
 * A writer of training progress in TensorBoard's format: one event file for each run, of TFRecords that each hold one
 * {@code Event}. The scalars are {@code loss/*}, {@code training/learning_rate}, {@code training/gradient_norm},
 * {@code training/images_per_second} and {@code validation/*}. A resumed training opens a new file, which revokes the
 * events of later steps in older files of the folder.
 */
public final class TrainingEvents implements Trainer.Listener, AutoCloseable {

    /**
     * The number added to a rotated checksum, so that a checksum of data that holds checksums is not weak
     * (tsl/lib/hash/crc32c.h).
     */
    private static final int MASK_DELTA = 0xa282ead8;

    private static final String GRADIENT_NORM = "gradient_norm";

    private final Path file;
    private final FileChannel channel;
    private final Clock clock;

    private TrainingEvents(Path file, FileChannel channel, Clock clock) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
    }

    /**
     * Opens a new file {@code events.out.tfevents.<seconds>.<host>}.
     *
     * @param folder of the file; created if it is missing
     */
    public static TrainingEvents in(Path folder) throws IOException {
        return in(folder, Clock.systemUTC());
    }

    static TrainingEvents in(Path folder, Clock clock) throws IOException {
        Files.createDirectories(folder);
        String name = String.format(
                Locale.ROOT, "events.out.tfevents.%010d.%s", clock.instant().getEpochSecond(), host());
        for (int attempt = 0; ; attempt++) {
            Path file = folder.resolve(attempt == 0 ? name : name + "." + attempt);
            try {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TrainingEvents events = new TrainingEvents(file, channel, clock);
                events.write(events.event(0).setFileVersion("brain.Event:2"));
                return events;
            } catch (FileAlreadyExistsException e) {
                // Another run began within the same second: the next name.
            }
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    @Override
    public void started(int step) {
        // Readers drop the events of older files from this event's step on.
        write(event(step + 1).setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
    }

    @Override
    public void progressed(Trainer.Progress progress) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        progress.losses()
                .forEach((name, value) ->
                        scalars.put((name.equals(GRADIENT_NORM) ? "training/" : "loss/") + name, value));
        scalars.put("training/learning_rate", progress.learningRate());
        scalars.put("training/images_per_second", progress.imagesPerSecond());
        write(progress.step(), scalars);
    }

    @Override
    public void validated(int step, Validation.Outcome outcome) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        outcome.figures().forEach((name, value) -> scalars.put("validation/" + name.replace(' ', '_'), value));
        write(step, scalars);
    }

    private void write(int step, Map<String, Double> scalars) {
        Summary.Builder summary = Summary.newBuilder();
        scalars.forEach((tag, value) ->
                summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue(value.floatValue())));
        write(event(step).setSummary(summary));
    }

    private Event.Builder event(int step) {
        return Event.newBuilder().setWallTime(clock.millis() / 1e3).setStep(step);
    }

    /** Writes one TFRecord: length, its checksum, data, its checksum; all little-endian. */
    private void write(Event.Builder event) {
        byte[] data = event.build().toByteArray();
        ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), 0, 8));
        record.put(data);
        record.putInt(maskedCrc(data, 0, data.length));
        record.flip();
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the training's events to " + file, e);
        }
    }

    /** Returns the checksum of a TFRecord over a part of an array. */
    static int maskedCrc(byte[] data, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, offset, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
