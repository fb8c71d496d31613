package dev.mnc.training;

import dev.mnc.model.cascade.Cascade;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.OneHot;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.image.NonMaxSuppression;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The cascade with its losses, for one image at a time.
 *
 * <p>Targets are computed in Java between runs, where sampling and matching can be read and tested: a step first runs
 * the graph up to the proposals, samples RoIs, runs on to the masks and the boxes of round 2, and computes the labels
 * that depend on them; the third run computes all losses and the update. All results of a run are fed to the next one,
 * all activations included, so that no forward work is done twice. Gradients flow through the warp into the boxes,
 * through the bridge into the deltas, and through the masks, and never into a target.
 */
final class TrainingGraph {

    /** One image: {@code [1, H, W, 3]}. */
    final Placeholder<TFloat32> images;
    /** Rows, columns, scale: {@code [1, 3]}. */
    final Placeholder<TFloat32> imInfo;
    /** {@code [1, h, w, c]}; may be fed to skip the body. */
    final Operand<TFloat32> features;
    /** Proposed boxes {@code [P, 4]}, best first. */
    final Operand<TFloat32> proposals;
    /** The anchor of each proposal: {@code [P]}. */
    final Operand<TInt32> proposalAnchors;
    /** Fed: the anchors that the first run found, {@code [P]}. */
    final Placeholder<TInt32> chosenAnchors;
    /** Fed: ground-truth boxes, px of the scaled image, {@code [G, 4]}. */
    final Placeholder<TFloat32> truthBoxes;
    /** Fed: the sampled RoIs as indices into proposals followed by ground truths, {@code [S]}. */
    final Placeholder<TInt32> sampled;
    /** Fed: per anchor 1 for object, 0 for background, {@code [K]}. */
    final Placeholder<TFloat32> anchorLabels;
    /** Fed: per anchor 1 where its label counts, {@code [K]}. */
    final Placeholder<TFloat32> anchorWeights;
    /** Fed: {@code [K, 4]}. */
    final Placeholder<TFloat32> anchorDeltas;
    /** Fed: the weights of the losses of stage 1, of the mask stages and of the category stages, {@code [3]}. */
    final Placeholder<TFloat32> stageWeights;
    /** The other activations of the body and stage 1, which their gradients need; may be fed to skip their work. */
    final List<Operand<TFloat32>> bodyActivations;
    /** The activations of the rounds, which their gradients need; may be fed to skip their work. */
    final List<Operand<TFloat32>> roundActivations;

    final List<Round> rounds = new ArrayList<>();
    /** Every loss by name, weighted, in the order of the stages. */
    final Map<String, Operand<TFloat32>> losses = new LinkedHashMap<>();
    /** The sum of all losses. */
    final Operand<TFloat32> loss;

    /**
     * One round of the mask and category stages.
     *
     * @param rois {@code [S, 4]}
     * @param maskLogits {@code [S, m * m]}
     * @param maskProbabilities {@code [S, m * m]}
     * @param maskRows fed: rows with a mask target, {@code [F]}
     * @param maskTargets fed: {@code [F, m * m]}, 0 or 1
     * @param boxLabels fed: class by box overlap, {@code [S]}
     * @param labels fed: class by mask overlap, {@code [S]}
     * @param deltas fed: {@code [S, 4]}, in units of {@link Cascade#DELTA_UNITS}
     */
    record Round(
            Operand<TFloat32> rois,
            Operand<TFloat32> maskLogits,
            Operand<TFloat32> maskProbabilities,
            Placeholder<TInt32> maskRows,
            Placeholder<TFloat32> maskTargets,
            Placeholder<TInt32> boxLabels,
            Placeholder<TInt32> labels,
            Placeholder<TFloat32> deltas) {}

    private final List<BackwardPass.Section> sections = new ArrayList<>();
    private final Ops tf;
    private final MncConfig config;
    private final Cascade cascade;
    private final TrainingConfig settings;
    private final Layers layers;
    private final Losses lossOps;

