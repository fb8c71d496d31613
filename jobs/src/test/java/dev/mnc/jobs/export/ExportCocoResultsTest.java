package dev.mnc.jobs.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.Scenes;
import dev.mnc.jobs.evaluate.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("spark")
class ExportCocoResultsTest {

    @ParameterizedTest
    @EnumSource(IouType.class)
    void everyInstanceIsWrittenByImageAndRankWithAllDigits(IouType type, @TempDir Path folder) throws IOException {
        Scenes scenes = Scenes.random(3, 30);
        new TableWriter(folder.resolve("table")).publish("r1", "2026-01-01T00:00:00Z", scenes, 0);
        Path file = folder.resolve("results.json");

        long count = ExportCocoResults.run(
                TestSession.spark(), new ExportConfig(folder.resolve("table").toString(), null, type, file.toString()));

        List<Detection> written = new ArrayList<>();
        try (CocoResults.Reader reader = CocoResults.open(file, Map.of())) {
            reader.forEachRemaining(written::add);
        }
        assertThat(count).isEqualTo(scenes.detections().size());
        assertThat(written)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("ordinal")
                .containsExactlyElementsOf(scenes.detections().stream()
                        .map(detection -> only(type, detection))
                        .toList());
    }

    /** COCO's results formats hold a mask or a box, not both. */
    private static Detection only(IouType type, Detection detection) {
        return new Detection(
                detection.ordinal(),
                detection.imageId(),
                detection.categoryId(),
                detection.score(),
                type == IouType.BBOX ? detection.bbox() : null,
                type == IouType.SEGM ? detection.segmentation() : null);
    }
}
