package dev.mnc.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.pages.ReportData.CategoryResult;
import dev.mnc.pages.ReportData.Curve;
import dev.mnc.pages.ReportData.TypeResult;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** A reader of the files of an evaluation: {@code metrics.json} and {@code curves.json}. */
public final class EvaluationFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The IoU thresholds that get a curve of their own. */
    private static final List<Double> SHOWN = List.of(0.5, 0.75);

    private static final Set<String> IOU_TYPES = Set.of("segm", "bbox");
    private static final String LVIS = "lvis";
    private static final String VOC_SDS = "voc-sds";

    private final JsonNode metrics;
    private final JsonNode curves;

    private EvaluationFiles(JsonNode metrics, JsonNode curves) {
        this.metrics = metrics;
        this.curves = curves;
    }

    /**
     * The content of the files.
     *
     * @param dialect of the ground truth
     * @param results one for each IoU type, in the order of {@code metrics.json}
     * @param leftOut number of entries that were left out, by reason
     */
    public record Content(CocoDialect dialect, List<TypeResult> results, Map<String, Long> leftOut) {

        public Content {
            results = List.copyOf(results);
            leftOut = Map.copyOf(leftOut);
        }
    }

    /**
     * Reads both files and leaves the streams open.
     *
     * @throws IOException if a stream fails or holds no JSON
     * @throws IllegalArgumentException if a field is missing or no number; the message names file and field
     */
    public static Content read(InputStream metrics, InputStream curves) throws IOException {
        EvaluationFiles files = new EvaluationFiles(JSON.readTree(metrics), JSON.readTree(curves));
        JsonNode lvis = files.metrics.path(LVIS);
        JsonNode sds = files.metrics.path(VOC_SDS);
        List<TypeResult> results =
                sds.isObject() ? List.of(files.sds(sds)) : files.types(lvis.isObject() ? lvis : files.metrics);
        if (results.isEmpty()) {
            throw new IllegalArgumentException("metrics.json has no numbers of masks or boxes");
        }
        Map<String, Long> leftOut = new HashMap<>();
        JsonNode reasons = files.metrics.path("left_out");
        reasons.fieldNames().forEachRemaining(reason -> leftOut.put(reason, (long) number(reasons, reason)));
        return new Content(lvis.isObject() ? CocoDialect.LVIS : CocoDialect.COCO, results, leftOut);
    }

    private List<TypeResult> types(JsonNode root) {
        List<TypeResult> results = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getValue().isObject() && IOU_TYPES.contains(field.getKey())) {
                results.add(type(
                        field.getKey(),
                        field.getValue(),
                        root.path("categories").path(field.getKey())));
            }
        }
        return results;
    }

    private TypeResult type(String iouType, JsonNode numbers, JsonNode categoryNodes) {
        Map<String, Double> summary = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> number : numbers.properties()) {
            summary.put(number.getKey(), number(numbers, number.getKey()));
        }
        Map<Long, List<Curve>> curvesById = new HashMap<>();
        for (JsonNode category : curves.path(iouType).path("categories")) {
            JsonNode precision = category.path("precision");
            List<Curve> shown = curves(precision, SHOWN);
            shown.add(new Curve("mean over IoU", mean(precision)));
            curvesById.put(category.path("id").longValue(), shown);
        }
        List<CategoryResult> categories = new ArrayList<>();
        for (JsonNode category : categoryNodes) {
            Map<String, Double> ofCategory = new LinkedHashMap<>();
            List.of("AP", "AP50", "AP75").forEach(name -> ofCategory.put(name, number(category, name)));
            categories.add(category(category, ofCategory, curvesById));
        }
        return new TypeResult(iouType, summary, categories);
    }

    /**
     * Returns the result of masks by VOC's rules. The 11-point form is the one of published numbers; the other one is
     * in the table.
     */
    private TypeResult sds(JsonNode root) {
        Map<String, Double> summary = new LinkedHashMap<>();
        for (String name : List.of("mAP@0.5", "mAP@0.7")) {
            summary.put(name, number(root.path(name), "11-point"));
        }
        for (String name : List.of("mAP@0.5", "mAP@0.7")) {
            summary.put(name + " area", number(root.path(name), "area"));
        }
        Map<Long, List<Curve>> curvesById = new HashMap<>();
        for (JsonNode category : curves.path(VOC_SDS).path("categories")) {
            curvesById.put(category.path("id").longValue(), curves(category.path("precision"), List.of(0.5, 0.7)));
        }
        List<CategoryResult> categories = new ArrayList<>();
        for (JsonNode category : root.path("categories")) {
            Map<String, Double> ofCategory = new LinkedHashMap<>();
            List.of("AP@0.7", "AP@0.5").forEach(name -> ofCategory.put(name, number(category.path(name), "11-point")));
            categories.add(category(category, ofCategory, curvesById));
        }
        return new TypeResult("segm", summary, categories);
    }

    private static CategoryResult category(
            JsonNode category, Map<String, Double> numbers, Map<Long, List<Curve>> curvesById) {
        long id = (long) number(category, "id");
        return new CategoryResult(
                new Category(id, category.path("name").asText(Long.toString(id))),
                (long) number(category, "positives"),
                numbers,
                curvesById.getOrDefault(id, List.of()));
    }

    private static double number(JsonNode parent, String name) {
        JsonNode value = parent.get(name);
        if (value == null || !value.isNumber()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "metrics.json must have a number '%s' in each entry, got %s", name, value));
        }
        return value.doubleValue();
    }

    /**
     * Returns the curves of some IoU thresholds.
     *
     * @param precision {@code [IoU threshold][recall]}
     */
    private List<Curve> curves(JsonNode precision, List<Double> shownThresholds) {
        JsonNode thresholds = curves.path("iou_thresholds");
        if (precision.size() == 0 || precision.size() != thresholds.size()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "curves.json must have precision at each of its %d IoU thresholds, got %d",
                    thresholds.size(),
                    precision.size()));
        }
        List<Curve> shown = new ArrayList<>();
        for (double threshold : shownThresholds) {
            for (int t = 0; t < thresholds.size(); t++) {
                if (Math.abs(thresholds.get(t).doubleValue() - threshold) < 1e-9) {
                    shown.add(new Curve(String.format(Locale.ROOT, "IoU %.2f", threshold), points(precision.get(t))));
                }
            }
        }
        return shown;
    }

    private static List<Double> points(JsonNode values) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i).doubleValue())
                .toList();
    }

    private static List<Double> mean(JsonNode precision) {
        return IntStream.range(0, precision.get(0).size())
                .mapToObj(r -> IntStream.range(0, precision.size())
                        .mapToDouble(t -> precision.path(t).path(r).doubleValue())
                        .average()
                        .orElse(-1))
                .toList();
    }
}
