package dev.mnc.training;

import dev.mnc.model.cascade.Cascade;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.voting.BoxCoding;
import dev.mnc.training.targets.InstanceBitmap;
import dev.mnc.training.targets.MaskTargets;
import dev.mnc.training.targets.RoiSample;
import dev.mnc.training.targets.RoiSampler;
import dev.mnc.training.targets.RpnTargets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** A step of training on one image: three runs of the graph with the computation of targets between them. */
final class TrainingStep {

    /** The least IoU with a ground truth of a foreground RoI's box in round 2. */
    private static final double FOREGROUND_IOU = 0.5;
    /** The least IoU with its ground truth at which a predicted mask has its class. */
    private static final double MASK_IOU = 0.5;

    private final MncConfig config;
    private final TrainingConfig settings;
    private final TrainingGraph graph;
    private final OptimizerOps updates;
    private final Session session;

    TrainingStep(
            MncConfig config, TrainingConfig settings, TrainingGraph graph, OptimizerOps updates, Session session) {
        this.config = config;
        this.settings = settings;
        this.graph = graph;
        this.updates = updates;
        this.session = session;
    }

    /**
     * Trains on one image.
     *
     * @param number number of images before
     * @param progress share of the training that is done, in [0, 1]
     * @return every loss by name, then {@code total} and {@code gradient_norm}
     */
    Map<String, Float> run(TrainingImage image, int number, double progress) {
        try (StepTensors feeds = new StepTensors()) {
            Prepared prepared = prepare(image, number, progress, feeds);
            Session.Runner runner = session.runner();
            feed(runner, prepared.inputs());
            feed(runner, prepared.activations());
            updates.addTo(runner, feeds, settings.rate(number, progress), number);
            graph.losses.values().forEach(runner::fetch);
            Result result =
                    feeds.results(runner.fetch(graph.loss).fetch(updates.norm).run());
            Map<String, Float> values = new LinkedHashMap<>();
            int index = 0;
            for (String name : graph.losses.keySet()) {
                values.put(name, ((TFloat32) result.get(index++)).getFloat());
            }
            values.put("total", ((TFloat32) result.get(index++)).getFloat());
            values.put("gradient_norm", ((TFloat32) result.get(index)).getFloat());
            return values;
        }
    }

    /** A value for a tensor of the graph. */
    record Feed(Operand<?> operand, Tensor value) {}

    /**
     * The tensors from which the losses of one image are computed.
     *
     * @param inputs the image and all targets: with these the losses are functions of the weights
     * @param activations outputs of the layers in the runs before, valid for the present weights only
     */
    record Prepared(List<Feed> inputs, List<Feed> activations) {}

    static void feed(Session.Runner runner, List<Feed> feeds) {
        feeds.forEach(feed -> runner.feed(feed.operand(), feed.value()));
    }

    /** Makes the first two runs and computes the targets of all stages. */
    Prepared prepare(TrainingImage image, int number, double progress, StepTensors feeds) {
        Random random = new Random(settings.seed() * 6364136223846793005L + number);
        List<Feed> inputs = imageInputs(image, feeds);
        Session.Runner first = session.runner();
        feed(first, inputs);
        first.fetch(graph.features).fetch(graph.proposals).fetch(graph.proposalAnchors);
        graph.bodyActivations.forEach(first::fetch);
        Result proposed = feeds.results(first.run());
        List<Feed> activations = new ArrayList<>(List.of(new Feed(graph.features, proposed.get(0))));
        activations.addAll(feeds(graph.bodyActivations, proposed, 3));

        RoiSample sample =
                RoiSampler.sample(StepTensors.floats(proposed.get(1)), image.truthBoxes(), settings.sampling(), random);
        inputs.add(new Feed(graph.chosenAnchors, proposed.get(2)));
        inputs.add(new Feed(graph.sampled, feeds.ints(sample.candidates())));
        activations.addAll(addRounds(image, sample, inputs, List.copyOf(activations), feeds));

        RpnTargets targets = anchorTargets(image, proposed.get(0).shape(), random);
        if (settings.anchorLabels() == TrainingConfig.AnchorLabels.MIXED) {
            targets = mixed(targets, StepTensors.ints(proposed.get(2)), sample);
        }
        inputs.addAll(anchorInputs(targets, feeds));
        inputs.add(new Feed(graph.stageWeights, feeds.floats(settings.stageWeights(progress), 3)));
        return new Prepared(inputs, activations);
    }

    private List<Feed> imageInputs(TrainingImage image, StepTensors feeds) {
        float[] info = {
            image.input().height(), image.input().width(), image.input().scale()
        };
        return new ArrayList<>(List.of(
                new Feed(graph.images, feeds.image(image.input())),
                new Feed(graph.imInfo, feeds.floats(info, 1, 3)),
                new Feed(graph.truthBoxes, feeds.floats(image.truthBoxes(), image.classes().length, 4))));
    }

