package dev.mnc.model.trust;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a model computes, read from its {@code saved_model.pb} without loading it into TensorFlow.
 *
 * @param signatures what it can be asked for, by name
 * @param operations the distinct operations that its signatures can reach
 * @param parameters how many numbers the variables hold that its signatures can reach; empty if one states no shape
 * @param refusals what speaks against running it; empty if nothing does
 */
public record ModelGraph(
        List<ModelSignature> signatures,
        SortedSet<String> operations,
        OptionalLong parameters,
        List<Refusal> refusals) {

    /**
     * A reason not to run a model.
     *
     * @param who what would run it, e.g. {@code signature "detect"}
     * @param what the operation or device, and why it is refused
     */
    public record Refusal(String who, String what) {

        /** A sentence without its full stop. */
        public String text() {
            return who + " " + what;
        }
    }

    public ModelGraph {
        signatures = List.copyOf(signatures);
        operations = Collections.unmodifiableSortedSet(new TreeSet<>(operations));
        refusals = List.copyOf(refusals);
    }

    /**
     * Reads a model's graph and holds it against the list of what a model may use. Everything counts that can run: what
     * the signatures reach, through the bodies of functions too, and what TensorFlow itself starts when it loads the
     * model. The saver's own operations that nobody starts do not count.
     *
     * @param model its directory; whether its files are those of its card is for the card to say
     * @throws IllegalArgumentException if there is no graph, or one that TensorFlow could not run either
     */
    public static ModelGraph read(Path model) {
        return new ModelScan(model).result();
    }
}
