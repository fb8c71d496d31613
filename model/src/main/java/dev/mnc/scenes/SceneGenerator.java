package dev.mnc.scenes;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Mask;
import dev.mnc.image.JpegEncoder;
import dev.mnc.schemas.Category;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A generator of images with exact instance masks from a seed: textured objects of six shapes, turned, scaled, slightly
 * deformed and in front of each other, on cluttered backgrounds.
 *
 * <p>A scene depends on the seed and its index alone, so scenes can be generated in any order and in parallel. On one
 * platform and Java release the bytes are the same every time. Everything drawn is in the ground truth: an object that
 * would show too little of itself, or hide too much of another, is placed elsewhere.
 */
public final class SceneGenerator {

    private static final double LEAST_VISIBLE = 0.35;
    private static final int LEAST_AREA = 150;
    private static final double LEAST_DIAMETER = 26;
    private static final double LARGEST_DIAMETER = 90;
    /** The least distance of an object's centre from the image's border, px. */
    private static final int INSET = 10;

    private static final int ATTEMPTS = 60;
    /** The margin of the label map, px: wide enough that an object whose centre lies in the image is drawn in full. */
    private static final int MARGIN = 72;

    private static final float JPEG_QUALITY = 0.92f;

    private final long seed;

    /**
     * Creates a generator.
     *
     * @param seed any number; another seed gives other scenes throughout
     */
    public SceneGenerator(long seed) {
        this.seed = seed;
    }

    /**
     * An image and the objects on it.
     *
     * @param height rows, px
     * @param width columns, px
     * @param jpeg the encoded image
     * @param objects the objects, the farthest first; their masks do not overlap
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Scene(int height, int width, byte[] jpeg, List<SceneObject> objects) {

        public Scene {
            jpeg = jpeg.clone();
            objects = List.copyOf(objects);
        }

        @Override
        public byte[] jpeg() {
            return jpeg.clone();
        }
    }

    /**
     * An object of a scene.
     *
     * @param category its shape
     * @param mask the pixels in which it can be seen, at least 150
     */
    public record SceneObject(Category category, Mask mask) {

        public SceneObject {
            requireNonNull(category, "category");
            requireNonNull(mask, "mask");
        }
    }

    /** Returns the categories of every scene, with ids 1 to 6. */
    public static List<Category> categories() {
        return Stream.of(SceneShape.values()).map(SceneShape::category).toList();
    }

