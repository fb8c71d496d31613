package dev.mnc.pages;

import static java.util.Objects.requireNonNull;

import dev.mnc.pages.ReportData.Pick;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** The selection of the images to show: a third the worst, a third the best, the others at random. */
public final class GallerySelection {

    private static final Comparator<Candidate> WORST_FIRST = Comparator.comparingDouble(
                    (Candidate candidate) -> candidate.quality().value())
            .thenComparing(candidate -> candidate.quality().missed(), Comparator.reverseOrder())
            .thenComparing(Candidate::imageId);

    /**
     * The best first. Among equals those with more to find come first, or else images with nothing on them would fill
     * the gallery.
     */
    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparingDouble(
                    (Candidate candidate) -> candidate.quality().value())
            .thenComparing(candidate -> candidate.quality().matched())
            .reversed()
            .thenComparing(Candidate::imageId);

    private GallerySelection() {}

    /**
     * An image that could be shown.
     *
     * @param imageId id, unique among the candidates
     * @param quality of its labels
     */
    public record Candidate(long imageId, ImageQuality quality) {

        public Candidate {
            requireNonNull(quality, "quality");
        }
    }

    /**
     * An image to show.
     *
     * @param candidate the image
     * @param pick the reason
     */
    public record Choice(Candidate candidate, Pick pick) {

        public Choice {
            requireNonNull(candidate, "candidate");
            requireNonNull(pick, "pick");
        }
    }

    /**
     * Chooses images; the same candidates, in whatever order, give the same choice.
     *
     * @param candidates all images
     * @param count most images to choose, at least 0
     * @return the worst, the best, then the random ones by id; no image twice
     */
    public static List<Choice> choose(List<Candidate> candidates, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("gallery size must be >= 0, got " + count);
        }
        int third = Math.min(count, candidates.size()) / 3;
        List<Candidate> left = new ArrayList<>(candidates);
        List<Choice> choices = new ArrayList<>();
        moveBest(left, WORST_FIRST, third, Pick.WORST, choices);
        moveBest(left, BEST_FIRST, third, Pick.BEST, choices);
        Comparator<Candidate> byId = Comparator.comparing(Candidate::imageId);
        left.sort(byId);
        Collections.shuffle(left, new Random(candidates.size()));
        left.subList(Math.min(count - choices.size(), left.size()), left.size()).clear();
        moveBest(left, byId, left.size(), Pick.RANDOM, choices);
        return choices;
    }

    private static void moveBest(
            List<Candidate> left, Comparator<Candidate> order, int count, Pick pick, List<Choice> choices) {
        left.sort(order);
        List<Candidate> taken = left.subList(0, Math.min(count, left.size()));
        taken.forEach(candidate -> choices.add(new Choice(candidate, pick)));
        taken.clear();
    }
}
