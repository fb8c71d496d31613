package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Polygon;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Random ground truth and detections that look for trouble: equal scores within and across images, crowds, images without
 * objects or without detections, categories nobody has, sizes on the borders of COCO's ranges.
 *
 * @param detections by image id, then by falling score as a label table ranks them; the ordinal is that rank
 */
public record Scenes(GroundTruth truth, List<Detection> detections) {

    private static final int HEIGHT = 120;
    private static final int WIDTH = 160;

    /** Writes detections as COCO results. */
    public static Path writeResults(List<Detection> detections, Path file) throws IOException {
        try (CocoResults.Writer writer = CocoResults.create(file)) {
            for (Detection detection : detections) {
                writer.write(detection);
            }
        }
        return file;
    }

    /** Returns the same scenes with their files in a folder. */
    Scenes inFolder(String folder) {
        List<Image> moved = truth.images().stream()
                .map(image -> new Image(image.id(), folder + "/" + image.fileName(), image.height(), image.width()))
                .toList();
        return new Scenes(new GroundTruth(moved, truth.categories(), truth.annotations()), detections);
    }

    public static Scenes random(long seed, int images) {
        Random random = new Random(seed);
        List<Image> listed = new ArrayList<>();
        List<Annotation> annotations = new ArrayList<>();
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            Image image = new Image(1000L - 7L * i, String.format(Locale.ROOT, "%03d.jpg", i), HEIGHT, WIDTH);
            listed.add(image);
            int objects = i % 5 == 0 ? 0 : random.nextInt(6);
            List<Detection> found = new ArrayList<>();
            for (int n = 0; n < objects; n++) {
                Box box = box(random);
                long category = 1L + random.nextInt(3);
                annotations.add(annotation(annotations.size(), image, box, category, random));
                for (int d = random.nextInt(4); d > 0; d--) {
                    long guess = random.nextInt(5) == 0 ? 1L + random.nextInt(3) : category;
                    found.add(detection(image, jittered(box, random), guess, random));
                }
            }
            if (i % 7 == 3) {
                found.add(detection(image, box(random), 4, random));
            }
            found.sort((a, b) -> Double.compare(b.score(), a.score()));
            for (int rank = 0; rank < found.size(); rank++) {
                Detection detection = found.get(rank);
                detections.add(new Detection(
                        rank,
                        image.id(),
                        detection.categoryId(),
                        detection.score(),
                        detection.bbox(),
                        detection.segmentation()));
            }
        }
        detections.sort((a, b) -> Long.compare(a.imageId(), b.imageId()));
        List<Category> categories = List.of(
                new Category(3, "three"),
                new Category(1, "one"),
                new Category(2, "two"),
                new Category(4, "never annotated"),
                new Category(5, "never seen"));
        return new Scenes(new GroundTruth(listed, categories, annotations), detections);
    }

    private static Annotation annotation(long id, Image image, Box box, long category, Random random) {
        Mask mask = Polygon.ofBox(box).toMask(HEIGHT, WIDTH);
        boolean crowd = random.nextInt(8) == 0;
        return new Annotation(id, image.id(), category, box, box.area(), crowd, Segmentation.ofMask(mask));
    }

    private static Detection detection(Image image, Box box, long category, Random random) {
        double score = (1 + random.nextInt(10)) / 10.0;
        Mask mask = Polygon.ofBox(box).toMask(HEIGHT, WIDTH);
        return new Detection(0, image.id(), category, score, mask.boundingBox(), Segmentation.ofMask(mask));
    }

    private static Box box(Random random) {
        int[] sizes = {8, 16, 32, 64, 96};
        double width = sizes[random.nextInt(sizes.length)];
        double height = sizes[random.nextInt(sizes.length)];
        return new Box(random.nextInt((int) (WIDTH - width)), random.nextInt((int) (HEIGHT - height)), width, height);
    }

    private static Box jittered(Box box, Random random) {
        return new Box(
                Math.max(0, box.x() + random.nextInt(5) - 2),
                Math.max(0, box.y() + random.nextInt(5) - 2),
                box.width(),
                box.height());
    }
}
