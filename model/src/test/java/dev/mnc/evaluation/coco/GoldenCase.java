package dev.mnc.evaluation.coco;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** One variant of one folder below {@code coco} in the test resources. */
public record GoldenCase(Path folder, String variant, JsonNode expected) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final List<GoldenCase> ALL = load();

    /** Every folder in every variant that pycocotools was run in. */
    public static Stream<GoldenCase> all() {
        return ALL.stream();
    }

    private static List<GoldenCase> load() {
        try {
            return below(Path.of(requireNonNull(GoldenCase.class.getResource("/coco"))
                            .toURI()))
                    .toList();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every folder below one in every variant. */
    public static Stream<GoldenCase> below(Path folder) {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(GoldenCase::isCase).sorted().toList().stream().flatMap(GoldenCase::variants);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isCase(Path folder) {
        return Files.exists(folder.resolve("expected.json.gz")) || Files.exists(folder.resolve("expected.json"));
    }

    private Path file(String name) {
        return file(folder, name);
    }

    private static Path file(Path folder, String name) {
        Path compressed = folder.resolve(name + ".gz");
        return Files.exists(compressed) ? compressed : folder.resolve(name);
    }

    private static Stream<GoldenCase> variants(Path folder) {
        Path expected = file(folder, "expected.json");
        try (InputStream plain = Files.newInputStream(expected);
                InputStream in = expected.toString().endsWith(".gz") ? new GZIPInputStream(plain) : plain) {
            JsonNode file = JSON.readTree(in);
            return Stream.of("bbox", "segm", "segm_nobbox")
                    .filter(file::has)
                    .map(variant -> new GoldenCase(folder, variant, file.get(variant)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return folder.getFileName() + "/" + variant;
    }

    /** Returns the numbers of other references for the case; empty if there are none. */
    public JsonNode extra() throws IOException {
        Path extra = folder.resolve("expected_extra.json");
        return Files.exists(extra) ? JSON.readTree(extra.toFile()) : JSON.createObjectNode();
    }

    public IouType type() {
        return variant.equals("bbox") ? IouType.BBOX : IouType.SEGM;
    }

    public GroundTruth truth() throws IOException {
        return CocoJson.read(file("gt.json"));
    }

    public List<Detection> detections(GroundTruth truth) throws IOException {
        List<Detection> detections = new ArrayList<>();
        try (CocoResults.Reader reader = CocoResults.open(file("dt.json"), truth.namedImages())) {
            reader.forEachRemaining(detections::add);
        }
        if (variant.equals("segm_nobbox")) {
            detections.replaceAll(
                    d -> new Detection(d.ordinal(), d.imageId(), d.categoryId(), d.score(), null, d.segmentation()));
        }
        return detections;
    }

    /** Evaluates with pycocotools' rule for the area of detections. */
    Outcome outcome(Compat compat) throws IOException {
        GroundTruth truth = truth();
        List<DetectionColumns> detections = List.of(DetectionColumns.of(detections(truth)));
        return CocoEvaluation.of(truth, List.of(type()), DetectionArea.asPycocotools(detections), compat)
                .evaluate(truth, detections, DirectExecutor.INSTANCE);
    }

    /** Evaluates, and throws as soon as something cannot be used. */
    EvaluationResult evaluate(Compat compat) throws IOException {
        Outcome outcome = outcome(compat);
        Fault fault = outcome.faults().first();
        if (fault != null) {
            throw new IllegalArgumentException(fault.message());
        }
        return outcome.results().get(0);
    }

    @Override
    public String toString() {
        return name();
    }
}
