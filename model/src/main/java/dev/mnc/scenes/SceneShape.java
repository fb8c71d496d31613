package dev.mnc.scenes;

import dev.mnc.schemas.Category;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The kinds of object in generated scenes: a kind is recognised by its outline alone, never by colour or texture. */
enum SceneShape {
    DISC(1),
    RING(2),
    SQUARE(3),
    TRIANGLE(4),
    STAR(5),
    CROSS(6);

    private static final int ROUND_POINTS = 48;
    private static final int EDGE_STEPS = 6;

    private final long id;

    SceneShape(long id) {
        this.id = id;
    }

    /** Returns the category in the ground truth. */
    Category category() {
        return new Category(id, name().toLowerCase(Locale.ROOT));
    }

    /** Returns a random kind, each as likely as the others. */
    static SceneShape drawn(Random random) {
        List<SceneShape> kinds = List.of(values());
        return kinds.get(random.nextInt(kinds.size()));
    }

    /**
     * Returns the outline of one individual of this kind: stretched, turned by any angle, slightly uneven.
     *
     * @param random source of the individual's features
     * @param centreX px
     * @param centreY px
     * @param radius about half the extent, px
     * @return a closed outline under the even-odd rule
     */
    Path2D outline(Random random, double centreX, double centreY, double radius) {
        Wobble wobble = new Wobble(random);
        double stretch = StrictMath.exp(0.12 * (2 * random.nextDouble() - 1));
        double angle = 2 * StrictMath.PI * random.nextDouble();
        double inner = 0.44 + 0.14 * random.nextDouble();
        Path2D path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
        switch (this) {
            case DISC -> wobble.trace(path, round(0.95));
            case RING -> {
                wobble.trace(path, round(1));
                wobble.trace(path, round(inner));
            }
            case SQUARE -> wobble.trace(path, square());
            case TRIANGLE -> wobble.trace(path, corners(3, 1.15, 1.15));
            case STAR -> wobble.trace(path, corners(10, 1.15, 0.5));
            case CROSS -> wobble.trace(path, cross(0.24 + 0.1 * random.nextDouble()));
        }
        AffineTransform placement = AffineTransform.getTranslateInstance(centreX, centreY);
        placement.concatenate(new AffineTransform(
                StrictMath.cos(angle), StrictMath.sin(angle), -StrictMath.sin(angle), StrictMath.cos(angle), 0, 0));
        placement.scale(radius * stretch, radius / stretch);
        path.transform(placement);
        return path;
    }

    private static double[][] round(double radius) {
        return corners(ROUND_POINTS, radius, radius);
    }

    /** Returns a closed polygon whose corners lie at even angles, at the two radii in turn. */
    private static double[][] corners(int count, double even, double odd) {
        double[][] points = new double[count][];
        for (int i = 0; i < count; i++) {
            double angle = 2 * StrictMath.PI * i / count;
            double radius = i % 2 == 0 ? even : odd;
            points[i] = new double[] {radius * StrictMath.cos(angle), radius * StrictMath.sin(angle)};
        }
        return points;
    }

    /** Returns a square whose sides, not corners, lie on the axes, so that stretching makes a rectangle. */
    private static double[][] square() {
        return new double[][] {{0.82, -0.82}, {0.82, 0.82}, {-0.82, 0.82}, {-0.82, -0.82}};
    }

    private static double[][] cross(double half) {
        double[][] quarter = {{1, -half}, {1, half}, {half, half}};
        double[][] points = new double[12][];
        for (int i = 0; i < 12; i++) {
            double x = quarter[i % 3][0];
            double y = quarter[i % 3][1];
            points[i] = switch (i / 3) {
                case 0 -> new double[] {x, y};
                case 1 -> new double[] {-y, x};
                case 2 -> new double[] {-x, -y};
                default -> new double[] {y, -x};
            };
        }
        return points;
    }

    /** A gentle unevenness of the radius over the angle: a few harmonics. */
    private static final class Wobble {

        private static final int[] HARMONICS = {2, 3, 5, 7};

        private final double[] amplitudes = new double[HARMONICS.length];
        private final double[] phases = new double[HARMONICS.length];

        Wobble(Random random) {
            for (int i = 0; i < HARMONICS.length; i++) {
                amplitudes[i] = 0.05 / HARMONICS[i] * (2 * random.nextDouble() - 1);
                phases[i] = 2 * StrictMath.PI * random.nextDouble();
            }
        }

        void trace(Path2D path, double[][] corners) {
            for (int i = 0; i < corners.length; i++) {
                double[] from = corners[i];
                double[] to = corners[(i + 1) % corners.length];
                for (int step = 0; step < EDGE_STEPS; step++) {
                    double t = (double) step / EDGE_STEPS;
                    double x = from[0] + (to[0] - from[0]) * t;
                    double y = from[1] + (to[1] - from[1]) * t;
                    double factor = factor(StrictMath.atan2(y, x));
                    if (i == 0 && step == 0) {
                        path.moveTo(x * factor, y * factor);
                    } else {
                        path.lineTo(x * factor, y * factor);
                    }
                }
            }
            path.closePath();
        }

        private double factor(double angle) {
            double factor = 1;
            for (int i = 0; i < HARMONICS.length; i++) {
                factor += amplitudes[i] * StrictMath.sin(HARMONICS[i] * angle + phases[i]);
            }
            return factor;
        }
    }
}
