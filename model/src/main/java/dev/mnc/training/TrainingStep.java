package dev.mnc.training;

import dev.mnc.mnc.BoxCoding;
import dev.mnc.mnc.Cascade;
import dev.mnc.mnc.MncConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** One step of training on one image: three runs of the graph with the making of targets between them. */
final class TrainingStep {

    /** RoIs whose box overlaps a ground truth by at least this are foreground in round 2. */
    private static final double FOREGROUND_IOU = 0.5;
    /** Predicted masks that overlap their ground truth by at least this carry its class. */
    private static final double MASK_IOU = 0.5;

    private final MncConfig config;
    private final TrainingConfig settings;
    private final TrainingGraph graph;
    private final Updates updates;
    private final Session session;

    TrainingStep(MncConfig config, TrainingConfig settings, TrainingGraph graph, Updates updates, Session session) {
        this.config = config;
        this.settings = settings;
        this.graph = graph;
        this.updates = updates;
        this.session = session;
    }

    /**
     * Learns from one image.
     *
     * @param number how many updates there were before
     * @return every loss by name, then {@code total} and {@code gradient_norm}
     */
    Map<String, Float> run(TrainingImage image, int number, double rate) {
        Random random = new Random(settings.seed() * 6364136223846793005L + number);
        try (Feeds feeds = new Feeds()) {
            int height = image.input().bucket().height();
            int width = image.input().bucket().width();
            float[] pixels = new float[height * width * 3];
            image.input().copyTo(pixels, 0);
            float[] info = {
                image.input().height(), image.input().width(), image.input().scale()
            };
            TFloat32 images = feeds.floats(pixels, 1, height, width, 3);
            TFloat32 imInfo = feeds.floats(info, 1, 3);
            Result proposed = feeds.results(session.runner()
                    .feed(graph.images, images)
                    .feed(graph.imInfo, imInfo)
                    .fetch(graph.features)
                    .fetch(graph.proposals)
                    .fetch(graph.proposalAnchors)
                    .run());
            float[] proposals = Feeds.floats(proposed.get(1));
            RoiSample sample = RoiSampler.sample(proposals, image.truthBoxes(), settings.sampling(), random);
            Common common = new Common(
                    imInfo,
                    feeds.floats(image.truthBoxes(), image.classes().length, 4),
                    (TInt32) proposed.get(2),
                    feeds.ints(sample.candidates()));

            List<RoundTargets> targets = roundTargets(image, common, proposed.get(0), sample, feeds);
            Session.Runner runner = session.runner().feed(graph.images, images);
            common.feed(graph, runner);
            feedAnchors(
                    image,
                    (int) proposed.get(0).shape().get(1),
                    (int) proposed.get(0).shape().get(2),
                    random,
                    runner,
                    feeds);
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).feed(graph.rounds.get(i), runner, feeds);
            }
            updates.feed(runner, feeds, rate, number);
            return losses(feeds, runner);
        }
    }

    private Map<String, Float> losses(Feeds feeds, Session.Runner runner) {
        graph.losses.values().forEach(runner::fetch);
        Result result = feeds.results(runner.fetch(graph.loss)
                .fetch(updates.norm)
                .addTarget(updates.step)
                .run());
        Map<String, Float> values = new LinkedHashMap<>();
        int index = 0;
        for (String name : graph.losses.keySet()) {
            values.put(name, ((TFloat32) result.get(index++)).getFloat());
        }
        values.put("total", ((TFloat32) result.get(index++)).getFloat());
        values.put("gradient_norm", ((TFloat32) result.get(index)).getFloat());
        return values;
    }

    /** What every run after the first is fed. */
    private record Common(TFloat32 imInfo, TFloat32 truthBoxes, TInt32 proposalAnchors, TInt32 sampled) {

        void feed(TrainingGraph graph, Session.Runner runner) {
            runner.feed(graph.imInfo, imInfo)
                    .feed(graph.truthBoxes, truthBoxes)
                    .feed(graph.chosenAnchors, proposalAnchors)
                    .feed(graph.sampled, sampled);
        }
    }

    /** Runs on to the masks and the boxes of round 2, and makes the targets of each round from them. */
    private List<RoundTargets> roundTargets(
            TrainingImage image, Common common, Tensor features, RoiSample sample, Feeds feeds) {
        Session.Runner runner = session.runner().feed(graph.features, features);
        common.feed(graph, runner);
        for (TrainingGraph.Round round : graph.rounds) {
            runner.fetch(round.rois()).fetch(round.maskProbabilities());
        }
        Result result = feeds.results(runner.run());
        List<RoundTargets> targets = new ArrayList<>();
        for (int i = 0; i < graph.rounds.size(); i++) {
            float[] rois = Feeds.floats(result.get(2 * i));
            float[] masks = Feeds.floats(result.get(2 * i + 1));
            int[] matched = i == 0 ? sample.truth() : RoiSampler.match(rois, image.truthBoxes(), FOREGROUND_IOU);
            targets.add(roundTargets(image, rois, masks, matched));
        }
        return targets;
    }

    /**
     * The labels of one round.
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

        void feed(TrainingGraph.Round round, Session.Runner runner, Feeds feeds) {
            long pixels = round.maskTargets().shape().get(1);
            runner.feed(round.maskRows(), feeds.ints(maskRows))
                    .feed(round.maskTargets(), feeds.floats(maskTargets, maskRows.length, pixels))
                    .feed(round.boxLabels(), feeds.ints(boxLabels))
                    .feed(round.labels(), feeds.ints(labels))
                    .feed(round.deltas(), feeds.floats(deltas, boxLabels.length, 4));
        }
    }

    private void feedAnchors(
            TrainingImage image, int rows, int columns, Random random, Session.Runner runner, Feeds feeds) {
        float[] anchors = config.anchors().grid(rows, columns);
        RpnTargets targets = RpnTargets.assign(
                anchors,
                image.input().height(),
                image.input().width(),
                image.truthBoxes(),
                settings.anchorBatch(),
                0.5,
                random);
        int[] labels = targets.labels();
        float[] positive = new float[labels.length];
        float[] weights = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            positive[i] = labels[i] == 1 ? 1 : 0;
            weights[i] = labels[i] >= 0 ? 1 : 0;
        }
        runner.feed(graph.anchorLabels, feeds.floats(positive, labels.length))
                .feed(graph.anchorWeights, feeds.floats(weights, labels.length))
                .feed(graph.anchorDeltas, feeds.floats(targets.deltas(), labels.length, 4));
    }
}
