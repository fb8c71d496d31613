package dev.mnc.evaluation.coco;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.curves.MatchRecords;
import dev.mnc.evaluation.curves.PositiveImages;
import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.ImageSource;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.plan.Counters;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.ImageEvaluator;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;

/**
 * COCO's detection metrics in one process, with the numbers of pycocotools 2.0.11. The same steps, spread over a
 * cluster, are {@link ImageEvaluator} for the images of a task, {@link Ranking} and {@link CategoryCurves} for each
 * category.
 *
 * <p>Images are matched in the order of their ids, some at a time to a thread; every number is the same for any number
 * of threads.
 */
public final class CocoEvaluation {

    /** The number of images that one thread matches in one go. */
    private static final int IMAGES_AT_ONCE = 32;

    private final EvaluationPlan plan;
    private final RankingSink sink;

    /**
     * Creates an evaluation.
     *
     * @param plan the rankings and counters to compute
     */
    public CocoEvaluation(EvaluationPlan plan) {
        this(plan, (specIndex, rankings) -> {});
    }

    /**
     * Creates an evaluation that hands over rankings for a bootstrap.
     *
     * @param plan the rankings and counters to compute
     * @param sink receives the rankings that are resampled
     */
    public CocoEvaluation(EvaluationPlan plan, RankingSink sink) {
        this.plan = requireNonNull(plan, "plan");
        this.sink = requireNonNull(sink, "sink");
    }

    /** A consumer of rankings that are resampled. */
    public interface RankingSink {
        /**
         * Takes rankings.
         *
         * @param specIndex index of their spec in the plan
         */
        void accept(int specIndex, Rankings rankings);
    }

    /**
     * Creates an evaluation with COCO's rules.
     *
     * @param truth has the categories
     * @param compat the answer that is given where pycocotools is wrong
     */
    public static CocoEvaluation of(GroundTruth truth, List<IouType> types, DetectionArea area, Compat compat) {
        LongIndex categories =
                new LongIndex(truth.categories().stream().map(Category::id).toList());
        return new CocoEvaluation(EvaluationPlan.coco(types, area, compat, categories));
    }

    /**
     * Evaluates detections in the calling thread.
     *
     * @param detections all of them; of equal scores in an image the lower ordinal ranks first
     * @throws IllegalArgumentException if a detection belongs to no image of the ground truth, or cannot be compared
     */
    public static EvaluationResult evaluate(
            GroundTruth truth, Iterator<Detection> detections, IouType type, DetectionArea area) {
        List<Detection> all = new ArrayList<>();
        detections.forEachRemaining(all::add);
        all.sort(Comparator.comparingLong(Detection::ordinal));
        Outcome outcome = of(truth, List.of(type), area, Compat.NONE)
                .evaluate(truth, List.of(DetectionColumns.of(all)), DirectExecutor.INSTANCE);
        Fault fault = outcome.faults().first();
        if (fault != null) {
            throw new IllegalArgumentException(fault.message());
        }
        return outcome.results().get(0);
    }

    /**
     * Evaluates detections.
     *
     * @param detections in any order; of equal scores in an image the lower ordinal ranks first
     * @param threads to match the images with; the caller shuts them down
     */
    public Outcome evaluate(GroundTruth truth, List<DetectionColumns> detections, ExecutorService threads) {
        FaultLog faults = new FaultLog();
        if (plan.compat() == Compat.NONE) {
            faults.addGroundTruth(truth);
        }
        LongIndex images = new LongIndex(truth.images().stream().map(Image::id).toList());
        ImagesOfDetections byImage = new ImagesOfDetections(detections, images, faults);
        return evaluate(new OfFiles(truth, images, byImage), faults, threads);
    }

    /** The images of a ground truth and a file of detections. */
    private record OfFiles(GroundTruth truth, LongIndex ids, ImagesOfDetections byImage) implements ImageSource {

        @Override
        public int images() {
            return ids.size();
        }

        @Override
        public Image image(int index) {
            return requireNonNull(truth.image(ids.id(index)));
        }

        @Override
        public List<Annotation> annotations(int index) {
            return truth.annotationsOf(ids.id(index));
        }

        @Override
        public void forEachDetection(int index, DetectionConsumer consumer) {
            byImage.forEach(index, consumer);
        }
    }

