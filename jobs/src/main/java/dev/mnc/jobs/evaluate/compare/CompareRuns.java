package dev.mnc.jobs.evaluate.compare;

import dev.mnc.evaluation.bootstrap.Comparison;
import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.jobs.evaluate.Engine;
import dev.mnc.jobs.evaluate.Evaluation;
import dev.mnc.jobs.evaluate.findings.IntervalFinding;
import dev.mnc.jobs.evaluate.findings.MetricsJson;
import dev.mnc.jobs.evaluate.result.CoverageDifference;
import dev.mnc.jobs.evaluate.result.CoverageDifference.Images;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.parquet.ResultTable;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * The comparison of two runs: each is evaluated, its files go to {@code a} and {@code b} below the folder of the comparison, and
 * then both are looked at in the same replicates.
 */
public final class CompareRuns {

    private final CompareConfig config;
    private final Engine engine;

    private CompareRuns(CompareConfig config, Engine engine) {
        this.config = config;
        this.engine = engine;
    }

    /**
     * Compares two runs.
     *
     * @throws OperatorException if something is wrong with a file, or tables do not cover the same images
     */
    public static RunComparison run(Engine engine, CompareConfig config) throws IOException {
        if (config.comparesTables()) {
            requireSameImages(config, engine.coverageDifference(config.a(), config.b()));
        }
        return new CompareRuns(config, engine)
                .compare(Evaluation.run(engine, config.a()), Evaluation.run(engine, config.b()));
    }

    /** A results file does not say which images it covers; those without a result may have been looked at as well. */
    private static void requireSameImages(CompareConfig config, CoverageDifference difference) {
        List<String> faults = new ArrayList<>();
        if (difference.onlyA().count() > 0) {
            faults.add(named(difference.onlyA(), "A alone"));
        }
        if (difference.onlyB().count() > 0) {
            faults.add(named(difference.onlyB(), "B alone"));
        }
        if (!faults.isEmpty()) {
            throw OperatorException.usage(
                    "the runs do not cover the same images of " + config.a().groundTruth() + ": "
                            + String.join("; ", faults),
                    "label the rest with the other model too, or compare other runs: --run-a, --run-b");
        }
    }

    private static String named(Images images, String runs) {
        return String.format(
                Locale.ROOT,
                "%d in %s (%s%s)",
                images.count(),
                runs,
                String.join(", ", images.first()),
                images.count() > Images.NAMED ? ", ..." : "");
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
        Configuration hadoop = engine.hadoop();
        try (OutputStream out = Store.replace(comparison.path("compare.json"), hadoop)) {
            MetricsJson.write(comparison.json(), out);
        }
        ResultTable table = comparison.table();
        try (OutputStream out = Store.replace(comparison.path("tables/" + table.name() + ".parquet"), hadoop)) {
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
