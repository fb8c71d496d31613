package dev.mnc.model.cascade;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.CombinedNonMaxSuppression;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The inference graph and its two signatures, the contract of every model that is a cascade.
 *
 * <pre>
 *   preprocess   encoded  scalar string            ─►  image [h, w, 3], im_info [3] = (h, w, scale), original_size [2]
 *   detect       images   [N, H, W, 3], padded     ─►  rois [N, R, 4]    px of the scaled image, inclusive corners
 *                im_info  [N, 3]                       masks [N, R, m, m] probability
 *                                                      scores [N, R, C]  class probability, class 0 is background
 *                                                      valid [N]         number of rows in use
 *                                                      rois_ext, masks_ext, scores_ext: the same of round 2
 * </pre>
 *
 * <p>No result of an image depends on the images beside it in the batch.
 */
public final class DetectGraph {

    /** Name of the signature that decodes and scales one image. */
    public static final String PREPROCESS = "preprocess";
    /** Name of the signature that runs the cascade. */
    public static final String DETECT = "detect";

    private final Ops tf;
    private final MncConfig config;
    private final Layers layers;
    private final Cascade cascade;
    private final List<Stage> stages = new ArrayList<>();
    private int counted;

    /** Creates a graph without operations yet. */
    public DetectGraph(Ops tf, MncConfig config, Layers layers) {
        this.tf = tf;
        this.config = config;
        this.layers = layers;
        this.cascade = new Cascade(tf, config, layers);
    }

    /** Builds both signatures. */
    public List<Signature> build() {
        return List.of(Preprocessing.signature(tf, config.scaling()), detect());
    }

    /**
     * A part of the signature {@code detect} that can be run by itself.
     *
     * @param name in the paper's table of times
     * @param reads operands of the parts before it
     * @param results operands that later parts or the caller read
     * @param products its convolutions and matrix products
     */
    public record Stage(String name, List<Operand<?>> reads, List<Operand<?>> results, List<Layers.Product> products) {}

    /** Returns the parts that {@link #build} created, in the order in which they run. */
    public List<Stage> stages() {
        return List.copyOf(stages);
    }

    private void addStage(String name, List<Operand<?>> reads, List<Operand<?>> results) {
        List<Layers.Product> all = layers.products();
        List<Layers.Product> own = new ArrayList<>(all.subList(counted, all.size()));
        counted = all.size();
        // Not run at inference: what only training reads, and the boxes of the last round.
        own.removeIf(product ->
                product.layer().equals("cls_score") || (product.layer().equals("bbox_pred") && name.equals(last())));
        stages.add(new Stage(name, reads, results, own));
    }

    private String last() {
        return config.rounds() == 1 ? "stage 3" : "stage 5";
    }

