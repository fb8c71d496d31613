package dev.mnc.jobs.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.Scenes;
import dev.mnc.jobs.evaluate.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCocoResultsTest {

    @Test
    void everyInstanceIsWrittenByImageAndRankWithAllDigits(@TempDir Path folder) throws IOException {
        Scenes scenes = Scenes.random(3, 30);
        new TableWriter(folder.resolve("table")).publish("r1", "2026-01-01T00:00:00Z", scenes, 0);
        Path file = folder.resolve("results.json");

        long count = ExportCocoResults.run(
                TestSession.spark(), new ExportConfig(folder.resolve("table").toString(), null, file.toString()));

        List<Detection> written = new ArrayList<>();
        try (CocoResults.Reader reader = CocoResults.open(file, Map.of())) {
            reader.forEachRemaining(written::add);
        }
        assertThat(count).isEqualTo(scenes.detections().size());
        assertThat(written)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("ordinal")
                .containsExactlyElementsOf(scenes.detections());
    }
}
