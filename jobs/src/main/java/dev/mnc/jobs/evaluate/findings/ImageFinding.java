package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.FalseAlarms;
import dev.mnc.evaluation.counts.FalseAlarms.Count;
import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.counts.WorstImages;
import dev.mnc.evaluation.counts.WorstImages.Entry;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.plan.CocoRankingSpec;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The mistakes by image at one score and overlap: false alarms, and the worst images of each category.
 *
 * <p>{@code false_alarms} in {@code metrics.json}: by IoU type {@code score}, {@code iou}, {@code images},
 * {@code images_without_objects} with the {@code detections} in them, those {@code at_score}, and
 * {@code at_score_per_image}; and {@code categories_without_ground_truth}, of each the {@code images} that have detections
 * of it, the {@code detections}, and those {@code at_score}. The table {@code false_alarms} has all categories:
 * detections in images without an object of their category.
 *
 * <p>The table {@code worst_images} has, of each category, the images with the most errors: objects missed and detections
 * wrong at this score.
 *
 * @param outcome of a plan with {@link #counters}
 * @param score detections with less are not looked at where a score must be chosen
 * @param target has the overlap
 * @param names of the categories by id
 */
public record ImageFinding(Outcome outcome, double score, ScoreTarget target, Map<Long, String> names)
        implements Finding {

    /**
     * Returns the counters that the finding reads.
     *
     * @param weights of a bootstrap, or null
     */
    public static List<CounterSpec<?>> counters(
            List<RankingSpec> rankings, double score, ScoreTarget target, @Nullable ImageWeights weights) {
        return rankings.stream()
                .filter(CocoRankingSpec.class::isInstance)
                .<CounterSpec<?>>flatMap(ranking -> {
                    ScoreCut at = at(ranking, score, target);
                    return Stream.of(new FalseAlarms.Kind(at, weights), new WorstImages.Kind(at));
                })
                .toList();
    }

    private static ScoreCut at(RankingSpec ranking, double score, ScoreTarget target) {
        return new ScoreCut(ranking.matching(), ranking.rules().closest(target.iou()), score);
    }

    private List<RankingSpec> rankings() {
        return outcome.plan().rankingSpecs().stream()
                .filter(CocoRankingSpec.class::isInstance)
                .toList();
    }

    private FalseAlarms alarms(RankingSpec ranking) {
        return outcome.counter(
                new FalseAlarms.Kind(at(ranking, score, target), outcome.plan().weights()));
    }

    /** Returns the false alarms of each IoU type. */
    public Map<IouType, FalseAlarms> alarms() {
        Map<IouType, FalseAlarms> alarms = new LinkedHashMap<>();
        rankings().forEach(ranking -> alarms.put(ranking.matching().type(), alarms(ranking)));
        return alarms;
    }

    private record OfType(
            double score,
            double iou,
            long images,
            Empty imagesWithoutObjects,
            List<OfCategory> categoriesWithoutGroundTruth) {}

    private record Empty(long images, long detections, long atScore, double atScorePerImage) {}

    private record OfCategory(long id, @Nullable String name, long images, long detections, long atScore) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, OfType> types = new LinkedHashMap<>();
        for (RankingSpec ranking : rankings()) {
            FalseAlarms alarms = alarms(ranking);
            Count empty = alarms.inEmptyImages();
            types.put(
                    ranking.matching().type().label(),
                    new OfType(
                            score,
                            ranking.rules().threshold(at(ranking, score, target).threshold()),
                            alarms.images(),
                            new Empty(
                                    alarms.emptyImages(),
                                    empty.detections(),
                                    empty.atScore(),
                                    alarms.atScorePerEmptyImage()),
                            withoutGroundTruth(alarms, outcome.result(ranking).categories())));
        }
        return new MetricsEntry("false_alarms", types);
    }

    private List<OfCategory> withoutGroundTruth(FalseAlarms alarms, List<CategoryResult> categories) {
        List<OfCategory> without = new ArrayList<>();
        for (int category = 0; category < categories.size(); category++) {
            Count count = alarms.of(category);
            if (categories.get(category).positives(0) == 0 && count.detections() > 0) {
                long id = categories.get(category).categoryId();
                without.add(new OfCategory(id, names.get(id), count.images(), count.detections(), count.atScore()));
            }
        }
        return without;
    }

    @Override
    public List<ResultTable> tables() {
        return List.of(falseAlarms(), worstImages());
    }

    private ResultTable falseAlarms() {
        ResultTable table = new ResultTable(
                "false_alarms",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                whole("positives"),
                number("score"),
                whole("images"),
                whole("detections"),
                whole("images_at_score"),
                whole("at_score"));
        for (RankingSpec ranking : rankings()) {
            FalseAlarms alarms = alarms(ranking);
            List<CategoryResult> categories = outcome.result(ranking).categories();
            for (int category = 0; category < categories.size(); category++) {
                CategoryResult result = categories.get(category);
                Count count = alarms.of(category);
                table.row().add(ranking.matching().type().label()).add(result.categoryId());
                table.add(names.get(result.categoryId()))
                        .add(result.positives(0))
                        .add(score);
                table.add(count.images()).add(count.detections());
                table.add(count.imagesAtScore()).add(count.atScore());
            }
        }
        return table;
    }

    private ResultTable worstImages() {
        ResultTable table = new ResultTable(
                "worst_images",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                number("score"),
                number("iou"),
                whole("place"),
                whole("image_id"),
                text("file_name"),
                whole("errors"),
                whole("missed"),
                whole("wrong"));
        for (RankingSpec ranking : rankings()) {
            ScoreCut at = at(ranking, score, target);
            WorstImages worst = outcome.counter(new WorstImages.Kind(at));
            for (int category = 0; category < outcome.plan().categories().size(); category++) {
                long id = outcome.plan().categories().id(category);
                long rank = 1;
                for (Entry entry : worst.of(category)) {
                    table.row().add(ranking.matching().type().label()).add(id).add(names.get(id));
                    table.add(score)
                            .add(ranking.rules().threshold(at.threshold()))
                            .add(rank++);
                    table.add(entry.imageId()).add(entry.fileName());
                    table.add(entry.errors()).add(entry.missed()).add(entry.wrong());
                }
            }
        }
        return table;
    }
}
