package dev.mnc.benchmark;

import java.util.SplittableRandom;

/** A source of random numbers of the distributions that the workload consists of. */
final class RandomDraws {

    private final SplittableRandom random;

    RandomDraws(long seed) {
        this.random = new SplittableRandom(seed);
    }

    double unit() {
        return random.nextDouble();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    double normal(double deviation) {
        return deviation * random.nextGaussian();
    }

    /** Returns a number that is uniform in the logarithm. */
    double scale(double low, double high) {
        return Math.exp(between(Math.log(low), Math.log(high)));
    }

    /** Returns a gamma-distributed number (Marsaglia and Tsang, 2000). */
    private double gamma(double shape) {
        if (shape < 1) {
            return gamma(shape + 1) * Math.pow(random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0 && Math.log(random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    double beta(double a, double b) {
        double x = gamma(a);
        return x / (x + gamma(b));
    }

    int poisson(double mean) {
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }

    /**
     * Returns a number of the negative binomial distribution with a mean: a Poisson whose mean is drawn from a gamma
     * distribution.
     */
    int negativeBinomial(double shape, double mean) {
        return poisson(gamma(shape) * mean / shape);
    }
}
