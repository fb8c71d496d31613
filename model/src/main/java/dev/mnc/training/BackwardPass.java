package dev.mnc.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * The backward pass of the cascade, section by section from the last round to the body.
 *
 * <p>The graph is cut where boxes and features enter a round: a round reads copies that no gradient passes. Each
 * section is differentiated once, its loss together with the gradients of its outputs in later sections, which are
 * passed on explicitly at the cuts. So every operation has one backward pass, and the gradient that flows through a box
 * into a delta can be clipped, as in the released proposal and bridge layers. Without that bound the mask and category
 * losses, which see a box through every sample of its warp, drown the box regression itself: the proposals of a network
 * trained from scratch got worse instead of better.
 *
 * <p>A corner that was clipped to the image passes nothing back, the others do; the released layers pass nothing back
 * through a proposal that was clipped anywhere or whose anchor crosses the border.
 */
final class BackwardPass {

    /** Largest absolute gradient of a delta in the released proposal and bridge layers. */
    static final float RELEASED_BOUND = 1 / 512f;

    /**
     * The connection of a section to the next.
     *
     * @param deltas {@code [S, 4]} raw, as the section predicts them
     * @param movedBy the same values, where the boxes read them
     * @param boxes the result, computed from {@code movedBy} and the section's own boxes alone
     */
    record Bridge(Operand<TFloat32> deltas, Operand<TFloat32> movedBy, Operand<TFloat32> boxes) {}

    /**
     * A part of the network that is differentiated at once.
     *
     * @param loss scalar
     * @param weights the variables it uses, by name
     * @param source the features it reads, cut off from those that the body gives; for the body, those it gives
     * @param boxes {@code [S, 4]} the boxes it reads, cut off from the bridge they come from; none for the body
     * @param bridge to the next section, if there is one
     */
    record Section(
            Operand<TFloat32> loss,
            Map<String, Variable<TFloat32>> weights,
            Operand<TFloat32> source,
            Optional<Operand<TFloat32>> boxes,
            Optional<Bridge> bridge) {}

    private final Ops tf;
    private final float bound;
    private final Map<String, List<Operand<TFloat32>>> parts = new LinkedHashMap<>();
    private final List<Operand<TFloat32>> sourceGradients = new ArrayList<>();

    private BackwardPass(Ops tf, float bound) {
        this.tf = tf;
        this.bound = bound;
    }

    /**
     * Returns the gradient of the sum of all losses in each weight, except for the bound.
     *
     * @param sections the body, then the rounds
     * @param bound largest absolute gradient that comes back into a delta through its box, at least 0; 0 lets none back
     * @return by the variable's name
     */
    static Map<String, Operand<TFloat32>> gradients(Ops tf, List<Section> sections, float bound) {
        BackwardPass backward = new BackwardPass(tf, bound);
        Optional<Operand<TFloat32>> boxGradients = Optional.empty();
        for (int i = sections.size() - 1; i >= 0; i--) {
            boxGradients = backward.differentiate(sections.get(i), boxGradients);
        }
        Map<String, Operand<TFloat32>> gradients = new LinkedHashMap<>();
        backward.parts.forEach((name, parts) -> gradients.put(name, backward.sum(parts)));
        return gradients;
    }

    private Operand<TFloat32> sum(List<Operand<TFloat32>> parts) {
        return parts.size() == 1 ? parts.get(0) : tf.math.addN(parts);
    }

    /** Differentiates one section; returns the gradient of the boxes it reads. */
    private Optional<Operand<TFloat32>> differentiate(Section section, Optional<Operand<TFloat32>> nextBoxGradients) {
        List<Operand<?>> outputs = new ArrayList<>(List.of(section.loss()));
        List<Operand<?>> outputGradients = new ArrayList<>(List.of(tf.constant(1f)));
        List<Operand<TFloat32>> boxGradients = new ArrayList<>();
        if (bound > 0 && nextBoxGradients.isPresent()) {
            Bridge bridge = section.bridge().orElseThrow();
            List<Operand<TFloat32>> inputs = new ArrayList<>(List.of(bridge.movedBy()));
            section.boxes().ifPresent(inputs::add);
            Gradients back = tf.gradients(
                    List.of(bridge.boxes()), inputs, Gradients.dx(List.of(nextBoxGradients.orElseThrow())));
            outputs.add(bridge.deltas());
            outputGradients.add(tf.clipByValue(back.<TFloat32>dy(0), tf.constant(-bound), tf.constant(bound)));
            section.boxes().ifPresent(boxes -> boxGradients.add(back.dy(1)));
        }
        boolean body = section.boxes().isEmpty();
        if (body && !sourceGradients.isEmpty()) {
            outputs.add(section.source());
            outputGradients.add(sum(sourceGradients));
        }
        List<Operand<?>> inputs = new ArrayList<>(section.weights().values());
        if (!body) {
            inputs.add(section.source());
            inputs.add(section.boxes().orElseThrow());
        }
        Gradients back = tf.gradients(outputs, inputs, Gradients.dx(outputGradients));
        int index = 0;
        for (String name : section.weights().keySet()) {
            parts.computeIfAbsent(name, unused -> new ArrayList<>()).add(back.dy(index++));
        }
        if (body) {
            return Optional.empty();
        }
        sourceGradients.add(back.dy(index));
        boxGradients.add(Objects.requireNonNull(back.dy(index + 1)));
        return Optional.of(sum(boxGradients));
    }
}
