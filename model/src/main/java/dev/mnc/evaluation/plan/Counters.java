package dev.mnc.evaluation.plan;

import dev.mnc.evaluation.matching.ImageMatch;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/** The counters of an evaluation plan, one for each counter spec. For one thread. */
public final class Counters implements Serializable {

    private final List<Counter<?>> counters;

    /** Creates counters of no images. */
    public Counters(EvaluationPlan plan) {
        this.counters = plan.counterSpecs().stream()
                .map(spec -> spec.start(plan.categories()))
                .collect(Collectors.toList());
    }

    /** Counts an image with one of the counters. */
    void add(int index, ImageMatch image) {
        counters.get(index).add(image);
    }

    /** Adds counts of other images, made by the same plan. */
    public void add(Counters other, EvaluationPlan plan) {
        for (int i = 0; i < counters.size(); i++) {
            add(plan.counterSpecs().get(i), counters.get(i), other.counters.get(i));
        }
    }

    private static <T extends Counter<T>> void add(CounterSpec<T> spec, Counter<?> into, Counter<?> other) {
        spec.counterClass().cast(into).add(spec.counterClass().cast(other));
    }

    /**
     * Returns the counter of a spec.
     *
     * @throws IllegalArgumentException if the plan does not have the spec
     */
    public <T extends Counter<T>> T of(CounterSpec<T> spec, EvaluationPlan plan) {
        int index = plan.counterSpecs().indexOf(spec);
        if (index < 0) {
            throw new IllegalArgumentException("the plan does not count " + spec + ", only " + plan.counterSpecs());
        }
        return spec.counterClass().cast(counters.get(index));
    }
}
