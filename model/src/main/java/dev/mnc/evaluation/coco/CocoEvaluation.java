package dev.mnc.evaluation.coco;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.FaultLog.Fault;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * COCO's detection metrics in one process, with the numbers of pycocotools 2.0.11. The same steps, spread over a cluster,
 * are {@link ImageMatch} for each image, {@link Ranking} and {@link CategoryCurves} for each category.
 *
 * <p>Images are matched in the order of their ids, some at a time to a thread; every number is the same for any number of
 * threads.
 */
public final class CocoEvaluation {

    /** Images matched by one thread in one go. */
    private static final int IMAGES_AT_ONCE = 32;

    private final List<IouType> types;
    private final DetectionArea area;
    private final MatchRules rules;
    private final LongIndex categories;

    /**
     * @param types what is compared
     * @param area which area of a detection counts
     * @param rules what counts as found: {@link MatchRules#coco}
     * @param categories ids of the categories that count
     */
    public CocoEvaluation(List<IouType> types, DetectionArea area, MatchRules rules, LongIndex categories) {
        this.types = List.copyOf(types);
        this.area = requireNonNull(area, "area");
        this.rules = requireNonNull(rules, "rules");
        this.categories = requireNonNull(categories, "categories");
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
        return new CocoEvaluation(types, area, MatchRules.coco(compat), categories);
    }

    /**
     * What has been found out.
     *
     * @param results one for each IoU type
     * @param unlisted detections of categories that the ground truth does not list, by id; they count for nothing
     * @param faults what could not be used and was left out
     */
    public record Outcome(List<EvaluationResult> results, Map<Long, Long> unlisted, FaultLog faults) {

        public Outcome {
            results = List.copyOf(results);
        }
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
                .evaluate(truth, List.of(DetectionColumns.of(all)), DirectThreads.INSTANCE);
        Fault fault = outcome.faults().first();
        if (fault != null) {
            throw new IllegalArgumentException(fault.message());
        }
        return outcome.results().get(0);
    }

    /**
     * Evaluates detections.
     *
     * @param detections in the order of the file
     * @param threads match the images; the caller shuts them down
     */
    public Outcome evaluate(GroundTruth truth, List<DetectionColumns> detections, ExecutorService threads) {
        FaultLog faults = new FaultLog();
        if (rules.compat() == Compat.NONE) {
            truth.repeats().forEach(faults::repeat);
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
        List<Part> matched = all(threads, parts);
        Map<Long, Long> unlisted = new TreeMap<>();
        for (Part part : matched) {
            faults.add(part.faults);
            part.unlisted.forEach((category, count) -> unlisted.merge(category, count, Long::sum));
        }
        List<EvaluationResult> results = new ArrayList<>();
        for (int type = 0; type < types.size(); type++) {
            results.add(new EvaluationResult(types.get(type), reduce(matched, type, threads)));
        }
        return new Outcome(results, unlisted, faults);
    }

    /** What one thread has made of some images. */
    private static final class Part {

        private final FaultLog faults = new FaultLog();
        private final Map<Long, Long> unlisted = new TreeMap<>();
        private final List<MatchRecords> records = new ArrayList<>();
        private final List<Positives> positives = new ArrayList<>();
    }

    private Part match(ImageSource images, int first, int end) {
        Part part = new Part();
        for (IouType type : types) {
            boolean told = type.comparesMasks()
                    && types.subList(0, types.indexOf(type)).stream().anyMatch(IouType::comparesMasks);
            FaultLog faults = told ? new FaultLog() : part.faults;
            ImageMatch match = new ImageMatch(type, area, rules, categories.size());
            MatchRecords records = new MatchRecords();
            Positives positives = new Positives(rules, categories.size());
            for (int image = first; image < end; image++) {
                fill(match, images.image(image), images.annotations(image), faults);
                images.detections(image, (columns, index) -> {
                    int category = categories.of(columns.categoryId(index));
                    if (category >= 0) {
                        match.detection(columns, index, category);
                    } else if (part.records.isEmpty()) {
                        part.unlisted.merge(columns.categoryId(index), 1L, Long::sum);
                    }
                });
                match.match();
                positives.add(match);
                records.add(match);
            }
            records.sortByCategory(categories.size());
            part.records.add(records);
            part.positives.add(positives);
        }
        return part;
    }

    private void fill(ImageMatch match, Image image, List<Annotation> annotations, FaultLog faults) {
        match.start(image, faults);
        Set<Long> seen = new HashSet<>(2 * annotations.size());
        for (Annotation annotation : annotations) {
            int category = categories.of(annotation.categoryId());
            // Of annotations with one id the last stands in each one's place; unless asked to do so it counts once.
            boolean again = rules.compat() == Compat.NONE && !seen.add(annotation.id());
            if (category >= 0 && !again) {
                match.truth(annotation, category);
            }
        }
    }

    private List<CategoryResult> reduce(List<Part> parts, int type, ExecutorService threads) {
        Positives positives = new Positives(rules, categories.size());
        parts.forEach(part -> positives.add(part.positives.get(type)));
        List<Callable<CategoryResult>> results = IntStream.range(0, categories.size())
                .<Callable<CategoryResult>>mapToObj(
                        category -> () -> reduce(parts, type, category, positives.of(category)))
                .toList();
        return all(threads, results);
    }

    private CategoryResult reduce(List<Part> parts, int type, int category, long[] positives) {
        int count = 0;
        for (Part part : parts) {
            count = Math.addExact(count, part.records.get(type).count(category));
        }
        Ranking ranking = new Ranking(count);
        parts.forEach(part -> part.records.get(type).copy(category, ranking));
        ranking.sort();
        CategoryCurves curves = new CategoryCurves(rules, positives);
        curves.add(ranking, new CategoryCurves.Counts(rules));
        return curves.result(categories.id(category));
    }

    private static <T> List<T> all(ExecutorService threads, List<Callable<T>> work) {
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : threads.invokeAll(work)) {
                results.add(future.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while evaluating", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
        return results;
    }
}