    private Signature detect() {
        Placeholder<TFloat32> images =
                tf.withName("images").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, 3)));
        Placeholder<TFloat32> imInfo =
                tf.withName("im_info").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 3)));
        Operand<TFloat32> features = cascade.features(images);
        addStage("conv", List.of(images), List.of(features));
        Cascade.AnchorOutputs anchorOutputs = cascade.anchors(features);
        CombinedNonMaxSuppression proposals = propose(cascade.anchorGrid(features), anchorOutputs, imInfo);
        Operand<TFloat32> rois = tf.reshape(asRois(proposals.nmsedBoxes()), tf.constant(new int[] {-1, 4}));
        Operand<TInt32> valid = tf.withName("valid").identity(proposals.validDetections());
        Operand<TFloat32> source = cascade.roiSource(features);
        List<Operand<?>> first = new ArrayList<>(List.of(rois, valid));
        if (source != features) {
            first.add(source);
        }
        addStage("stage 1", List.of(features, imInfo), first);
        Signature.Builder signature = Signature.builder(DETECT)
                .input("images", images)
                .input("im_info", imInfo)
                .output("valid", valid);
        for (int round = 1; round <= config.rounds(); round++) {
            rois = round(signature, round, new RoundInputs(imInfo, source, rois));
        }
        return signature.build();
    }

    private record RoundInputs(Operand<TFloat32> imInfo, Operand<TFloat32> source, Operand<TFloat32> rois) {}

    /** Adds the mask stage and the category stage, and returns the boxes they lead to. */
    private Operand<TFloat32> round(Signature.Builder signature, int round, RoundInputs in) {
        int limit = config.proposals().limit();
        int side = config.heads().maskSize();
        String suffix = round == 1 ? "" : "_ext";
        Operand<TInt32> count = cascade.axis(in.imInfo, 0);
        Operand<TInt32> owner = perRoi(tf.expandDims(tf.range(tf.constant(0), count, tf.constant(1)), tf.constant(1)));
        Operand<TFloat32> roiFeatures = cascade.roiFeatures(in.source, in.rois, owner, round, cascade.roiGroups(limit));
        Operand<TFloat32> maskLogits = cascade.masks(roiFeatures);
        addStage("stage " + 2 * round, List.of(in.imInfo, in.source, in.rois), List.of(roiFeatures, maskLogits));
        Cascade.CategoryOutputs categories = cascade.categories(roiFeatures, maskLogits);
        Operand<TFloat32> scores = tf.nn.softmax(categories.logits());
        signature
                .output("rois" + suffix, named("rois" + suffix, in.rois, limit, 4))
                .output("masks" + suffix, named("masks" + suffix, tf.math.sigmoid(maskLogits), limit, side, side))
                .output("scores" + suffix, named("scores" + suffix, scores, limit, config.classes()));
        List<Operand<?>> reads = List.of(in.imInfo, in.rois, roiFeatures, maskLogits);
        if (round == config.rounds()) {
            addStage("stage " + (2 * round + 1), reads, List.of(scores));
            return in.rois;
        }
        Operand<TFloat32> height = perRoi(cascade.info(in.imInfo, 0));
        Operand<TFloat32> width = perRoi(cascade.info(in.imInfo, 1));
        Operand<TFloat32> moved = cascade.move(in.rois, cascade.bestDeltas(categories, 0), height, width);
        addStage("stage " + (2 * round + 1), reads, List.of(scores, moved));
        return moved;
    }

    private Operand<TFloat32> named(String name, Operand<TFloat32> perRoi, int... shape) {
        int[] full = new int[shape.length + 1];
        full[0] = -1;
        System.arraycopy(shape, 0, full, 1, shape.length);
        return tf.withName(name + "_out").reshape(perRoi, tf.constant(full));
    }

    /** Repeats {@code [N, 1]} for each of an image's R RoIs: {@code [N * R]}. */
    private <T extends org.tensorflow.types.family.TNumber> Operand<T> perRoi(Operand<T> perImage) {
        Operand<T> repeated =
                tf.tile(perImage, tf.constant(new int[] {1, config.proposals().limit()}));
        return tf.reshape(repeated, tf.constant(new int[] {-1}));
    }

    /**
     * Adds the non-maximum suppression of each image's best boxes. Its operation measures boxes without the extra pixel
     * of the inclusive convention, so it is given the far corners one pixel out.
     *
     * @param anchors {@code [K, 4]}, see {@link Cascade#anchorGrid}
     */
    CombinedNonMaxSuppression propose(
            Operand<TFloat32> anchors, Cascade.AnchorOutputs outputs, Operand<TFloat32> imInfo) {
        MncConfig.Proposals settings = config.proposals();
        Operand<TFloat32> boxes = cascade.decode(anchors, outputs.deltas(), imInfo);
        Operand<TFloat32> scores = cascade.proposalScores(outputs.logits(), boxes, anchors, imInfo, settings);
        Operand<TInt32> candidates = tf.math.minimum(tf.constant(settings.candidates()), cascade.axis(scores, 1));
        var best = tf.nn.topK(scores, candidates, new org.tensorflow.op.nn.TopK.Options[0]);
        Operand<TFloat32> bestBoxes =
                tf.gather(boxes, best.indices(), tf.constant(1), org.tensorflow.op.core.Gather.batchDims(1L));
        List<Operand<TFloat32>> corner = new BoxOps(tf).corners(bestBoxes);
        Operand<TFloat32> one = tf.constant(1f);
        Operand<TFloat32> measured = new BoxOps(tf)
                .boxes(corner.get(1), corner.get(0), tf.math.add(corner.get(3), one), tf.math.add(corner.get(2), one));
        return tf.image.combinedNonMaxSuppression(
                tf.expandDims(measured, tf.constant(2)),
                tf.expandDims(best.values(), tf.constant(2)),
                tf.constant(settings.limit()),
                tf.constant(settings.limit()),
                tf.constant(settings.iou()),
                tf.constant(-0.5f),
                CombinedNonMaxSuppression.clipBoxes(false));
    }

    /**
     * Converts the boxes of {@link #propose} back from (y1, x1, y2 + 1, x2 + 1); rows past {@code valid} are zeros
     * there and become empty boxes here.
     */
    Operand<TFloat32> asRois(Operand<TFloat32> measured) {
        List<Operand<TFloat32>> corner = new BoxOps(tf).corners(measured);
        Operand<TFloat32> one = tf.constant(1f);
        Operand<TFloat32> zero = tf.constant(0f);
        return new BoxOps(tf)
                .boxes(
                        corner.get(1),
                        corner.get(0),
                        tf.math.maximum(tf.math.sub(corner.get(3), one), zero),
                        tf.math.maximum(tf.math.sub(corner.get(2), one), zero));
    }
}
