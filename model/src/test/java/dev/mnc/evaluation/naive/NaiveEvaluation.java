package dev.mnc.evaluation.naive;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.FederatedLabels;
import dev.mnc.dataset.Frequency;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.geometry.Box;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * An evaluator of boxes written down line by line from the text of lvis-api's {@code LVISEval} and {@code LVISResults}
 * (which is that of pycocotools' {@code COCOeval} without crowds, with lists of checked categories): slow, and with
 * nothing in common with the real one.
 *
 * @param federated whether images say which categories were looked for; else all were
 * @param perImage detections of an image looked at
 * @param perCategory detections of a category in an image looked at
 */
public record NaiveEvaluation(
        GroundTruth truth, List<Detection> detections, boolean federated, int perImage, int perCategory) {

    /** The frequencies of the categories of random evaluations, in LVIS's three groups. */
    public static final Map<Long, Frequency> FREQUENCIES = Map.of(
            3L,
            Frequency.RARE,
            6L,
            Frequency.RARE,
            9L,
            Frequency.COMMON,
            12L,
            Frequency.FREQUENT,
            15L,
            Frequency.COMMON);

    /** Average precision at 101 recalls and the highest recall; both -1 if there is nothing to be found. */
    public record Figure(double averagePrecision, double recall) {}

    private record Judged(double score, boolean matched, boolean ignored) {}

    /** Average precision and recall of one category in one size range at one overlap. */
    public Figure figure(long category, AreaBounds area, double threshold) {
        List<Judged> all = new ArrayList<>();
        int[] positives = new int[1];
        truth.images().stream()
                .sorted(Comparator.comparingLong(Image::id))
                .forEach(image -> all.addAll(judge(image, category, area, threshold, positives)));
        if (positives[0] == 0) {
            return new Figure(-1, -1);
        }
        all.sort(Comparator.comparingDouble(judged -> -judged.score));
        List<double[]> curve = new ArrayList<>();
        double right = 0;
        double wrong = 0;
        for (Judged judged : all) {
            right += judged.matched && !judged.ignored ? 1 : 0;
            wrong += !judged.matched && !judged.ignored ? 1 : 0;
            curve.add(new double[] {right / positives[0], right / (wrong + right + Math.ulp(1.0))});
        }
        double sum = 0;
        for (int r = 0; r <= 100; r++) {
            double recall = r == 100 ? 1 : r * 0.01;
            sum += curve.stream()
                    .filter(point -> point[0] >= recall)
                    .mapToDouble(point -> point[1])
                    .max()
                    .orElse(0);
        }
        return new Figure(sum / 101, right / positives[0]);
    }

    private List<Judged> judge(Image image, long category, AreaBounds area, double threshold, int[] positives) {
        List<Annotation> objects = truth.annotationsOf(image.id()).stream()
                .filter(object -> object.categoryId() == category)
                .sorted(Comparator.comparing(object -> isOutside(object.area(), area)))
                .toList();
        positives[0] += (int) objects.stream()
                .filter(object -> !isOutside(object.area(), area))
                .count();
        boolean[] taken = new boolean[objects.size()];
        List<Judged> judged = new ArrayList<>();
        for (Detection detection : lookedAt(image, category)) {
            int best = -1;
            double most = Math.min(threshold, 1 - 1e-10);
            for (int i = 0; i < objects.size(); i++) {
                if (taken[i]) {
                    continue;
                }
                boolean aside = isOutside(objects.get(i).area(), area);
                if (best > -1 && !isOutside(objects.get(best).area(), area) && aside) {
                    break;
                }
                double overlap = iou(box(detection.bbox()), box(objects.get(i).bbox()));
                if (overlap >= most) {
                    most = overlap;
                    best = i;
                }
            }
            if (best > -1) {
                taken[best] = true;
                judged.add(new Judged(
                        detection.score(), true, isOutside(objects.get(best).area(), area)));
            } else {
                Box box = box(detection.bbox());
                boolean ignored = isOutside(box.width() * box.height(), area)
                        || (federated && image.checked().notExhaustive().contains(category));
                judged.add(new Judged(detection.score(), false, ignored));
            }
        }
        return judged;
    }

    private List<Detection> lookedAt(Image image, long category) {
        FederatedLabels checked = image.checked();
        boolean known = !federated
                || checked.absent().contains(category)
                || truth.annotationsOf(image.id()).stream().anyMatch(object -> object.categoryId() == category);
        return detections.stream()
                .filter(detection -> detection.imageId() == image.id())
                .sorted(Comparator.comparingDouble(detection -> -detection.score()))
                .limit(perImage)
                .filter(detection -> detection.categoryId() == category && known)
                .limit(perCategory)
                .toList();
    }

    private static boolean isOutside(double size, AreaBounds area) {
        return size < area.from() || size > area.to();
    }

    private static Box box(@org.jspecify.annotations.Nullable Box box) {
        return java.util.Objects.requireNonNull(box);
    }

    private static double iou(Box one, Box other) {
        double width = Math.min(one.x() + one.width(), other.x() + other.width()) - Math.max(one.x(), other.x());
        double height = Math.min(one.y() + one.height(), other.y() + other.height()) - Math.max(one.y(), other.y());
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double both = width * height;
        return both / (one.width() * one.height() + other.width() * other.height() - both);
    }

    /** Six images, five categories, boxes on a coarse grid and scores that are often equal. */
    public static NaiveEvaluation random(long seed, boolean federated, int perImage, int perCategory) {
        Random random = new Random(seed);
        List<Category> categories = new ArrayList<>();
        for (int id = 1; id <= 5; id++) {
            categories.add(new Category(3L * id, "c" + id));
        }
        List<Image> images = new ArrayList<>();
        List<Annotation> objects = new ArrayList<>();
        Map<Long, Detection> detections = new HashMap<>();
        for (int number = 0; number < 6; number++) {
            long image = random.nextInt(1000) * 6L + number;
            images.add(new Image(image, number + ".jpg", 100, 100, checked(random)));
            for (int i = random.nextInt(8); i > 0; i--) {
                Box box = randomBox(random);
                double area = box.width() * box.height() * (random.nextInt(4) == 0 ? 0.5 : 1);
                objects.add(new Annotation(objects.size() + 1L, image, category(random), box, area, false, null));
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                long ordinal = detections.size();
                double score = random.nextInt(8) / 8.0;
                detections.put(
                        ordinal, new Detection(ordinal, image, category(random), score, randomBox(random), null));
            }
        }
        List<Detection> ordered = detections.values().stream()
                .sorted(Comparator.comparingLong(Detection::ordinal))
                .toList();
        return new NaiveEvaluation(
                new GroundTruth(images, categories, objects), ordered, federated, perImage, perCategory);
    }

    private static FederatedLabels checked(Random random) {
        return new FederatedLabels(List.of(category(random)), List.of(category(random), category(random)));
    }

    private static long category(Random random) {
        return 3L * (1 + random.nextInt(5));
    }

    private static Box randomBox(Random random) {
        return new Box(
                5 * random.nextInt(8), 5 * random.nextInt(8), 5 * (2 + random.nextInt(6)), 5 * (2 + random.nextInt(6)));
    }
}
