package dev.mnc.evaluation.plan;

import dev.mnc.evaluation.matching.ImageMatch;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/** One tally of each kind of a pass. For one thread. */
public final class Counters implements Serializable {

    private final List<Counter<?>> tallies;

    /** Tallies of no images. */
    public Counters(EvaluationPlan pass) {
        this.tallies = pass.tallies().stream()
                .map(kind -> kind.start(pass.categories()))
                .collect(Collectors.toList());
    }

    /** Counts an image. */
    void add(int kind, ImageMatch image) {
        tallies.get(kind).add(image);
    }

    /** Adds what was counted elsewhere in the same pass. */
    public void add(Counters other, EvaluationPlan pass) {
        for (int kind = 0; kind < tallies.size(); kind++) {
            add(pass.tallies().get(kind), tallies.get(kind), other.tallies.get(kind));
        }
    }

    private static <T extends Counter<T>> void add(CounterSpec<T> kind, Counter<?> into, Counter<?> other) {
        kind.tally().cast(into).add(kind.tally().cast(other));
    }

    /**
     * The tally of a kind.
     *
     * @throws IllegalArgumentException if the pass has not counted it
     */
    public <T extends Counter<T>> T of(CounterSpec<T> kind, EvaluationPlan pass) {
        int number = pass.tallies().indexOf(kind);
        if (number < 0) {
            throw new IllegalArgumentException("the pass did not count " + kind + ", only " + pass.tallies());
        }
        return kind.tally().cast(tallies.get(number));
    }
}
