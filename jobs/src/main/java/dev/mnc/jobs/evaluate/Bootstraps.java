package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.jobs.failure.OperatorException;
import org.jspecify.annotations.Nullable;

/** The random weights that the options of a bootstrap stand for. */
public final class Bootstraps {

    private Bootstraps() {}

    /**
     * Returns the weights that {@code --bootstrap} and {@code --seed} request.
     *
     * @param replicates null without a bootstrap
     * @param seed null for the usual one
     * @throws OperatorException if there is a seed without replicates, or they are too few
     */
    static @Nullable PoissonWeights weights(@Nullable Integer replicates, @Nullable Long seed) {
        if (replicates == null) {
            if (seed != null) {
                throw OperatorException.usage("--seed " + seed + " is for --bootstrap", "add --bootstrap 100");
            }
            return null;
        }
        return of(replicates, seed);
    }

    /**
     * Returns the weights of a number of replicates.
     *
     * @param seed null for the usual one
     * @throws OperatorException if they are too few
     */
    public static PoissonWeights of(int replicates, @Nullable Long seed) {
        if (replicates < 2) {
            throw OperatorException.usage(
                    "--bootstrap takes at least 2 replicates, got " + replicates, "use --bootstrap 100 or more");
        }
        return new PoissonWeights(replicates, seed == null ? 0 : seed);
    }
}
