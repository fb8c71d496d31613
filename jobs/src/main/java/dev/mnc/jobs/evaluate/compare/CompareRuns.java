package dev.mnc.jobs.evaluate.compare;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mnc.evaluation.bootstrap.Comparison;
import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.jobs.evaluate.EvaluateInstances;
import dev.mnc.jobs.evaluate.EvaluateLocally;
import dev.mnc.jobs.evaluate.findings.IntervalFinding;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Compares two runs: each is evaluated, its files go to {@code a} and {@code b} below the folder of the comparison, and
 * then both are looked at in the same replicates.
 */
public final class CompareRuns {

    private static final int NAMED = 5;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final CompareConfig config;
    private final Configuration configuration;

    private CompareRuns(CompareConfig config, Configuration configuration) {
        this.config = config;
        this.configuration = configuration;
    }

    /**
     * Compares runs of this machine in this process.
     *
     * @throws OperatorException if something is wrong with a file, or tables do not cover the same images
     */
    public static RunComparison locally(CompareConfig config) throws IOException {
        if (config.comparesTables()) {
            List<SortedMap<Long, String>> covered = EvaluateLocally.covered(List.of(config.a(), config.b()));
            requireSameImages(config, alone(covered.get(0), covered.get(1)), alone(covered.get(1), covered.get(0)));
        }
        return new CompareRuns(config, new Configuration())
                .compare(EvaluateLocally.run(config.a()), EvaluateLocally.run(config.b()));
    }

    /**
     * Compares runs of label tables, or files.
     *
     * @throws OperatorException if the tables do not cover the same images of the ground truth
     */
    public static RunComparison onSpark(SparkSession spark, CompareConfig config) throws IOException {
        if (config.comparesTables()) {
            Dataset<Row> inA = EvaluateInstances.covered(spark, config.a());
            Dataset<Row> inB = EvaluateInstances.covered(spark, config.b());
            requireSameImages(config, alone(inA.except(inB)), alone(inB.except(inA)));
        }
        return new CompareRuns(config, spark.sparkContext().hadoopConfiguration())
                .compare(EvaluateInstances.run(spark, config.a()), EvaluateInstances.run(spark, config.b()));
    }

    /**
     * Images that only one of two tables covers.
     *
     * @param first of them by id, id and name
     */
    private record Alone(long count, List<String> first) {

        String in(String table) {
            return String.format(
                    Locale.ROOT,
                    "%d in %s (%s%s)",
                    count,
                    table,
                    String.join(", ", first),
                    count > NAMED ? ", ..." : "");
        }
    }

    private static Alone alone(SortedMap<Long, String> images, SortedMap<Long, String> others) {
        SortedMap<Long, String> alone = new TreeMap<>(images);
        alone.keySet().removeAll(others.keySet());
        return new Alone(
                alone.size(),
                alone.entrySet().stream()
                        .limit(NAMED)
                        .map(image -> image.getKey() + " " + image.getValue())
                        .toList());
    }

    private static Alone alone(Dataset<Row> images) {
        return new Alone(
                images.count(),
                images.orderBy(col("truth_id")).limit(NAMED).collectAsList().stream()
                        .map(image -> image.getLong(0) + " " + image.getString(1))
                        .toList());
    }

    /** A results file does not say which images it covers; those without a result may have been looked at as well. */
    private static void requireSameImages(CompareConfig config, Alone a, Alone b) {
        List<String> faults = new ArrayList<>();
        if (a.count() > 0) {
            faults.add(a.in("A alone"));
        }
        if (b.count() > 0) {
            faults.add(b.in("B alone"));
        }
        if (!faults.isEmpty()) {
            throw OperatorException.usage(
                    "the runs do not cover the same images of " + config.a().groundTruth() + ": "
                            + String.join("; ", faults),
                    "label the rest with the other model too, or compare other runs: --run-a, --run-b");
        }
    }

    private RunComparison compare(EvaluationSummary a, EvaluationSummary b) throws IOException {
        IntervalFinding ofA = intervals(a);
        IntervalFinding ofB = intervals(b);
        List<Comparison> comparisons = new ArrayList<>();
        for (int i = 0; i < ofA.resampled().size(); i++) {
            Resampled one = ofA.resampled().get(i);
            comparisons.add(new Comparison(one, ofB.resampled().get(i)));
        }
        RunComparison comparison = new RunComparison(config, comparisons, ofA.names(), warnings(a, b));
        try (OutputStream out = Store.replace(comparison.path("compare.json"), configuration)) {
            JSON.writeValue(out, comparison.json());
        }
        ResultTable table = comparison.table();
        try (OutputStream out = Store.replace(comparison.path("tables/" + table.name() + ".parquet"), configuration)) {
            table.write(out);
        }
        return comparison;
    }

    private static IntervalFinding intervals(EvaluationSummary summary) {
        IntervalFinding finding = summary.intervals();
        if (finding == null) {
            throw new IllegalStateException("an evaluation with a bootstrap has no intervals");
        }
        return finding;
    }

    private List<String> warnings(EvaluationSummary a, EvaluationSummary b) {
        List<String> warnings = new ArrayList<>();
        a.warnings().forEach(warning -> warnings.add("A: " + warning));
        b.warnings().forEach(warning -> warnings.add("B: " + warning));
        DetectedImages inA = intervals(a).images();
        DetectedImages inB = intervals(b).images();
        if (!config.comparesTables() && !inA.areThoseOf(inB)) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "A has detections in %d images, B in %d, not in the same ones; an image without any counts as one"
                            + " in which nothing was found",
                    inA.images(),
                    inB.images()));
        }
        return warnings;
    }
}
