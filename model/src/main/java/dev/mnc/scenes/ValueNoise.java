package dev.mnc.scenes;

import java.util.Random;

/**
 * Smooth noise over the plane: random values on a square lattice, blended between lattice points. Repeats after 32
 * cells.
 */
final class ValueNoise {

    private static final int SIZE = 32;

    private final float[] lattice = new float[SIZE * SIZE];
    private final double period;

    /**
     * Draws the lattice.
     *
     * @param random the source of the values
     * @param period distance between lattice points, px, above 0
     */
    ValueNoise(Random random, double period) {
        for (int i = 0; i < lattice.length; i++) {
            lattice[i] = random.nextFloat();
        }
        this.period = period;
    }

    /** Returns the value at a point, in [0, 1). */
    double at(double x, double y) {
        double u = x / period;
        double v = y / period;
        int column = (int) Math.floor(u);
        int row = (int) Math.floor(v);
        double s = smooth(u - column);
        double t = smooth(v - row);
        double upper = lerp(lattice(column, row), lattice(column + 1, row), s);
        double lower = lerp(lattice(column, row + 1), lattice(column + 1, row + 1), s);
        return lerp(upper, lower, t);
    }

    private double lattice(int column, int row) {
        return lattice[(row & (SIZE - 1)) * SIZE + (column & (SIZE - 1))];
    }

    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }

    private static double lerp(double a, double b, double t) {
        return a + (b - a) * t;
    }
}