    private static List<Feed> feeds(List<Operand<TFloat32>> operands, Result result, int from) {
        List<Feed> feeds = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            feeds.add(new Feed(operands.get(i), result.get(from + i)));
        }
        return feeds;
    }

    /**
     * Runs on to the masks and the boxes of round 2, and adds the targets of each round to the inputs.
     *
     * @return the activations of the rounds
     */
    private List<Feed> addRounds(
            TrainingImage image, RoiSample sample, List<Feed> inputs, List<Feed> bodyActivations, StepTensors feeds) {
        Session.Runner runner = session.runner();
        feed(runner, inputs);
        feed(runner, bodyActivations);
        for (TrainingGraph.Round round : graph.rounds) {
            runner.fetch(round.rois()).fetch(round.maskProbabilities());
        }
        graph.roundActivations.forEach(runner::fetch);
        Result result = feeds.results(runner.run());
        for (int i = 0; i < graph.rounds.size(); i++) {
            float[] rois = StepTensors.floats(result.get(2 * i));
            float[] masks = StepTensors.floats(result.get(2 * i + 1));
            int[] matched = i == 0 ? sample.truth() : RoiSampler.match(rois, image.truthBoxes(), FOREGROUND_IOU);
            inputs.addAll(roundTargets(image, rois, masks, matched).feeds(graph.rounds.get(i), feeds));
        }
        return feeds(graph.roundActivations, result, 2 * graph.rounds.size());
    }

    /**
     * Returns the targets of one round.
     *
     * @param rois {@code [S, 4]}, px of the scaled image
     * @param masks {@code [S, m * m]} probabilities
     * @param matched the ground truth of each RoI, or -1 for background
     */
    private RoundTargets roundTargets(TrainingImage image, float[] rois, float[] masks, int[] matched) {
        int size = config.heads().maskSize();
        int pixels = size * size;
        List<Integer> rows = new ArrayList<>();
        int[] boxLabels = new int[matched.length];
        int[] labels = new int[matched.length];
        float[] deltas = new float[4 * matched.length];
        List<float[]> maskTargets = new ArrayList<>();
        for (int i = 0; i < matched.length; i++) {
            if (matched[i] < 0) {
                continue;
            }
            InstanceBitmap truth = image.truths().get(matched[i]);
            float[] roi = new float[4];
            float[] original = new float[4];
            for (int k = 0; k < 4; k++) {
                roi[k] = rois[4 * i + k];
                original[k] = roi[k] / image.input().scale();
            }
            float[] mask = new float[pixels];
            System.arraycopy(masks, i * pixels, mask, 0, pixels);
            boxLabels[i] = image.classes()[matched[i]];
            labels[i] = MaskTargets.iou(mask, size, original, truth) >= MASK_IOU ? boxLabels[i] : 0;
            rows.add(i);
            maskTargets.add(MaskTargets.target(original, truth, size));
            float[] delta = BoxCoding.encode(roi, truthBox(image, matched[i]));
            for (int k = 0; k < 4; k++) {
                deltas[4 * i + k] = delta[k] / Cascade.DELTA_UNITS.get(k);
            }
        }
        float[] flat = new float[pixels * maskTargets.size()];
        for (int i = 0; i < maskTargets.size(); i++) {
            System.arraycopy(maskTargets.get(i), 0, flat, i * pixels, pixels);
        }
        return new RoundTargets(rows.stream().mapToInt(Integer::intValue).toArray(), flat, boxLabels, labels, deltas);
    }

    private static float[] truthBox(TrainingImage image, int index) {
        float[] box = new float[4];
        System.arraycopy(image.truthBoxes(), 4 * index, box, 0, 4);
        return box;
    }

    /** The targets of one round; see {@link TrainingGraph.Round} for the shapes. */
    private record RoundTargets(int[] maskRows, float[] maskTargets, int[] boxLabels, int[] labels, float[] deltas) {

        List<Feed> feeds(TrainingGraph.Round round, StepTensors feeds) {
            long pixels = round.maskTargets().shape().get(1);
            return List.of(
                    new Feed(round.maskRows(), feeds.ints(maskRows)),
                    new Feed(round.maskTargets(), feeds.floats(maskTargets, maskRows.length, pixels)),
                    new Feed(round.boxLabels(), feeds.ints(boxLabels)),
                    new Feed(round.labels(), feeds.ints(labels)),
                    new Feed(round.deltas(), feeds.floats(deltas, boxLabels.length, 4)));
        }
    }

    private RpnTargets anchorTargets(TrainingImage image, Shape features, Random random) {
        return RpnTargets.assign(
                config.anchors().grid((int) features.get(1), (int) features.get(2)),
                image.input().height(),
                image.input().width(),
                image.truthBoxes(),
                settings.anchorBatch(),
                0.5,
                random);
    }

    /** Returns targets in which the anchors whose proposals the rounds learn from take their labels. */
    private static RpnTargets mixed(RpnTargets targets, int[] proposalAnchors, RoiSample sample) {
        int proposals = proposalAnchors.length;
        int[] anchors = new int[sample.candidates().length];
        int[] labels = new int[anchors.length];
        int count = 0;
        for (int i = 0; i < anchors.length; i++) {
            if (sample.candidates()[i] < proposals) {
                anchors[count] = proposalAnchors[sample.candidates()[i]];
                labels[count++] = sample.truth()[i] >= 0 ? 1 : 0;
            }
        }
        return targets.withForced(Arrays.copyOf(anchors, count), Arrays.copyOf(labels, count));
    }

    private List<Feed> anchorInputs(RpnTargets targets, StepTensors feeds) {
        int[] labels = targets.labels();
        float[] positive = new float[labels.length];
        float[] weights = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            positive[i] = labels[i] == 1 ? 1 : 0;
            weights[i] = labels[i] >= 0 ? 1 : 0;
        }
        return List.of(
                new Feed(graph.anchorLabels, feeds.floats(positive, labels.length)),
                new Feed(graph.anchorWeights, feeds.floats(weights, labels.length)),
                new Feed(graph.anchorDeltas, feeds.floats(targets.deltas(), labels.length, 4)));
    }
}
