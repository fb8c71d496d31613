package dev.mnc.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.report.ReportData.CategoryResult;
import dev.mnc.report.ReportData.Curve;
import dev.mnc.report.ReportData.TypeResult;
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

/** Reads what an evaluation has written: {@code metrics.json} and {@code curves.json}. */
public final class EvaluationFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The IoU thresholds that get a curve of their own. */
    private static final double[] SHOWN = {0.5, 0.75};

    private static final Set<String> IOU_TYPES = Set.of("segm", "bbox");

    private final JsonNode metrics;
    private final JsonNode curves;

    private EvaluationFiles(JsonNode metrics, JsonNode curves) {
        this.metrics = metrics;
        this.curves = curves;
    }

    /**
     * Reads both files and leaves the streams open.
     *
     * @return one entry an IoU type, in the order of {@code metrics.json}
     * @throws IOException if a stream fails or holds no JSON
     * @throws IllegalArgumentException if a field is missing or no number; names file and field
     */
    public static List<TypeResult> read(InputStream metrics, InputStream curves) throws IOException {
        EvaluationFiles files = new EvaluationFiles(JSON.readTree(metrics), JSON.readTree(curves));
        List<TypeResult> results = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : files.metrics.properties()) {
            if (field.getValue().isObject() && IOU_TYPES.contains(field.getKey())) {
                results.add(files.type(field.getKey(), field.getValue()));
            }
        }
        if (results.isEmpty()) {
            throw new IllegalArgumentException("metrics.json has no numbers of any IoU type");
        }
        return results;
    }

    private TypeResult type(String iouType, JsonNode numbers) {
        Map<String, Double> summary = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> number : numbers.properties()) {
            summary.put(number.getKey(), number(numbers, number.getKey()));
        }
        Map<Long, List<Curve>> curvesById = new HashMap<>();
        for (JsonNode category : curves.path(iouType).path("categories")) {
            curvesById.put(category.path("id").longValue(), curves(category.path("precision")));
        }
        List<CategoryResult> categories = new ArrayList<>();
        for (JsonNode category : metrics.path("categories").path(iouType)) {
            long id = (long) number(category, "id");
            categories.add(new CategoryResult(
                    new Category(id, category.path("name").asText(Long.toString(id))),
                    (long) number(category, "positives"),
                    number(category, "AP"),
                    number(category, "AP50"),
                    number(category, "AP75"),
                    curvesById.getOrDefault(id, List.of())));
        }
        return new TypeResult(iouType, summary, categories);
    }

    private static double number(JsonNode parent, String name) {
        JsonNode value = parent.get(name);
        if (value == null || !value.isNumber()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "metrics.json must have a number '%s' in each entry, got %s", name, value));
        }
        return value.doubleValue();
    }

    /** @param precision {@code [IoU threshold][recall]} */
    private List<Curve> curves(JsonNode precision) {
        JsonNode thresholds = curves.path("iou_thresholds");
        if (precision.size() == 0 || precision.size() != thresholds.size()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "curves.json must have precision at each of its %d IoU thresholds, got %d",
                    thresholds.size(),
                    precision.size()));
        }
        List<Curve> shown = new ArrayList<>();
        for (double wanted : SHOWN) {
            for (int t = 0; t < thresholds.size(); t++) {
                if (Math.abs(thresholds.get(t).doubleValue() - wanted) < 1e-9) {
                    shown.add(new Curve(String.format(Locale.ROOT, "IoU %.2f", wanted), points(precision.get(t))));
                }
            }
        }
        shown.add(new Curve("mean over IoU", mean(precision)));
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
