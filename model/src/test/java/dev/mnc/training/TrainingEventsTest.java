package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;

@Tag("tensorflow")
class TrainingEventsTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);

    /** The check values of RFC 3720, appendix B.4, masked by hand. */
    @Test
    void theChecksumIsCastagnolisMasked() {
        assertThat(TrainingEvents.maskedCrc(new byte[32], 0, 32)).isEqualTo(masked(0x8a9136aaL));
        assertThat(TrainingEvents.maskedCrc("xx123456789".getBytes(StandardCharsets.US_ASCII), 2, 9))
                .isEqualTo(masked(0xe3069283L));
    }

    private static int masked(long crc) {
        return (int) (((crc >> 15 | crc << 17) + 0xa282ead8L) & 0xffffffffL);
    }

    @Test
    void everyScalarOfAReportIsReadBack(@TempDir Path folder) throws IOException {
        Map<String, Double> losses = new TreeMap<>(Map.of("total", 2.5, "mask_ext", 0.75, "gradient_norm", 4.0));
        Path file;
        try (TrainingEvents events = TrainingEvents.in(folder, CLOCK)) {
            file = events.file();
            events.started(40);
            events.progressed(new Trainer.Progress(50, 0.5, 8, 1e-3, Duration.ofMinutes(1), losses));
        }
        assertThat(file.getFileName().toString()).matches("events\\.out\\.tfevents\\.1700000000\\..+");
        List<Event> events = read(file);
        assertThat(events).hasSize(3);
        assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
        assertThat(events.get(1).getStep()).isEqualTo(41);
        assertThat(events.get(1).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
        assertThat(events.get(2).getStep()).isEqualTo(50);
        assertThat(events.get(2).getWallTime()).isEqualTo(1_700_000_000.25);
        assertThat(scalars(events.get(2)))
                .containsOnly(
                        entry("loss/total", 2.5f),
                        entry("loss/mask_ext", 0.75f),
                        entry("training/gradient_norm", 4f),
                        entry("training/learning_rate", 1e-3f),
                        entry("training/images_per_second", 8f));
    }

    @Test
    void aValidationIsWrittenUnderItsStep(@TempDir Path folder) throws IOException {
        GroundTruth empty = new GroundTruth(List.of(), List.of(new Category(1, "disc")), List.of());
        var result = CocoEvaluation.evaluate(empty, Collections.emptyIterator(), IouType.SEGM, DetectionArea.COMPARED);
        Path file;
        try (TrainingEvents events = TrainingEvents.in(folder, CLOCK)) {
            file = events.file();
            events.validated(1000, new Validation.Outcome(result, Optional.empty()));
        }
        Event last = read(file).get(1);
        assertThat(last.getStep()).isEqualTo(1000);
        assertThat(scalars(last))
                .containsOnly(
                        entry("validation/mask_AP50", -1f),
                        entry("validation/mask_AP", -1f),
                        entry("validation/mask_AP75", -1f));
    }

    @Test
    void aRunOfTheSameSecondGetsAFileOfItsOwn(@TempDir Path folder) throws IOException {
        Path first;
        Path second;
        try (TrainingEvents one = TrainingEvents.in(folder, CLOCK);
                TrainingEvents two = TrainingEvents.in(folder, CLOCK)) {
            first = one.file();
            second = two.file();
        }
        assertThat(second).hasFileName(first.getFileName() + ".1");
        assertThat(read(second)).hasSize(1);
    }

    private static Map<String, Float> scalars(Event event) {
        Map<String, Float> scalars = new TreeMap<>();
        event.getSummary().getValueList().forEach(value -> scalars.put(value.getTag(), value.getSimpleValue()));
        return scalars;
    }

    /** An independent reader of TFRecords: a bitwise CRC32C, both checksums of every record compared. */
    private static List<Event> read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        List<Event> events = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            while (in.available() > 0) {
                byte[] length = in.readNBytes(8);
                assertThat(Integer.reverseBytes(in.readInt())).isEqualTo(masked(crc(length)));
                byte[] data = in.readNBytes(Math.toIntExact(java.nio.ByteBuffer.wrap(length)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getLong()));
                assertThat(Integer.reverseBytes(in.readInt())).isEqualTo(masked(crc(data)));
                events.add(Event.parseFrom(data));
            }
        }
        return events;
    }

    private static long crc(byte[] data) {
        int crc = -1;
        for (byte value : data) {
            crc ^= value & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
            }
        }
        return ~crc & 0xffffffffL;
    }
}
