package dev.mnc.scenes;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/**
 * The background behind the objects: muted colours flowing into each other, with lines and soft blobs that belong to no
 * category.
 */
final class SceneBackground {

    private SceneBackground() {}

    /**
     * Paints over the whole image.
     *
     * @return the mean colour, three values in [0, 1]
     */
    static double[] paint(Random random, BufferedImage image) {
        double[] low = muted(random);
        double[] high = muted(random);
        ValueNoise coarse = new ValueNoise(random, 60 + 60 * random.nextDouble());
        ValueNoise middle = new ValueNoise(random, 14 + 16 * random.nextDouble());
        ValueNoise fine = new ValueNoise(random, 2 + 2 * random.nextDouble());
        double grain = 0.06 * random.nextDouble();
        double[] sum = new double[3];
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                double mix = 0.75 * coarse.at(x, y) + 0.25 * middle.at(x, y);
                double shift = grain * (fine.at(x, y) - 0.5);
                int rgb = 0;
                for (int c = 0; c < 3; c++) {
                    double value = low[c] + (high[c] - low[c]) * mix + shift;
                    sum[c] += value;
                    rgb = rgb << 8 | SceneTexture.channel(value);
                }
                image.setRGB(x, y, rgb);
            }
        }
        int pixels = image.getWidth() * image.getHeight();
        return new double[] {sum[0] / pixels, sum[1] / pixels, sum[2] / pixels};
    }

    /** Draws blobs without an edge and thin curves over the image. */
    static void drawClutter(Random random, Graphics2D graphics, int width, int height) {
        for (int i = 2 + random.nextInt(4); i > 0; i--) {
            float radius = 12 + 40 * random.nextFloat();
            float x = width * random.nextFloat();
            float y = height * random.nextFloat();
            Color centre = translucent(random, 90);
            Color edge = new Color(centre.getRed(), centre.getGreen(), centre.getBlue(), 0);
            graphics.setPaint(new RadialGradientPaint(x, y, radius, new float[] {0, 1}, new Color[] {centre, edge}));
            graphics.fill(new Ellipse2D.Float(x - radius, y - radius, 2 * radius, 2 * radius));
        }
        for (int i = 3 + random.nextInt(6); i > 0; i--) {
            Path2D curve = new Path2D.Double();
            curve.moveTo(width * random.nextDouble(), height * random.nextDouble());
            curve.quadTo(
                    width * random.nextDouble(),
                    height * random.nextDouble(),
                    width * random.nextDouble(),
                    height * random.nextDouble());
            graphics.setStroke(new BasicStroke(0.7f + 2.3f * random.nextFloat()));
            graphics.setPaint(translucent(random, 150));
            graphics.draw(curve);
        }
    }

    private static double[] muted(Random random) {
        float saturation = 0.05f + 0.3f * random.nextFloat();
        float brightness = 0.2f + 0.7f * random.nextFloat();
        return SceneTexture.parts(Color.HSBtoRGB(random.nextFloat(), saturation, brightness));
    }

    private static Color translucent(Random random, int strongest) {
        int rgb = Color.HSBtoRGB(random.nextFloat(), 0.5f * random.nextFloat(), 0.1f + 0.9f * random.nextFloat());
        int alpha = 30 + random.nextInt(strongest - 30);
        return new Color(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255, alpha);
    }
}
