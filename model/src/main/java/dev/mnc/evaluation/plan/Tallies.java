package dev.mnc.evaluation.plan;

import dev.mnc.evaluation.matching.ImageMatch;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/** One tally of each kind of a pass. For one thread. */
public final class Tallies implements Serializable {

    private final List<Tally<?>> tallies;

    /** Tallies of no images. */
    public Tallies(Pass pass) {
        this.tallies = pass.tallies().stream()
                .map(kind -> kind.start(pass.categories()))
                .collect(Collectors.toList());
    }

    /** Counts an image. */
    void add(int kind, ImageMatch image) {
        tallies.get(kind).add(image);
    }

    /** Adds what was counted elsewhere in the same pass. */
    public void add(Tallies other, Pass pass) {
        for (int kind = 0; kind < tallies.size(); kind++) {
            add(pass.tallies().get(kind), tallies.get(kind), other.tallies.get(kind));
        }
    }

    private static <T extends Tally<T>> void add(TallyKind<T> kind, Tally<?> into, Tally<?> other) {
        kind.tally().cast(into).add(kind.tally().cast(other));
    }

    /**
     * The tally of a kind.
     *
     * @throws IllegalArgumentException if the pass has not counted it
     */
    public <T extends Tally<T>> T of(TallyKind<T> kind, Pass pass) {
        int number = pass.tallies().indexOf(kind);
        if (number < 0) {
            throw new IllegalArgumentException("the pass did not count " + kind + ", only " + pass.tallies());
        }
        return kind.tally().cast(tallies.get(number));
    }
}
