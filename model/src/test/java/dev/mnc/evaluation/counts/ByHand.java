package dev.mnc.evaluation.counts;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.scores.ScoreThresholds.Verdict;
import dev.mnc.geometry.Box;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The counts of one category in one image when boxes are compared at one overlap, by the plainest reading of COCO's
 * rules.
 *
 * @param positives objects that are no crowds
 * @param crowds objects that are
 * @param verdicts of the detections, by rank
 */
record ByHand(Image image, long category, int positives, int crowds, List<Found> verdicts) {

    record Found(double score, Verdict verdict) {}

    static List<ByHand> of(GroundTruth truth, List<Detection> detections, double overlap) {
        List<ByHand> all = new ArrayList<>();
        for (Image image : truth.images()) {
            for (Category category : truth.categories()) {
                List<Annotation> objects = truth.annotations().stream()
                        .filter(a -> a.imageId() == image.id() && a.categoryId() == category.id())
                        .toList();
                List<Detection> ofCategory = detections.stream()
                        .filter(d -> d.imageId() == image.id() && d.categoryId() == category.id())
                        .sorted(Comparator.comparingDouble((Detection d) -> -d.score()))
                        .limit(100)
                        .toList();
                all.add(matched(image, category.id(), objects, ofCategory, overlap));
            }
        }
        return all;
    }

    private static ByHand matched(
            Image image, long category, List<Annotation> objects, List<Detection> detections, double overlap) {
        Set<Annotation> taken = new HashSet<>();
        List<Found> verdicts = new ArrayList<>();
        for (Detection detection : detections) {
            Annotation best = null;
            double most = overlap;
            for (Annotation object : objects) {
                double iou = iou(detection, object);
                if (!object.crowd() && !taken.contains(object) && iou >= most) {
                    best = object;
                    most = iou;
                }
            }
            boolean inCrowd = objects.stream().anyMatch(o -> o.crowd() && iou(detection, o) >= overlap);
            verdicts.add(new Found(
                    detection.score(), best != null ? Verdict.RIGHT : inCrowd ? Verdict.IGNORED : Verdict.WRONG));
            if (best != null) {
                taken.add(best);
            }
        }
        int crowds = (int) objects.stream().filter(Annotation::crowd).count();
        return new ByHand(image, category, objects.size() - crowds, crowds, verdicts);
    }

    private static double iou(Detection detection, Annotation object) {
        Box one = requireNonNull(detection.bbox());
        Box other = requireNonNull(object.bbox());
        double width = Math.min(one.x() + one.width(), other.x() + other.width()) - Math.max(one.x(), other.x());
        double height = Math.min(one.y() + one.height(), other.y() + other.height()) - Math.max(one.y(), other.y());
        double common = Math.max(0, width) * Math.max(0, height);
        double whole = one.width() * one.height();
        return common / (object.crowd() ? whole : whole + other.width() * other.height() - common);
    }

    long count(Verdict verdict, double score) {
        return verdicts.stream()
                .filter(found -> found.verdict() == verdict && found.score() >= score)
                .count();
    }

    long missed(double score) {
        return positives - count(Verdict.RIGHT, score);
    }
}
