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
 * COCO's detection metrics in one process, with the numbers of pycocotools 2.0.11. The same steps, spread over a cluster,
 * are {@link ImageEvaluator} for the images of a task, {@link Ranking} and {@link CategoryCurves} for each category.
 *
 * <p>Images are matched in the order of their ids, some at a time to a thread; every number is the same for any number of
 * threads.
 */
public final class CocoEvaluation {

    /** Images matched by one thread in one go. */
    private static final int IMAGES_AT_ONCE = 32;

    private final EvaluationPlan pass;
    private final RankingSink sink;

    /** @param pass what is to be found out */
    public CocoEvaluation(EvaluationPlan pass) {
        this(pass, (lane, rankings) -> {});
    }

    /**
     * @param pass what is to be found out
     * @param sink is given the rankings of the lanes that are resampled
     */
    public CocoEvaluation(EvaluationPlan pass, RankingSink sink) {
        this.pass = requireNonNull(pass, "pass");
        this.sink = requireNonNull(sink, "sink");
    }

    /** Is given the rankings of a lane, by its number in the pass. */
    public interface RankingSink {
        void take(int lane, Rankings rankings);
    }

    /**
     * An evaluation with COCO's rules.
     *
     * @param truth has the categories
     * @param compat whose answer is given where pycocotools is wrong
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
     * @param threads match the images; the caller shuts them down
     */
    public Outcome evaluate(GroundTruth truth, List<DetectionColumns> detections, ExecutorService threads) {
        FaultLog faults = new FaultLog();
        if (pass.compat() == Compat.NONE) {
            faults.groundTruth(truth);
        }
        LongIndex images = new LongIndex(truth.images().stream().map(Image::id).toList());
        ImagesOfDetections byImage = new ImagesOfDetections(detections, images, faults);
        return evaluate(new OfFiles(truth, images, byImage), faults, threads);
    }

    /** Images of a ground truth and a file of detections. */
    private record OfFiles(GroundTruth truth, LongIndex ids, ImagesOfDetections byImage) implements ImageSource {

        @Override
        public int images() {
            return ids.size();
        }

        @Override
        public Image image(int number) {
            return requireNonNull(truth.image(ids.id(number)));
        }

        @Override
        public List<Annotation> annotations(int number) {
            return truth.annotationsOf(ids.id(number));
        }

        @Override
        public void detections(int number, Taker taker) {
            byImage.forEach(number, taker);
        }
    }

    /**
     * Evaluates images.
     *
     * @param faults what could not be used so far; the outcome has it as well
     * @param threads match the images; the caller shuts them down
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
        Counters tallies = new Counters(pass);
        for (Part part : matched) {
            faults.add(part.faults);
            part.unlisted.forEach((category, count) -> unlisted.merge(category, count, Long::sum));
            tallies.add(part.tallies, pass);
        }
        List<EvaluationResult> results = new ArrayList<>();
        for (int lane = 0; lane < pass.lanes().size(); lane++) {
            IouType type = pass.lanes().get(lane).matching().type();
            results.add(new EvaluationResult(type, reduce(matched, lane, threads)));
        }
        return new Outcome(pass, results, tallies, unlisted, faults);
    }

    /** What one thread has made of some images; what it took to match them is gone. */
    private record Part(
            List<MatchRecords> records,
            List<Positives> positives,
            Counters tallies,
            FaultLog faults,
            Map<Long, Long> unlisted) {}

    private Part match(ImageSource images, int first, int end) {
        ImageEvaluator work = new ImageEvaluator(pass);
        for (int number = first; number < end; number++) {
            int image = number;
            work.add(images.image(image), images.annotations(image), taker -> images.detections(image, taker));
        }
        List<MatchRecords> records = new ArrayList<>();
        for (int lane = 0; lane < pass.lanes().size(); lane++) {
            records.add(work.records(lane));
            records.get(lane).sortByCategory(pass.categories().size());
        }
        return new Part(records, work.positives(), work.tallies(), work.faults(), work.unlisted());
    }

    private List<CategoryResult> reduce(List<Part> parts, int lane, ExecutorService threads) {
        MatchRules rules = pass.lanes().get(lane).rules();
        Positives positives = new Positives(rules, pass.categories().size());
        PositiveImages images = new PositiveImages();
        for (Part part : parts) {
            positives.add(part.positives.get(lane));
            PositiveImages its = part.positives.get(lane).images();
            if (its != null) {
                images.add(its);
            }
        }
        List<Callable<Reduced>> work = IntStream.range(0, pass.categories().size())
                .<Callable<Reduced>>mapToObj(category -> () -> reduce(parts, lane, category, positives.of(category)))
                .toList();
        List<Reduced> reduced = Parallel.all(threads, work);
        List<CategoryResult> results = reduced.stream().map(Reduced::result).toList();
        if (pass.resamples(lane)) {
            sink.take(
                    lane,
                    new Rankings(rules, reduced.stream().map(Reduced::ranking).toList(), images, results));
        }
        return results;
    }

    /** A category and, if it is still needed, what that was made of. */
    private record Reduced(CategoryResult result, Ranking ranking) {}

    private Reduced reduce(List<Part> parts, int lane, int category, long[] positives) {
        int count = 0;
        for (Part part : parts) {
            count = Math.addExact(count, part.records.get(lane).count(category));
        }
        Ranking ranking = new Ranking(count);
        parts.forEach(part -> part.records.get(lane).copy(category, ranking));
        ranking.sort();
        MatchRules rules = pass.lanes().get(lane).rules();
        CategoryCurves curves = new CategoryCurves(rules, positives, pass.target());
        curves.add(ranking, new CategoryCurves.Counts(rules));
        return new Reduced(
                curves.result(pass.categories().id(category))
                        .kept(pass.lanes().get(lane).keep()),
                pass.resamples(lane) ? ranking : new Ranking(0));
    }
}
