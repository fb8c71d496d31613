package dev.mnc.model.trust;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The graph of a model, read from its {@code saved_model.pb} without loading it into TensorFlow.
 *
 * @param signatures by name
 * @param operations the distinct operations that the signatures can reach
 * @param parameters number of values in the variables that the signatures can reach; empty if one states no shape
 * @param refusals the reasons not to run it; empty if it may run
 */
public record ModelGraph(
        List<ModelSignature> signatures,
        SortedSet<String> operations,
        OptionalLong parameters,
        List<Refusal> refusals) {

    /**
     * A reason not to run a model.
     *
     * @param runner the part of the model that would run it, e.g. {@code signature "detect"}
     * @param reason the operation or device, and why it is refused
     */
    public record Refusal(String runner, String reason) {

        /** Returns the reason as a sentence without its full stop. */
        public String text() {
            return runner + " " + reason;
        }
    }

    public ModelGraph {
        signatures = List.copyOf(signatures);
        operations = Collections.unmodifiableSortedSet(new TreeSet<>(operations));
        refusals = List.copyOf(refusals);
    }

    /**
     * Reads a model's graph and checks it against the list of allowed operations. Everything counts that can run: what
     * the signatures reach, through the bodies of functions too, and what TensorFlow itself starts when it loads the
     * model. The saver's own operations that are never started do not count.
     *
     * @param model directory of the model; its files are not checked against its card here
     * @throws IllegalArgumentException if there is no graph, or one that TensorFlow could not run either
     */
    public static ModelGraph read(Path model) {
        return new ModelScan(model).result();
    }
}
