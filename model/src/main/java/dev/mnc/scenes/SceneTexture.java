package dev.mnc.scenes;

import java.awt.Color;
import java.awt.Rectangle;
import java.awt.TexturePaint;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;

/** The surface of one object: two colours mixed by a pattern, lit from one side. */
final class SceneTexture {

    private enum Pattern {
        GRADIENT,
        STRIPES,
        CHECKS,
        DOTS,
        NOISE
    }

    private static final List<Pattern> PATTERNS = List.of(Pattern.values());

    /** The least distance of both colours of an object from the background's mean, in RGB units of [0, 1]. */
    private static final double CONTRAST = 0.3;

    private final Pattern pattern;
    private final double[] first;
    private final double[] second;
    private final double cos;
    private final double sin;
    private final double period;
    private final double light;
    private final ValueNoise noise;

    private SceneTexture(Random random, double[] background) {
        pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
        first = colour(random, background);
        second = colour(random, background);
        double angle = 2 * StrictMath.PI * random.nextDouble();
        cos = StrictMath.cos(angle);
        sin = StrictMath.sin(angle);
        period = 6 + 10 * random.nextDouble();
        light = 0.1 + 0.2 * random.nextDouble();
        noise = new ValueNoise(random, period * 0.5);
    }

    /**
     * Draws a texture and renders it over a rectangle.
     *
     * @param random source of the texture
     * @param bounds of the area to cover, px
     * @param background the mean colour to stand out from, three values in [0, 1]
     */
    static TexturePaint paint(Random random, Rectangle bounds, double[] background) {
        SceneTexture texture = new SceneTexture(random, background);
        BufferedImage tile = new BufferedImage(bounds.width, bounds.height, BufferedImage.TYPE_INT_RGB);
        double half = 0.5 * Math.max(bounds.width, bounds.height);
        for (int y = 0; y < bounds.height; y++) {
            for (int x = 0; x < bounds.width; x++) {
                tile.setRGB(x, y, texture.rgb(x - 0.5 * bounds.width, y - 0.5 * bounds.height, half));
            }
        }
        return new TexturePaint(tile, bounds);
    }

    private int rgb(double x, double y, double half) {
        double u = cos * x + sin * y;
        double v = cos * y - sin * x;
        double mix = mix(u, v, half);
        double shade = 1 + light * (u - v) / (1.42 * half);
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | channel(shade * (first[c] + (second[c] - first[c]) * mix));
        }
        return rgb;
    }

    private double mix(double u, double v, double half) {
        return switch (pattern) {
            case GRADIENT -> clamp(0.5 + 0.5 * u / half);
            case STRIPES -> clamp(0.5 + 2 * wave(u));
            case CHECKS -> clamp(0.5 + 3 * wave(0.6 * u) * wave(0.6 * v));
            case DOTS -> clamp(0.5 + 0.3 * period - period * StrictMath.hypot(offCentre(u), offCentre(v)));
            case NOISE -> clamp(1.6 * noise.at(u, v) - 0.3);
        };
    }

    private double wave(double u) {
        return StrictMath.sin(2 * StrictMath.PI * u / period);
    }

    private double offCentre(double u) {
        double cells = u / period;
        return cells - StrictMath.floor(cells) - 0.5;
    }

    private static double[] colour(Random random, double[] background) {
        double[] colour;
        do {
            float saturation = 0.25f + 0.75f * random.nextFloat();
            float brightness = 0.3f + 0.7f * random.nextFloat();
            colour = parts(Color.HSBtoRGB(random.nextFloat(), saturation, brightness));
        } while (distance(colour, background) < CONTRAST);
        return colour;
    }

    /** Returns red, green and blue of a packed colour, in [0, 1]. */
    static double[] parts(int rgb) {
        return new double[] {(rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0};
    }

    /** Returns a value as a byte, clamped to [0, 1] first. */
    static int channel(double value) {
        return (int) StrictMath.rint(255 * clamp(value));
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            sum += (a[c] - b[c]) * (a[c] - b[c]);
        }
        return StrictMath.sqrt(sum);
    }

    private static double clamp(double value) {
        return Math.max(0, Math.min(1, value));
    }
}
