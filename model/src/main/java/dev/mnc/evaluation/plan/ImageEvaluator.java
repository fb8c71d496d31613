package dev.mnc.evaluation.plan;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.curves.MatchRecords;
import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.Candidates;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.ImageSource;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.matching.Selection;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The evaluation of some images by a plan: each image is matched in every way the plan needs and given to every ranking
 * spec and counter. For one thread.
 */
public final class ImageEvaluator {

    private final EvaluationPlan plan;
    private final List<Matching> matchings;
    private final Compat compat;
    private final List<ImageMatch> matches = new ArrayList<>();
    private final List<List<Integer>> rankingSpecsOf = new ArrayList<>();
    private final List<List<Integer>> countersOf = new ArrayList<>();
    private final List<MatchRecords> records = new ArrayList<>();
    private final List<Positives> positives = new ArrayList<>();
    private final Counters counters;
    private final FaultLog faults = new FaultLog();
    private final Map<Long, Long> unlisted = new TreeMap<>();
    private final List<Annotation> annotationsInUse = new ArrayList<>();
    private final Candidates candidates = new Candidates();

    /** Creates an evaluator that has seen no images. */
    public ImageEvaluator(EvaluationPlan plan) {
        this.plan = plan;
        this.matchings = plan.matchings();
        this.compat = plan.compat();
        this.counters = new Counters(plan);
        for (Matching matching : matchings) {
            matches.add(new ImageMatch(matching, plan.categories().size()));
            rankingSpecsOf.add(positions(
                    plan.rankingSpecs().stream().map(RankingSpec::matching).toList(), matching));
            countersOf.add(positions(
                    plan.counterSpecs().stream().map(CounterSpec::matching).toList(), matching));
        }
        for (int specIndex = 0; specIndex < plan.rankingSpecs().size(); specIndex++) {
            MatchRules rules = plan.rankingSpecs().get(specIndex).rules();
            int categories = plan.categories().size();
            records.add(new MatchRecords());
            positives.add(
                    plan.resamples(specIndex)
                            ? Positives.byImage(rules, categories)
                            : new Positives(rules, categories));
        }
    }

    private static List<Integer> positions(List<Matching> matchings, Matching matching) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < matchings.size(); i++) {
            if (matchings.get(i).equals(matching)) {
                positions.add(i);
            }
        }
        return positions;
    }

    /**
     * Evaluates an image.
     *
     * @param annotations the objects of the image in the order of the file
     * @param detections hands over the detections of the image in the order of the file, each time it is called
     */
    public void add(Image image, List<Annotation> annotations, Consumer<ImageSource.DetectionConsumer> detections) {
        collect(annotations);
        for (int matchingIndex = 0; matchingIndex < matches.size(); matchingIndex++) {
            ImageMatch match = matches.get(matchingIndex);
            match.start(image, isLoggedAlready(matchingIndex) ? new FaultLog() : faults);
            fill(match, selected(image, matchingIndex, detections), matchingIndex == 0 ? unlisted : new TreeMap<>());
            match.match();
            for (int specIndex : rankingSpecsOf.get(matchingIndex)) {
                positives.get(specIndex).start(image.id());
                plan.rankingSpecs().get(specIndex).record(match, records.get(specIndex), positives.get(specIndex));
            }
            for (int counterIndex : countersOf.get(matchingIndex)) {
                counters.add(counterIndex, match);
            }
        }
    }

    private Consumer<ImageSource.DetectionConsumer> selected(
            Image image, int matchingIndex, Consumer<ImageSource.DetectionConsumer> detections) {
        Selection selection = matchings.get(matchingIndex).selection();
        if (selection == Selection.EVERY) {
            return detections;
        }
        candidates.start(detections);
        selection.select(image, annotationsInUse, candidates);
        return candidates::forEachRemaining;
    }

    /**
     * Collects the annotations that count: of those with one id the last stands in the position of each, and unless
     * pycocotools' answer is requested it counts once.
     */
    private void collect(List<Annotation> annotations) {
        annotationsInUse.clear();
        Set<Long> seen = new HashSet<>(2 * annotations.size());
        for (Annotation annotation : annotations) {
            boolean repeated = !seen.add(annotation.id()) && compat == Compat.NONE;
            if (!repeated && plan.categories().of(annotation.categoryId()) >= 0) {
                annotationsInUse.add(annotation);
            }
        }
    }

    private void fill(ImageMatch match, Consumer<ImageSource.DetectionConsumer> detections, Map<Long, Long> others) {
        LongIndex categories = plan.categories();
        for (Annotation annotation : annotationsInUse) {
            match.addTruth(annotation, categories.of(annotation.categoryId()));
        }
        detections.accept((columns, index) -> {
            int category = categories.of(columns.categoryId(index));
            if (category >= 0) {
                match.addDetection(columns, index, category);
            } else {
                others.merge(columns.categoryId(index), 1L, Long::sum);
            }
        });
    }

    /** Returns whether the faults of a mask, or of a box, are logged by an earlier matching of the same image. */
    private boolean isLoggedAlready(int matchingIndex) {
        IouType type = matchings.get(matchingIndex).type();
        return matchings.subList(0, matchingIndex).stream()
                .anyMatch(earlier -> earlier.type().comparesMasks() == type.comparesMasks());
    }

    /** Returns the match results of the images so far, in the rankings of a spec. */
    public MatchRecords records(int specIndex) {
        return records.get(specIndex);
    }

    /** Returns the objects to be found, by ranking spec. */
    public List<Positives> positives() {
        return positives;
    }

    /** Returns the counters. */
    public Counters counters() {
        return counters;
    }

    /** Returns the entries that could not be used; may be added to. */
    public FaultLog faults() {
        return faults;
    }

    /** Returns the number of detections of categories that do not count, by category id. */
    public Map<Long, Long> unlisted() {
        return unlisted;
    }
}
