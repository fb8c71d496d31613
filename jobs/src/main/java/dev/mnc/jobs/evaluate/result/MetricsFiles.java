package dev.mnc.jobs.evaluate.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.evaluate.findings.Finding;
import dev.mnc.jobs.evaluate.findings.MetricsEntry;
import dev.mnc.jobs.evaluate.findings.MetricsJson;
import dev.mnc.jobs.evaluate.findings.SdsFinding;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of an evaluation. They hold nothing but what was measured, so equal inputs give equal bytes.
 *
 * <p>{@code metrics.json}: by IoU type the twelve numbers, all digits, -1 where there is nothing to be found; under
 * {@code categories} by IoU type one entry a category with its id, name, objects ({@code positives}), considered
 * detections, and its own twelve numbers; under {@code unlisted_categories} the detections of categories that the ground
 * truth does not list; under {@code left_out} the entries that could not be used, by reason; then the
 * {@link Finding#metrics} of each finding.
 *
 * <p>Of the protocol voc-sds {@code metrics.json} holds, in place of the entries by IoU type and {@code categories}, one
 * object {@code voc-sds}: {@code mAP@0.5} and {@code mAP@0.7}, each with {@code 11-point} (the form MNC's code reports)
 * and {@code area}; {@code categories} with id, name, {@code positives}, {@code detections}, {@code AP@0.5} and
 * {@code AP@0.7} in the same two forms; and with a bootstrap {@code intervals}.
 *
 * <p>{@code curves.json}: {@code recalls} (101) and {@code iou_thresholds} (10); by IoU type {@code precision}, the mean
 * over categories, and {@code categories} with {@code precision} and the {@code scores} at which each recall is
 * reached, all {@code [iou threshold][recall]}, for objects of all sizes and 100 detections. Of voc-sds 11 recalls and 2 thresholds, and {@code voc-sds.categories} with
 * {@code precision}: the best at each recall and beyond, whose mean is the 11-point form.
 *
 * <p>{@code tables/*.parquet} and {@code min-scores-*.conf}: see the findings.
 */
public final class MetricsFiles {

    /** The folder of the tables. */
    public static final String TABLES = "tables";

    /** Curves are 300,000 numbers, which are written one by one. */
    private static final JsonFactory CURVES = new JsonFactory();

    /** The content of a file. */
    public interface Content {
        void write(OutputStream out) throws IOException;
    }

    /** A file, by its path below the folder of the evaluation. */
    public record File(String path, Content content) {}

    private final Map<Long, String> names;
    private final List<EvaluationResult> results;
    private final List<Finding> findings;
    private final Map<Long, Long> unlisted;
    private final Map<String, Long> leftOut;
    private final @Nullable SdsFinding sds;

    /**
     * The files of a summary.
     *
     * @param names of the categories by id
     */
    public MetricsFiles(Map<Long, String> names, EvaluationSummary summary) {
        this.names = Map.copyOf(names);
        this.results = summary.results();
        this.findings = summary.findings();
        this.unlisted = summary.unlisted();
        this.leftOut = summary.leftOut();
        SdsResult result = summary.sds();
        this.sds = result == null ? null : new SdsFinding(result, names);
    }

    /** Returns all files, those of a finding when the iterator comes to them, so that those before can be written meanwhile. */
    public Iterator<File> files() {
        Stream<Supplier<Stream<File>>> files = Stream.of(
                        Stream.<Supplier<Stream<File>>>of(() -> Stream.of(new File("curves.json", this::writeCurves))),
                        findings.stream().<Supplier<Stream<File>>>map(finding -> () -> files(finding)),
                        Stream.<Supplier<Stream<File>>>of(
                                () -> Stream.of(new File("metrics.json", this::writeMetrics))))
                .flatMap(each -> each);
        return files.flatMap(Supplier::get).iterator();
    }

    private static Stream<File> files(Finding finding) {
        return Stream.concat(
                finding.tables().stream()
                        .map(table -> new File(TABLES + "/" + table.name() + ".parquet", table::write)),
                finding.texts().entrySet().stream().map(MetricsFiles::text));
    }

    private static File text(Map.Entry<String, String> file) {
        return new File(file.getKey(), out -> out.write(file.getValue().getBytes(UTF_8)));
    }

    private record OfCategory(
            long id,
            @Nullable String name,
            long positives,
            long detections,
            @JsonAnyGetter Map<Metric, Double> numbers) {}

    private record Unlisted(long id, long detections) {}

    private void writeMetrics(OutputStream out) throws IOException {
        Map<String, Object> metrics = new LinkedHashMap<>();
        if (sds != null) {
            metrics.put(sds.metrics().field(), sds.metrics().value());
        } else if (!results.isEmpty()) {
            Map<String, List<OfCategory>> categories = new LinkedHashMap<>();
            for (EvaluationResult result : results) {
                metrics.put(result.type().label(), result.metrics());
                categories.put(
                        result.type().label(),
                        result.categories().stream().map(this::entry).toList());
            }
            metrics.put("categories", categories);
        }
        List<Unlisted> others = new ArrayList<>();
        unlisted.forEach((category, detections) -> others.add(new Unlisted(category, detections)));
        metrics.put("unlisted_categories", others);
        metrics.put("left_out", leftOut);
        for (Finding finding : findings) {
            MetricsEntry entry = finding instanceof SdsFinding ? null : finding.metrics();
            if (entry != null) {
                metrics.put(entry.field(), entry.value());
            }
        }
        MetricsJson.write(metrics, out);
    }

    private OfCategory entry(CategoryResult category) {
        return new OfCategory(
                category.categoryId(),
                names.get(category.categoryId()),
                category.positives(AreaRange.ALL),
                category.detections(),
                category.metrics());
    }

    private void writeName(JsonGenerator json, CategoryResult category) throws IOException {
        json.writeNumberField("id", category.categoryId());
        json.writeStringField("name", names.get(category.categoryId()));
    }

    private void writeCurves(OutputStream out) throws IOException {
        try (JsonGenerator json = CURVES.createGenerator(out, JsonEncoding.UTF8)) {
            json.writeStartObject();
            if (sds != null) {
                sds.writeCurves(json);
                json.writeEndObject();
                return;
            }
            writeArray(json, "recalls", CocoProtocol.RECALLS, CocoProtocol::recall);
            writeArray(json, "iou_thresholds", CocoProtocol.IOU_THRESHOLDS, CocoProtocol::iouThreshold);
            for (EvaluationResult result : results) {
                json.writeObjectFieldStart(result.type().label());
                writeTable(json, "precision", result::precision);
                json.writeArrayFieldStart("categories");
                for (CategoryResult category : result.categories()) {
                    json.writeStartObject();
                    writeName(json, category);
                    writeTable(json, "precision", (t, r) -> category.precision(AreaRange.ALL, t, r));
                    writeTable(json, "scores", (t, r) -> category.score(AreaRange.ALL, t, r));
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndObject();
        }
    }

    private interface Table {
        double at(int threshold, int recall);
    }

    private static void writeTable(JsonGenerator json, String field, Table table) throws IOException {
        json.writeArrayFieldStart(field);
        for (int t = 0; t < CocoProtocol.IOU_THRESHOLDS; t++) {
            json.writeStartArray();
            for (int r = 0; r < CocoProtocol.RECALLS; r++) {
                json.writeNumber(table.at(t, r));
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static void writeArray(JsonGenerator json, String field, int count, IntToDoubleFunction values)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (int i = 0; i < count; i++) {
            json.writeNumber(values.applyAsDouble(i));
        }
        json.writeEndArray();
    }
}
