package dev.mnc.evaluation;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
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
record GoldenCase(Path folder, String variant, JsonNode expected) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final List<GoldenCase> ALL = load();

    /** Every folder in every variant that pycocotools was run in. */
    static Stream<GoldenCase> all() {
        return ALL.stream();
    }

    private static List<GoldenCase> load() {
        try (Stream<Path> folders = Files.list(
                Path.of(requireNonNull(GoldenCase.class.getResource("/coco")).toURI()))) {
            return folders.filter(Files::isDirectory)
                    .sorted()
                    .flatMap(GoldenCase::variants)
                    .toList();
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<GoldenCase> variants(Path folder) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve("expected.json.gz")))) {
            JsonNode file = JSON.readTree(in);
            return Stream.of("bbox", "segm", "segm_nobbox")
                    .filter(file::has)
                    .map(variant -> new GoldenCase(folder, variant, file.get(variant)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return folder.getFileName() + "/" + variant;
    }

    IouType type() {
        return variant.equals("bbox") ? IouType.BBOX : IouType.SEGM;
    }

    GroundTruth truth() throws IOException {
        return CocoJson.read(folder.resolve("gt.json.gz"));
    }

    List<Detection> detections(GroundTruth truth) throws IOException {
        List<Detection> detections = new ArrayList<>();
        try (CocoResults.Reader reader = CocoResults.open(folder.resolve("dt.json.gz"), truth.namedImages())) {
            reader.forEachRemaining(detections::add);
        }
        if (variant.equals("segm_nobbox")) {
            detections.replaceAll(
                    d -> new Detection(d.ordinal(), d.imageId(), d.categoryId(), d.score(), null, d.segmentation()));
        }
        return detections;
    }

    /** Evaluates with pycocotools' rule for the area of detections. */
    EvaluationResult evaluate() throws IOException {
        GroundTruth truth = truth();
        List<Detection> detections = detections(truth);
        DetectionArea area =
                detections.isEmpty() ? DetectionArea.COMPARED : DetectionArea.asPycocotools(detections.get(0));
        return CocoEvaluation.evaluate(truth, detections.iterator(), new ImageMatcher(type(), area));
    }

    @Override
    public String toString() {
        return name();
    }
}
