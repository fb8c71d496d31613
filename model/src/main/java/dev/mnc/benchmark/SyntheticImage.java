package dev.mnc.benchmark;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Polygon;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An image of {@link EvaluationWorkload}.
 *
 * @param kinds of the detections, on which the distribution of their scores depends
 */
record SyntheticImage(Image image, List<Annotation> annotations, DetectionColumns columns, List<Kind> kinds) {

    private static final int[][] SIZES = {{480, 640}, {480, 640}, {480, 640}, {640, 480}, {427, 640}};
    private static final int MOST_OBJECTS = 60;

    /** The relation of a detection to the objects. */
    enum Kind {
        FOUND,
        AGAIN,
        MISTAKEN,
        NOTHING
    }

    /** The frequencies of the categories: falling as a power, the first twice as often as that. */
    static final class Frequencies {

        private final double[] sums;

        Frequencies(int categories) {
            sums = new double[categories];
            double sum = 0;
            for (int i = 0; i < categories; i++) {
                sum += Math.pow(i + 1, -0.85) * (i == 0 ? 2.2 : 1);
                sums[i] = sum;
            }
        }

        long draw(RandomDraws draws) {
            int at = Arrays.binarySearch(sums, draws.unit() * sums[sums.length - 1]);
            return 1L + Math.min(sums.length - 1, at < 0 ? -at - 1 : at);
        }
    }

    private record Outline(long category, double[] ring, double radiusX, double radiusY) {}

