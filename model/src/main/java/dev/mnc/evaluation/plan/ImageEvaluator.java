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

/** Takes a pass over images: each is matched in every way asked for and shown to every lane and tally. For one thread. */
public final class ImageEvaluator {

    private final EvaluationPlan pass;
    private final List<Matching> matchings;
    private final Compat compat;
    private final List<ImageMatch> matches = new ArrayList<>();
    private final List<List<Integer>> lanesOf = new ArrayList<>();
    private final List<List<Integer>> talliesOf = new ArrayList<>();
    private final List<MatchRecords> records = new ArrayList<>();
    private final List<Positives> positives = new ArrayList<>();
    private final Counters tallies;
    private final FaultLog faults = new FaultLog();
    private final Map<Long, Long> unlisted = new TreeMap<>();
    private final List<Annotation> kept = new ArrayList<>();
    private final Candidates candidates = new Candidates();

    public ImageEvaluator(EvaluationPlan pass) {
        this.pass = pass;
        this.matchings = pass.matchings();
        this.compat = pass.compat();
        this.tallies = new Counters(pass);
        for (Matching matching : matchings) {
            matches.add(new ImageMatch(matching, pass.categories().size()));
            lanesOf.add(
                    positions(pass.lanes().stream().map(RankingSpec::matching).toList(), matching));
            talliesOf.add(
                    positions(pass.tallies().stream().map(CounterSpec::matching).toList(), matching));
        }
        for (int lane = 0; lane < pass.lanes().size(); lane++) {
            MatchRules rules = pass.lanes().get(lane).rules();
            int categories = pass.categories().size();
            records.add(new MatchRecords());
            positives.add(
                    pass.resamples(lane) ? Positives.byImage(rules, categories) : new Positives(rules, categories));
        }
    }

    private static List<Integer> positions(List<Matching> matchings, Matching wanted) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < matchings.size(); i++) {
            if (matchings.get(i).equals(wanted)) {
                positions.add(i);
            }
        }
        return positions;
    }

    /**
     * Takes an image.
     *
     * @param annotations its objects in the order of the file
     * @param detections hands over its detections in the order of the file, as often as it is asked to
     */
    public void add(Image image, List<Annotation> annotations, Consumer<ImageSource.Taker> detections) {
        keep(annotations);
        for (int number = 0; number < matches.size(); number++) {
            ImageMatch match = matches.get(number);
            match.start(image, isToldAlready(number) ? new FaultLog() : faults);
            fill(match, selected(image, number, detections), number == 0 ? unlisted : new TreeMap<>());
            match.match();
            for (int lane : lanesOf.get(number)) {
                positives.get(lane).start(image.id());
                pass.lanes().get(lane).record(match, records.get(lane), positives.get(lane));
            }
            for (int tally : talliesOf.get(number)) {
                tallies.add(tally, match);
            }
        }
    }

    private Consumer<ImageSource.Taker> selected(Image image, int number, Consumer<ImageSource.Taker> detections) {
        Selection selection = matchings.get(number).selection();
        if (selection == Selection.EVERY) {
            return detections;
        }
        candidates.start(detections);
        selection.select(image, kept, candidates);
        return candidates::forEachKept;
    }

    /** Of annotations with one id the last stands in each one's place; unless asked to do so it counts once. */
    private void keep(List<Annotation> annotations) {
        kept.clear();
        Set<Long> seen = new HashSet<>(2 * annotations.size());
        for (Annotation annotation : annotations) {
            boolean repeated = !seen.add(annotation.id()) && compat == Compat.NONE;
            if (!repeated && pass.categories().of(annotation.categoryId()) >= 0) {
                kept.add(annotation);
            }
        }
    }

    private void fill(ImageMatch match, Consumer<ImageSource.Taker> detections, Map<Long, Long> others) {
        LongIndex categories = pass.categories();
        for (Annotation annotation : kept) {
            match.truth(annotation, categories.of(annotation.categoryId()));
        }
        detections.accept((columns, index) -> {
            int category = categories.of(columns.categoryId(index));
            if (category >= 0) {
                match.detection(columns, index, category);
            } else {
                others.merge(columns.categoryId(index), 1L, Long::sum);
            }
        });
    }

    /** What is wrong with a mask, or with a box, is told once, however often it is looked at. */
    private boolean isToldAlready(int number) {
        IouType type = matchings.get(number).type();
        return matchings.subList(0, number).stream()
                .anyMatch(earlier -> earlier.type().comparesMasks() == type.comparesMasks());
    }

    /** What became of the detections of the images so far, in the rankings of a lane. */
    public MatchRecords records(int lane) {
        return records.get(lane);
    }

    /** The objects there are to be found, by lane. */
    public List<Positives> positives() {
        return positives;
    }

    /** What was counted. */
    public Counters tallies() {
        return tallies;
    }

    /** What could not be used; may be added to. */
    public FaultLog faults() {
        return faults;
    }

    /** Detections of categories that do not count, by id. */
    public Map<Long, Long> unlisted() {
        return unlisted;
    }
}