    TrainingGraph(Ops tf, MncConfig config, TrainingConfig settings, Layers layers) {
        this.tf = tf;
        this.config = config;
        this.settings = settings;
        this.layers = layers;
        this.cascade = new Cascade(tf, config, layers);
        this.lossOps = new Losses(tf);
        this.images = input(TFloat32.class, 1, -1, -1, 3);
        this.imInfo = input(TFloat32.class, 1, 3);
        this.chosenAnchors = input(TInt32.class, -1);
        this.truthBoxes = input(TFloat32.class, -1, 4);
        this.sampled = input(TInt32.class, -1);
        this.anchorLabels = input(TFloat32.class, -1);
        this.anchorWeights = input(TFloat32.class, -1);
        this.anchorDeltas = input(TFloat32.class, -1, 4);
        this.stageWeights = input(TFloat32.class, 3);

        this.features = cascade.features(images);
        Cascade.AnchorOutputs outputs = cascade.anchors(features);
        Operand<TFloat32> anchors = cascade.anchorGrid(features);
        Operand<TFloat32> decoded = cascade.decode(anchors, outputs.deltas(), imInfo);
        this.proposalAnchors = propose(anchors, decoded, outputs.logits());
        this.proposals = tf.gather(squeezed(decoded, 4), proposalAnchors, tf.constant(0));
        Operand<TFloat32> source = cascade.roiSource(features);
        List<Operand<TFloat32>> activations = layers.activations();
        this.bodyActivations = activations.stream()
                .filter(activation -> activation != features)
                .toList();

        Operand<TFloat32> anchorLoss = anchorLosses(outputs);
        Operand<TFloat32> own = tf.gather(anchors, chosenAnchors, tf.constant(0));
        Operand<TFloat32> ownDeltas = tf.gather(squeezed(outputs.deltas(), 4), chosenAnchors, tf.constant(0));
        BackwardPass.Bridge toRounds = bridge(
                own,
                ownDeltas,
                moved -> tf.gather(tf.concat(List.of(moved, truthBoxes), tf.constant(0)), sampled, tf.constant(0)));
        sections.add(new BackwardPass.Section(
                anchorLoss, learning(Set.of()), source, Optional.empty(), Optional.of(toRounds)));
        addRounds(tf.stopGradient(source), toRounds.boxes());
        this.roundActivations = layers.activations()
                .subList(activations.size(), layers.activations().size());
        this.loss = tf.math.addN(List.copyOf(losses.values()));
    }

    private <T extends TType> Placeholder<T> input(Class<T> type, long... shape) {
        return tf.placeholder(type, Placeholder.shape(Shape.of(shape)));
    }

    private Operand<TFloat32> squeezed(Operand<TFloat32> tensor, int width) {
        return tf.reshape(tensor, tf.constant(new int[] {-1, width}));
    }

    private Operand<TInt32> propose(Operand<TFloat32> anchors, Operand<TFloat32> decoded, Operand<TFloat32> logits) {
        MncConfig.Proposals settings = config.trainingProposals();
        Operand<TFloat32> scores = tf.reshape(
                cascade.proposalScores(logits, decoded, anchors, imInfo, settings), tf.constant(new int[] {-1}));
        Operand<TInt32> candidates = tf.math.minimum(
                tf.constant(settings.candidates()), tf.reshape(tf.shape(scores), tf.constant(Shape.scalar())));
        TopK<TFloat32, TInt32> best = tf.nn.topK(scores, candidates, new TopK.Options[0]);
        Operand<TFloat32> bestBoxes = tf.gather(squeezed(decoded, 4), best.indices(), tf.constant(0));
        // The operation measures boxes without the extra pixel of the inclusive convention.
        Operand<TFloat32> measured = tf.math.add(bestBoxes, tf.constant(new float[] {0, 0, 1, 1}));
        NonMaxSuppression<TFloat32> suppressed = tf.image.nonMaxSuppression(
                tf.stopGradient(measured),
                tf.stopGradient(best.values()),
                tf.constant(settings.limit()),
                tf.constant(settings.iou()),
                tf.constant(-0.5f),
                tf.constant(0f));
        return tf.gather(best.indices(), suppressed.selectedIndices(), tf.constant(0));
    }

