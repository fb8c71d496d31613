package dev.mnc.evaluation.ranges;

import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A grid of IoU thresholds, area ranges and max detections at which average precision and recall are computed. There is
 * a figure for each area range with each max detections; pycocotools' own tables allow only three max detections and
 * COCO's area ranges.
 *
 * @param iouThresholds rising, in (0, 1], at most 64
 * @param areaRanges with different names
 * @param maxDetections of a category in an image, rising, in 1 .. 65535
 */
public record MetricGrid(List<Double> iouThresholds, List<AreaBounds> areaRanges, List<Integer> maxDetections) {

    public MetricGrid {
        iouThresholds = List.copyOf(iouThresholds);
        areaRanges = List.copyOf(areaRanges);
        maxDetections = List.copyOf(maxDetections);
        for (double threshold : iouThresholds) {
            if (!(threshold > 0 && threshold <= 1)) {
                throw new IllegalArgumentException("an IoU threshold lies in (0, 1], got " + threshold);
            }
        }
        for (int limit : maxDetections) {
            if (limit < 1 || limit > 65535) {
                throw new IllegalArgumentException("a limit on detections lies in 1 .. 65535, got " + limit);
            }
        }
        if (iouThresholds.isEmpty() || iouThresholds.size() > Long.SIZE) {
            throw new IllegalArgumentException("there can be 1 to 64 IoU thresholds, got " + iouThresholds.size());
        }
        if (areaRanges.isEmpty() || maxDetections.isEmpty()) {
            throw new IllegalArgumentException(
                    "there must be size ranges and limits, got " + areaRanges + " and " + maxDetections);
        }
        Set<String> names = new HashSet<>();
        for (AreaBounds area : areaRanges) {
            if (!names.add(area.name())) {
                throw new IllegalArgumentException("two size ranges are called " + area.name());
            }
        }
    }

    /**
     * Returns a grid of the given values, with COCO's where none are given.
     *
     * @param iouThresholds empty for COCO's ten; in any order
     * @param areaRanges empty for COCO's four
     * @param maxDetections empty for COCO's three; in any order
     */
    public static MetricGrid of(
            Collection<Double> iouThresholds, Collection<AreaBounds> areaRanges, Collection<Integer> maxDetections) {
        return new MetricGrid(
                iouThresholds.isEmpty()
                        ? IntStream.range(0, CocoProtocol.IOU_THRESHOLDS)
                                .mapToObj(CocoProtocol::iouThreshold)
                                .toList()
                        : iouThresholds.stream().distinct().sorted().toList(),
                areaRanges.isEmpty() ? AreaBounds.coco() : List.copyOf(areaRanges),
                maxDetections.isEmpty()
                        ? Arrays.stream(Limit.values()).map(Limit::detections).toList()
                        : maxDetections.stream().distinct().sorted().toList());
    }

    /** Returns the ranking specs whose results {@link #figures} reads. */
    public List<RankingSpec> rankingSpecs(IouType type, DetectionArea area, Compat compat) {
        List<RankingSpec> rankingSpecs = new ArrayList<>();
        for (int first = 0; first < areaRanges.size(); first += areasAtOnce()) {
            for (int limit : maxDetections) {
                rankingSpecs.add(spec(type, area, compat, first, limit));
            }
        }
        return rankingSpecs;
    }

    /**
     * Returns the number of area ranges of one match, which has room for 64 pairs of an area range and an IoU
     * threshold.
     */
    private int areasAtOnce() {
        return Long.SIZE / iouThresholds.size();
    }

    private LimitRankingSpec spec(IouType type, DetectionArea area, Compat compat, int first, int limit) {
        List<AreaBounds> ranges = areaRanges.subList(first, Math.min(first + areasAtOnce(), areaRanges.size()));
        MatchRules rules = new MatchRules(
                iouThresholds.stream().mapToDouble(Double::doubleValue).toArray(),
                ranges.stream().mapToDouble(AreaBounds::from).toArray(),
                ranges.stream().mapToDouble(AreaBounds::to).toArray(),
                maxDetections.stream().mapToInt(Integer::intValue).toArray(),
                compat);
        return new LimitRankingSpec(new Matching(type, area, rules), limit);
    }

    /** Returns one figure for each area range and max detections, by area range. */
    public List<GridFigure> figures(IouType type, DetectionArea area, Compat compat, Outcome outcome) {
        List<GridFigure> figures = new ArrayList<>();
        for (int at = 0; at < areaRanges.size(); at++) {
            int first = at - at % areasAtOnce();
            for (int limit : maxDetections) {
                LimitRankingSpec spec = spec(type, area, compat, first, limit);
                figures.add(new GridFigure(areaRanges.get(at), at - first, spec, outcome.result(spec)));
            }
        }
        return figures;
    }
}