    /**
     * Generates one scene.
     *
     * @param index of the scene, at least 0
     * @throws IllegalArgumentException if {@code index} is negative
     */
    public Scene scene(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("scene index must be >= 0, got " + index);
        }
        Random random = new Random(mix(mix(seed) + index));
        int width = 224 + random.nextInt(65);
        int height = 160 + random.nextInt(65);
        List<Placed> placed = new ArrayList<>();
        LabelMap labels = new LabelMap(height, width);
        for (int remaining = 2 + random.nextInt(6); remaining > 0; remaining--) {
            place(random, labels, placed);
        }
        List<SceneObject> objects = new ArrayList<>();
        for (int i = 0; i < placed.size(); i++) {
            objects.add(new SceneObject(placed.get(i).shape.category(), labels.mask(i)));
        }
        return new Scene(height, width, JpegEncoder.encode(draw(random, height, width, placed), JPEG_QUALITY), objects);
    }

    /** Tries positions until everything stays visible enough; leaves the object out if the image is too full for it. */
    private static void place(Random random, LabelMap labels, List<Placed> placed) {
        SceneShape shape = SceneShape.drawn(random);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double diameter = LEAST_DIAMETER * StrictMath.pow(LARGEST_DIAMETER / LEAST_DIAMETER, random.nextDouble());
            double x = INSET + (labels.width - 2 * INSET) * random.nextDouble();
            double y = INSET + (labels.height - 2 * INSET) * random.nextDouble();
            Path2D outline = shape.outline(random, x, y, diameter / 2);
            if (labels.add(outline)) {
                placed.add(new Placed(shape, outline));
                return;
            }
        }
    }

    private static BufferedImage draw(Random random, int height, int width, List<Placed> placed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        double[] background = SceneBackground.paint(random, image);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        SceneBackground.drawClutter(random, graphics, width, height);
        AffineTransform shadow =
                AffineTransform.getTranslateInstance(4 * random.nextDouble() - 2, 1 + 1.5 * random.nextDouble());
        for (Placed object : placed) {
            Paint texture = SceneTexture.paint(random, object.outline.getBounds(), background);
            graphics.setPaint(new Color(0, 0, 0, 55));
            graphics.setStroke(new BasicStroke(1.5f));
            graphics.fill(object.outline.createTransformedShape(shadow));
            graphics.draw(object.outline.createTransformedShape(shadow));
            graphics.setPaint(texture);
            graphics.fill(object.outline);
        }
        graphics.dispose();
        addPixelNoise(random, image);
        return image;
    }

    private static void addPixelNoise(Random random, BufferedImage image) {
        double deviation = (1 + 4 * random.nextDouble()) / 255;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                double[] parts = SceneTexture.parts(image.getRGB(x, y));
                int rgb = 0;
                for (double part : parts) {
                    rgb = rgb << 8 | SceneTexture.channel(part + deviation * random.nextGaussian());
                }
                image.setRGB(x, y, rgb);
            }
        }
    }

    /**
     * Writes {@code images/scene-0000.jpg}, … and {@code ground-truth.json} (COCO, compressed run-length masks, file
     * names relative to {@code images}). Image and annotation ids count from 1.
     *
     * @param directory created if it is missing; files of the same names are replaced
     * @param count number of scenes, at least 1
     * @return the ground truth in the json
     */
    public GroundTruth write(Path directory, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("scene count must be >= 1, got " + count);
        }
        List<Image> images = new ArrayList<>();
        List<Annotation> annotations = new ArrayList<>();
        try {
            Path folder = Files.createDirectories(directory.resolve("images"));
            for (int i = 0; i < count; i++) {
                Scene scene = scene(i);
                String fileName = String.format(Locale.ROOT, "scene-%04d.jpg", i);
                Files.write(folder.resolve(fileName), scene.jpeg);
                images.add(new Image(i + 1L, fileName, scene.height, scene.width));
                for (SceneObject object : scene.objects) {
                    annotations.add(annotation(annotations.size() + 1L, i + 1L, object));
                }
            }
            GroundTruth truth = new GroundTruth(images, categories(), annotations);
            CocoJson.write(truth, directory.resolve("ground-truth.json"));
            return truth;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write scenes to " + directory, e);
        }
    }

    private static Annotation annotation(long id, long imageId, SceneObject object) {
        Mask mask = object.mask;
        return new Annotation(
                id,
                imageId,
                object.category.id(),
                mask.boundingBox(),
                mask.area(),
                false,
                new Segmentation.Compressed(mask.height(), mask.width(), mask.toCoco()));
    }

    /** Spreads neighbouring numbers over all 64 bits: the finalizer of SplitMix64. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private record Placed(SceneShape shape, Path2D outline) {}

    /** The object that each pixel shows, with a margin around the image so that full areas are known too. */
    private static final class LabelMap {

        private final int height;
        private final int width;
        private final List<Integer> fullAreas = new ArrayList<>();
        private int[] labels;

        LabelMap(int height, int width) {
            this.height = height;
            this.width = width;
            this.labels = new int[(height + 2 * MARGIN) * (width + 2 * MARGIN)];
        }

        /**
         * Puts an object in front of all others and returns true, unless then something would be visible too little.
         */
        boolean add(Path2D outline) {
            int stride = width + 2 * MARGIN;
            BufferedImage canvas = new BufferedImage(stride, height + 2 * MARGIN, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = canvas.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.translate(MARGIN, MARGIN);
            graphics.setColor(Color.WHITE);
            graphics.fill(outline);
            graphics.dispose();
            int[] drawn = canvas.getRGB(0, 0, stride, height + 2 * MARGIN, null, 0, stride);
            int[] next = labels.clone();
            int full = 0;
            for (int i = 0; i < drawn.length; i++) {
                if ((drawn[i] & 1) == 1) {
                    next[i] = fullAreas.size() + 1;
                    full++;
                }
            }
            fullAreas.add(full);
            if (allVisible(next)) {
                labels = next;
                return true;
            }
            fullAreas.remove(fullAreas.size() - 1);
            return false;
        }

        private boolean allVisible(int[] candidate) {
            int[] visible = new int[fullAreas.size() + 1];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    visible[candidate[position(x, y)]]++;
                }
            }
            for (int i = 0; i < fullAreas.size(); i++) {
                if (visible[i + 1] < LEAST_AREA || visible[i + 1] < LEAST_VISIBLE * fullAreas.get(i)) {
                    return false;
                }
            }
            return true;
        }

        private int position(int x, int y) {
            return (y + MARGIN) * (width + 2 * MARGIN) + x + MARGIN;
        }

        /** Returns the pixels of the image in which object {@code index} is in front. */
        Mask mask(int index) {
            int[] runs = new int[height * width + 1];
            int run = 0;
            boolean inside = false;
            for (int x = 0; x < width; x++) {
                for (int y = 0; y < height; y++) {
                    if ((labels[position(x, y)] == index + 1) != inside) {
                        inside = !inside;
                        run++;
                    }
                    runs[run]++;
                }
            }
            return Mask.ofRuns(height, width, Arrays.copyOf(runs, run + 1));
        }
    }
}