    private Operand<TFloat32> anchorLosses(Cascade.AnchorOutputs outputs) {
        Operand<TFloat32> logits = tf.reshape(outputs.logits(), tf.constant(new int[] {-1}));
        Operand<TFloat32> objectness = lossOps.sigmoidCrossEntropy(logits, anchorLabels, anchorWeights);
        Operand<TFloat32> differences = tf.math.sub(squeezed(outputs.deltas(), 4), anchorDeltas);
        Operand<TFloat32> weighted =
                tf.math.mul(lossOps.smoothL1(differences, 3), tf.expandDims(anchorLabels, tf.constant(1)));
        Operand<TFloat32> boxes =
                tf.math.div(lossOps.total(weighted), tf.math.maximum(lossOps.total(anchorWeights), tf.constant(1f)));
        return tf.math.add(named("rpn_cls", objectness, 0, 1), named("rpn_bbox", boxes, 0, 1));
    }

    /** Records a loss under its name, weighted by its stage's weight and by its own; returns it. */
    private Operand<TFloat32> named(String name, Operand<TFloat32> value, int stage, double weight) {
        Operand<TFloat32> factor = tf.math.mul(scalar(stageWeights, stage), tf.constant((float) weight));
        Operand<TFloat32> weighted = tf.math.mul(value, factor);
        losses.put(name, weighted);
        return weighted;
    }

    /** Returns the variables, by name, that were created after some others and that training changes. */
    private Map<String, Variable<TFloat32>> learning(Set<String> others) {
        Map<String, Variable<TFloat32>> weights = new LinkedHashMap<>(layers.variables());
        weights.keySet().removeAll(others);
        weights.keySet().removeIf(name -> !settings.learns(name));
        return weights;
    }

    private BackwardPass.Bridge bridge(
            Operand<TFloat32> boxes, Operand<TFloat32> deltas, UnaryOperator<Operand<TFloat32>> withTruth) {
        Operand<TFloat32> sides = tf.reshape(imInfo, tf.constant(new int[] {3}));
        Operand<TFloat32> movedBy = tf.stopGradient(deltas);
        Operand<TFloat32> moved = cascade.move(boxes, movedBy, scalar(sides, 0), scalar(sides, 1));
        return new BackwardPass.Bridge(deltas, movedBy, withTruth.apply(moved));
    }