    /**
     * Evaluates images.
     *
     * @param faults the entries that could not be used so far; the outcome has them as well
     * @param threads to match the images with; the caller shuts them down
     */
    public Outcome evaluate(ImageSource images, FaultLog faults, ExecutorService threads) {
        List<Callable<Part>> parts = new ArrayList<>();
        for (int from = 0; from < images.images(); from += IMAGES_AT_ONCE) {
            int first = from;
            int end = Math.min(from + IMAGES_AT_ONCE, images.images());
            parts.add(() -> match(images, first, end));
        }
        List<Part> matched = Parallel.all(threads, parts);
        Map<Long, Long> unlisted = new TreeMap<>();
        Counters counters = new Counters(plan);
        for (Part part : matched) {
            faults.add(part.faults);
            part.unlisted.forEach((category, count) -> unlisted.merge(category, count, Long::sum));
            counters.add(part.counters, plan);
        }
        List<EvaluationResult> results = new ArrayList<>();
        for (int specIndex = 0; specIndex < plan.rankingSpecs().size(); specIndex++) {
            IouType type = plan.rankingSpecs().get(specIndex).matching().type();
            results.add(new EvaluationResult(type, reduce(matched, specIndex, threads)));
        }
        return new Outcome(plan, results, counters, unlisted, faults);
    }

    /** The counts and records of the images that one thread has matched. */
    private record Part(
            List<MatchRecords> records,
            List<Positives> positives,
            Counters counters,
            FaultLog faults,
            Map<Long, Long> unlisted) {}

    private Part match(ImageSource images, int first, int end) {
        ImageEvaluator evaluator = new ImageEvaluator(plan);
        for (int index = first; index < end; index++) {
            int image = index;
            evaluator.add(
                    images.image(image),
                    images.annotations(image),
                    consumer -> images.forEachDetection(image, consumer));
        }
        List<MatchRecords> records = new ArrayList<>();
        for (int specIndex = 0; specIndex < plan.rankingSpecs().size(); specIndex++) {
            records.add(evaluator.records(specIndex));
            records.get(specIndex).sortByCategory(plan.categories().size());
        }
        return new Part(records, evaluator.positives(), evaluator.counters(), evaluator.faults(), evaluator.unlisted());
    }

    private List<CategoryResult> reduce(List<Part> parts, int specIndex, ExecutorService threads) {
        MatchRules rules = plan.rankingSpecs().get(specIndex).rules();
        Positives positives = new Positives(rules, plan.categories().size());
        PositiveImages images = new PositiveImages();
        for (Part part : parts) {
            positives.add(part.positives.get(specIndex));
            PositiveImages others = part.positives.get(specIndex).images();
            if (others != null) {
                images.add(others);
            }
        }
        List<Callable<Reduced>> work = IntStream.range(0, plan.categories().size())
                .<Callable<Reduced>>mapToObj(
                        category -> () -> reduce(parts, specIndex, category, positives.of(category)))
                .toList();
        List<Reduced> reduced = Parallel.all(threads, work);
        List<CategoryResult> results = reduced.stream().map(Reduced::result).toList();
        if (plan.resamples(specIndex)) {
            sink.accept(
                    specIndex,
                    new Rankings(rules, reduced.stream().map(Reduced::ranking).toList(), images, results));
        }
        return results;
    }

    /** A category and, if it is resampled, its ranking. */
    private record Reduced(CategoryResult result, Ranking ranking) {}

    private Reduced reduce(List<Part> parts, int specIndex, int category, long[] positives) {
        int count = 0;
        for (Part part : parts) {
            count = Math.addExact(count, part.records.get(specIndex).count(category));
        }
        Ranking ranking = new Ranking(count);
        parts.forEach(part -> part.records.get(specIndex).copy(category, ranking));
        ranking.sort();
        MatchRules rules = plan.rankingSpecs().get(specIndex).rules();
        CategoryCurves curves = new CategoryCurves(rules, positives, plan.target());
        curves.add(ranking, new CategoryCurves.Counts(rules));
        return new Reduced(
                curves.result(plan.categories().id(category))
                        .reducedTo(plan.rankingSpecs().get(specIndex).keep()),
                plan.resamples(specIndex) ? ranking : new Ranking(0));
    }
}