    static SyntheticImage of(int id, int detections, RandomDraws draws, Frequencies frequencies) {
        int[] size = SIZES[draws.below(SIZES.length)];
        Image image = new Image(id, id + ".jpg", size[0], size[1]);
        long[] usual = {frequencies.draw(draws), frequencies.draw(draws), frequencies.draw(draws)};
        int objects = draws.unit() < 0.0096 ? 0 : Math.min(MOST_OBJECTS, 1 + draws.negativeBinomial(0.95, 6.42));
        List<Outline> outlines = new ArrayList<>();
        List<Annotation> annotations = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            long category = draws.unit() < 0.8 ? usual[draws.below(3)] : frequencies.draw(draws);
            Outline outline = outline(category, draws, image);
            Polygon polygon = new Polygon(outline.ring());
            Mask mask = polygon.toMask(image.height(), image.width());
            if (mask.area() > 0) {
                outlines.add(outline);
                boolean crowd = draws.unit() < 0.0122;
                annotations.add(new Annotation(
                        i + 1L,
                        id,
                        category,
                        mask.boundingBox(),
                        mask.area(),
                        crowd,
                        crowd ? Segmentation.ofMask(mask) : new Segmentation.Polygons(polygon)));
            }
        }
        return detected(image, annotations, outlines, usual, new Source(detections, draws, frequencies));
    }

    private record Source(int detections, RandomDraws draws, Frequencies frequencies) {}

    private static SyntheticImage detected(
            Image image, List<Annotation> annotations, List<Outline> outlines, long[] usual, Source source) {
        RandomDraws draws = source.draws();
        List<Outline> found = new ArrayList<>();
        List<Kind> kinds = new ArrayList<>();
        for (Outline outline : outlines) {
            offer(
                    draws.unit() < 0.86,
                    moved(outline, outline.category(), 0.06, draws, image),
                    Kind.FOUND,
                    found,
                    kinds);
        }
        for (Outline outline : outlines) {
            offer(
                    draws.unit() < 0.35,
                    moved(outline, outline.category(), 0.22, draws, image),
                    Kind.AGAIN,
                    found,
                    kinds);
            long wrong = source.frequencies().draw(draws);
            offer(draws.unit() < 0.35, moved(outline, wrong, 0.15, draws, image), Kind.MISTAKEN, found, kinds);
        }
        while (found.size() < source.detections()) {
            long category = draws.unit() < 0.5
                    ? usual[draws.below(3)]
                    : source.frequencies().draw(draws);
            offer(true, nothing(category, draws, image), Kind.NOTHING, found, kinds);
        }
        List<Kind> chosen = List.copyOf(kinds.subList(0, source.detections()));
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < source.detections(); i++) {
            Mask mask = new Polygon(found.get(i).ring()).toMask(image.height(), image.width());
            Box box = mask.boundingBox();
            detections.add(new Detection(
                    i,
                    image.id(),
                    found.get(i).category(),
                    score(chosen.get(i), draws),
                    box,
                    Segmentation.ofMask(mask)));
        }
        return new SyntheticImage(image, List.copyOf(annotations), DetectionColumns.of(detections), chosen);
    }

    private static void offer(boolean accepted, Outline outline, Kind kind, List<Outline> found, List<Kind> kinds) {
        if (accepted) {
            found.add(outline);
            kinds.add(kind);
        }
    }

    private static Outline outline(long category, RandomDraws draws, Image image) {
        double share = draws.unit();
        double side = share < 0.41 ? draws.between(8, 32) : share < 0.75 ? draws.between(32, 96) : draws.scale(96, 380);
        double aspect = Math.exp(draws.normal(0.45));
        int corners = (int) Math.max(4, Math.min(160, Math.exp(2.95 + draws.normal(0.55))));
        return blob(category, new double[] {side, aspect, draws.between(0.03, 0.28)}, corners, draws, image);
    }

    private static Outline nothing(long category, RandomDraws draws, Image image) {
        double[] form = {draws.scale(10, 330), Math.exp(draws.normal(0.45)), 0.12};
        return blob(category, form, 24, draws, image);
    }

    /**
     * Returns a random blob.
     *
     * @param form side, px; width by height; deviation of the outline
     */
    private static Outline blob(long category, double[] form, int corners, RandomDraws draws, Image image) {
        double radiusX = form[0] * Math.sqrt(form[1]) * 0.62;
        double radiusY = form[0] / Math.sqrt(form[1]) * 0.62;
        double centreX = draws.between(0, image.width());
        double centreY = draws.between(0, image.height());
        double[] angles = new double[corners];
        Arrays.setAll(angles, i -> draws.between(0, 2 * Math.PI));
        Arrays.sort(angles);
        int lobes = 2 + draws.below(3);
        double phase = draws.between(0, 2 * Math.PI);
        double[] ring = new double[2 * corners];
        for (int i = 0; i < corners; i++) {
            double radius = 1 + form[2] * Math.cos(angles[i] * lobes + phase) + form[2] * draws.normal(0.5);
            double bounded = Math.max(0.25, Math.min(1.9, radius));
            ring[2 * i] = centreX + radiusX * bounded * Math.cos(angles[i]);
            ring[2 * i + 1] = centreY + radiusY * bounded * Math.sin(angles[i]);
        }
        return new Outline(category, within(ring, image), radiusX, radiusY);
    }

    private static Outline moved(Outline outline, long category, double share, RandomDraws draws, Image image) {
        double strength = share * Math.exp(draws.normal(0.5));
        double[] ring = outline.ring().clone();
        double[] middle = new double[2];
        for (int i = 0; i < ring.length; i++) {
            middle[i & 1] += 2 * ring[i] / ring.length;
        }
        double[] radius = {outline.radiusX(), outline.radiusY()};
        double[] stretch = {Math.exp(draws.normal(strength)), Math.exp(draws.normal(strength))};
        double[] shift = {draws.normal(strength) * radius[0], draws.normal(strength) * radius[1]};
        double noise = Math.min(strength, 0.1) * 0.3;
        for (int i = 0; i < ring.length; i++) {
            int axis = i & 1;
            ring[i] = (ring[i] - middle[axis]) * stretch[axis]
                    + middle[axis]
                    + shift[axis]
                    + draws.normal(noise) * radius[axis];
        }
        return new Outline(category, within(ring, image), outline.radiusX(), outline.radiusY());
    }

    private static double[] within(double[] ring, Image image) {
        for (int i = 0; i < ring.length; i++) {
            double most = (i & 1) == 0 ? image.width() : image.height();
            ring[i] = Math.round(100 * Math.max(0, Math.min(most - 0.01, ring[i]))) / 100.0;
        }
        return ring;
    }

    private static double score(Kind kind, RandomDraws draws) {
        double score = switch (kind) {
            case FOUND -> draws.beta(4, 1.6);
            case AGAIN -> draws.beta(1.2, 4);
            case MISTAKEN -> draws.beta(1.1, 5);
            case NOTHING -> draws.beta(0.55, 6);
        };
        return Math.round(1e6 * score) / 1e6;
    }

    /** Returns other random scores of the same detections. */
    double[] scores(RandomDraws draws) {
        double[] scores = new double[kinds.size()];
        Arrays.setAll(scores, i -> score(kinds.get(i), draws));
        return scores;
    }
}