    /**
     * Adds rounds 1 and 2 with their losses.
     *
     * @param source map from which RoIs are cropped, cut off from the body
     * @param boxes {@code [S, 4]} of round 1
     */
    private void addRounds(Operand<TFloat32> source, Operand<TFloat32> boxes) {
        Set<String> bodyWeights = Set.copyOf(layers.variables().keySet());
        Operand<TFloat32> next = boxes;
        for (int number = 1; number <= config.rounds(); number++) {
            Operand<TFloat32> rois = tf.stopGradient(next);
            Operand<TInt32> count = tf.slice(tf.shape(rois), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
            Operand<TFloat32> roiFeatures = cascade.roiFeatures(source, rois, tf.fill(count, tf.constant(0)), number);
            Operand<TFloat32> maskLogits = cascade.masks(roiFeatures);
            boolean endToEnd = settings.flow() == TrainingConfig.GradientFlow.END_TO_END;
            Cascade.CategoryOutputs outputs =
                    cascade.categories(roiFeatures, endToEnd ? maskLogits : tf.stopGradient(maskLogits));
            Round round = round(rois, maskLogits);
            rounds.add(round);
            Operand<TFloat32> roundLoss = roundLosses(round, outputs, number == 1 ? "" : "_ext");
            Optional<BackwardPass.Bridge> bridge = Optional.empty();
            if (number < config.rounds()) {
                BackwardPass.Bridge toNext = bridge(
                        rois,
                        cascade.bestDeltas(outputs, 1),
                        moved -> tf.concat(List.of(moved, truthBoxes), tf.constant(0)));
                next = toNext.boxes();
                bridge = Optional.of(toNext);
            }
            sections.add(new BackwardPass.Section(roundLoss, learning(bodyWeights), source, Optional.of(rois), bridge));
        }
    }

    private Round round(Operand<TFloat32> rois, Operand<TFloat32> maskLogits) {
        int pixels = config.heads().maskSize() * config.heads().maskSize();
        return new Round(
                rois,
                maskLogits,
                tf.math.sigmoid(maskLogits),
                input(TInt32.class, -1),
                input(TFloat32.class, -1, pixels),
                input(TInt32.class, -1),
                input(TInt32.class, -1),
                input(TFloat32.class, -1, 4));
    }

    /**
     * Returns the gradient of {@link #loss} in each weight that is learnt, by name.
     *
     * @param bound largest absolute gradient that comes back into a delta through its box; see {@link BackwardPass}
     */
    Map<String, Operand<TFloat32>> gradients(float bound) {
        boolean endToEnd = settings.flow() == TrainingConfig.GradientFlow.END_TO_END;
        return BackwardPass.gradients(tf, sections, endToEnd ? bound : 0);
    }

    private Operand<TFloat32> scalar(Operand<TFloat32> vector, int index) {
        return tf.gather(vector, tf.constant(index), tf.constant(0), new Gather.Options[0]);
    }

    private Operand<TFloat32> roundLosses(Round round, Cascade.CategoryOutputs outputs, String suffix) {
        Operand<TFloat32> maskLogits = tf.gather(round.maskLogits(), round.maskRows(), tf.constant(0));
        Operand<TFloat32> ones = tf.onesLike(round.maskTargets());
        Operand<TFloat32> masks = lossOps.sigmoidCrossEntropy(maskLogits, round.maskTargets(), ones);
        Operand<TFloat32> classes = lossOps.softmaxCrossEntropy(outputs.boxLogits(), oneHot(round.boxLabels()));
        Operand<TFloat32> maskClasses = lossOps.softmaxCrossEntropy(outputs.logits(), oneHot(round.labels()));
        return tf.math.addN(List.of(
                named("mask" + suffix, masks, 1, settings.maskWeight()),
                named("cls" + suffix, classes, 2, 1),
                named("seg_cls" + suffix, maskClasses, 2, 1),
                named("bbox" + suffix, boxLoss(round, outputs), 2, 1)));
    }

    /**
     * Adds the smooth L1 on the deltas of each RoI's own class, over the number of RoIs; background has no box target.
     */
    private Operand<TFloat32> boxLoss(Round round, Cascade.CategoryOutputs outputs) {
        Operand<TFloat32> own = tf.expandDims(oneHot(round.boxLabels()), tf.constant(2));
        Operand<TFloat32> deltas =
                tf.reduceSum(tf.math.mul(outputs.deltas(), own), tf.constant(1), ReduceSum.keepDims(false));
        Operand<TFloat32> foreground =
                tf.dtypes.cast(tf.math.greater(round.boxLabels(), tf.constant(0)), TFloat32.class);
        Operand<TFloat32> each = tf.math.mul(
                lossOps.smoothL1(tf.math.sub(deltas, round.deltas()), 1), tf.expandDims(foreground, tf.constant(1)));
        Operand<TFloat32> count =
                tf.dtypes.cast(tf.reshape(tf.shape(round.boxLabels()), tf.constant(Shape.scalar())), TFloat32.class);
        return tf.math.div(lossOps.total(each), count);
    }

    private Operand<TFloat32> oneHot(Operand<TInt32> labels) {
        return tf.oneHot(
                labels, tf.constant(config.classes()), tf.constant(1f), tf.constant(0f), new OneHot.Options[0]);
    }
}
