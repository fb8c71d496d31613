package dev.mnc.jobs.evaluate.compare;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import java.util.Locale;

/**
 * Two runs that are compared. Both are evaluated alike, with a bootstrap, on the same ground truth.
 *
 * @param a the first
 * @param b the second
 * @param out folder of {@code compare.json} and {@code tables/comparison.parquet}; they are replaced
 */
public record CompareConfig(EvaluateConfig a, EvaluateConfig b, String out) {

    public CompareConfig {
        requireNonNull(a, "a");
        requireNonNull(b, "b");
        requireNonNull(out, "out");
        if (!a.groundTruth().equals(b.groundTruth()) || !a.protocol().equals(b.protocol())) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "runs are compared on one ground truth by one protocol, got %s by %s and %s by %s",
                    a.groundTruth(),
                    a.protocol(),
                    b.groundTruth(),
                    b.protocol()));
        }
        weights(a);
    }

    /** Returns whether both are label tables, which say what images they cover. */
    boolean comparesTables() {
        return a.readsTable() && b.readsTable();
    }

    /** Returns the weights of images in the replicates. */
    public PoissonWeights weights() {
        return weights(a);
    }

    private static PoissonWeights weights(EvaluateConfig config) {
        if (config.protocol() instanceof Coco coco && coco.extras().bootstrap() != null) {
            return coco.extras().bootstrap();
        }
        throw new IllegalArgumentException(
                "a comparison needs COCO's protocol and a bootstrap, got " + config.protocol());
    }
}
