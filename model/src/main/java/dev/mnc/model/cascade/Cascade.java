package dev.mnc.model.cascade;

import dev.mnc.model.cascade.Layers.ConvolutionShape;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.OneHot;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The stages of the cascade as graph operations, each with the weights it owns. Inference ({@link DetectGraph}) and
 * training connect them differently but use the same stages under the same names, so that weights carry over.
 *
 * <pre>
 *   images ─ body ─► features ─ region proposals ─► rois
 *                        │                            │
 *                        └──────── warp ◄─────────────┘
 *                                   │ roi features [R, 14, 14, c]
 *              mask stage ◄─────────┤
 *                   │ masks         ▼
 *                   └────► category stage (masked path and box path) ─► scores, box deltas ─► bridge ─► rois of round 2
 * </pre>
 *
 * <p>Sources: sections 3.1 to 3.5 of the paper; {@code models/VGG16/mnc_5stage} of the released code.
 */
public final class Cascade {

    /** The units in which deltas (dx, dy, dw, dh) are learnt, as in Fast R-CNN. */
    public static final List<Float> DELTA_UNITS = List.of(0.1f, 0.1f, 0.2f, 0.2f);

    /** The number of bytes of features that are sampled at once in each image. */
    private static final long GROUP_BYTES = 64 << 20;

    private static final double HEAD_DEVIATION = 0.01;
    private static final double BOX_DEVIATION = 0.001;

    private final Ops tf;
    private final MncConfig config;
    private final Layers layers;
    private final BodyLayers body;
    private final BoxOps boxOps;

    /**
     * Creates the stages of a network.
     *
     * @param tf adds operations to the graph
     * @param layers creates the weights
     */
    public Cascade(Ops tf, MncConfig config, Layers layers) {
        this.tf = tf;
        this.config = config;
        this.layers = layers;
        this.body = BodyLayers.of(tf, config, layers);
        this.boxOps = new BoxOps(tf);
    }

    /**
     * The outputs of the region proposal network for each anchor, in the order of {@link Anchors#grid}.
     *
     * @param logits {@code [N, K]}, log-odds that the anchor holds an object: the object channel's logit less the
     *     background channel's
     * @param deltas {@code [N, K, 4]}, raw (dx, dy, dw, dh)
     */
    public record AnchorOutputs(Operand<TFloat32> logits, Operand<TFloat32> deltas) {}

    /**
     * The outputs of the category stage for each RoI.
     *
     * @param boxLogits {@code [R, C]}, trained on box overlap; not used at inference
     * @param logits {@code [R, C]}, trained on mask overlap: the score of an instance
     * @param deltas {@code [R, C, 4]}, in units of {@link #DELTA_UNITS}
     */
    public record CategoryOutputs(Operand<TFloat32> boxLogits, Operand<TFloat32> logits, Operand<TFloat32> deltas) {}

    /**
     * Computes the shared convolutions.
     *
     * @param images {@code [N, H, W, 3]}
     * @return {@code [N, ceil(H / stride), ceil(W / stride), c]}
     */
    public Operand<TFloat32> features(Operand<TFloat32> images) {
        return body.features(images);
    }

    /** Computes stage 1. Channels 0 .. A-1 of the class layer are background, A .. 2A-1 object, as released. */
    public AnchorOutputs anchors(Operand<TFloat32> features) {
        int perCell = config.anchors().perCell();
        int channels = body.proposalChannels();
        ConvolutionShape shape = new ConvolutionShape(3, 1, body.channels(), channels);
        Operand<TFloat32> hidden =
                layers.relu(layers.convolution("rpn_conv_3x3", features, shape, Layers.he(shape.inputs())));
        Operand<TFloat32> classes = layers.convolution(
                "rpn_cls_score", hidden, new ConvolutionShape(1, 1, channels, 2 * perCell), HEAD_DEVIATION);
        Operand<TFloat32> deltas = layers.convolution(
                "rpn_bbox_pred", hidden, new ConvolutionShape(1, 1, channels, 4 * perCell), HEAD_DEVIATION);
        int[] all = {-1, -1, -1, perCell};
        Operand<TFloat32> background = tf.slice(classes, tf.constant(new int[] {0, 0, 0, 0}), tf.constant(all));
        Operand<TFloat32> object = tf.slice(classes, tf.constant(new int[] {0, 0, 0, perCell}), tf.constant(all));
        Operand<TInt32> count = tf.reshape(axis(features, 0), tf.constant(new int[] {1}));
        Operand<TFloat32> logits = tf.reshape(
                tf.math.sub(object, background),
                tf.concat(List.of(count, tf.constant(new int[] {-1})), tf.constant(0)));
        return new AnchorOutputs(
                logits, tf.reshape(deltas, tf.concat(List.of(count, tf.constant(new int[] {-1, 4})), tf.constant(0))));
    }

    /**
     * Computes the anchors of a feature map, from which its deltas start.
     *
     * @return {@code [K, 4]} in the order (row, column, anchor)
     */
    public Operand<TFloat32> anchorGrid(Operand<TFloat32> features) {
        Operand<TFloat32> x = shifts(axis(features, 2));
        Operand<TFloat32> y = shifts(axis(features, 1));
        Operand<TFloat32> zeroX = tf.zerosLike(x);
        Operand<TFloat32> zeroY = tf.zerosLike(y);
        Operand<TFloat32> alongX = tf.reshape(boxOps.boxes(x, zeroX, x, zeroX), tf.constant(new int[] {1, -1, 1, 4}));
        Operand<TFloat32> alongY = tf.reshape(boxOps.boxes(zeroY, y, zeroY, y), tf.constant(new int[] {-1, 1, 1, 4}));
        Operand<TFloat32> base = tf.reshape(
                tf.constant(config.anchors().base()),
                tf.constant(new int[] {1, 1, config.anchors().perCell(), 4}));
        return tf.reshape(tf.math.add(tf.math.add(base, alongX), alongY), tf.constant(new int[] {-1, 4}));
    }

    private Operand<TFloat32> shifts(Operand<TInt32> count) {
        Operand<TInt32> cells = tf.range(tf.constant(0), count, tf.constant(1));
        return tf.math.mul(tf.dtypes.cast(cells, TFloat32.class), tf.constant((float)
                config.anchors().stride()));
    }

    /**
     * Moves anchors by their deltas and clips them to the image.
     *
     * @param anchors {@code [K, 4]}
     * @param deltas {@code [N, K, 4]}
     * @param imInfo {@code [N, 3]}: rows, columns (px, without padding) and scale
     * @return {@code [N, K, 4]}
     */
    public Operand<TFloat32> decode(Operand<TFloat32> anchors, Operand<TFloat32> deltas, Operand<TFloat32> imInfo) {
        return boxOps.clip(
                boxOps.decode(tf.expandDims(anchors, tf.constant(0)), deltas), info(imInfo, 0), info(imInfo, 1));
    }

    /** Returns column {@code index} of the image information, {@code [N, 1]}: 0 rows, 1 columns, 2 scale. */
    Operand<TFloat32> info(Operand<TFloat32> imInfo, int index) {
        return tf.slice(imInfo, tf.constant(new int[] {0, index}), tf.constant(new int[] {-1, 1}));
    }

    /**
     * Computes the objectness, with -1 for every box that may not be proposed: those with a short side, and those of
     * cells in the padding, which the image without padding would not have.
     *
     * @param logits {@code [N, K]}
     * @param boxes {@code [N, K, 4]}, decoded and clipped
     * @param anchors {@code [K, 4]}
     * @return probabilities {@code [N, K]}, or -1
     */
    public Operand<TFloat32> proposalScores(
            Operand<TFloat32> logits,
            Operand<TFloat32> boxes,
            Operand<TFloat32> anchors,
            Operand<TFloat32> imInfo,
            MncConfig.Proposals settings) {
        List<Operand<TFloat32>> corner = boxOps.corners(boxes);
        Operand<TFloat32> shortest = tf.math.mul(info(imInfo, 2), tf.constant(settings.minSide()));
        Operand<TFloat32> one = tf.constant(1f);
        var wide = tf.math.greaterEqual(tf.math.add(tf.math.sub(corner.get(2), corner.get(0)), one), shortest);
        var high = tf.math.greaterEqual(tf.math.add(tf.math.sub(corner.get(3), corner.get(1)), one), shortest);
        List<Operand<TFloat32>> anchor = boxOps.corners(tf.expandDims(anchors, tf.constant(0)));
        var inColumns = tf.math.less(cellOrigin(anchor.get(0), anchor.get(2)), info(imInfo, 1));
        var inRows = tf.math.less(cellOrigin(anchor.get(1), anchor.get(3)), info(imInfo, 0));
        var allowed = tf.math.logicalAnd(tf.math.logicalAnd(wide, high), tf.math.logicalAnd(inColumns, inRows));
        Operand<TFloat32> probability = tf.math.sigmoid(logits);
        return tf.select(allowed, probability, tf.math.neg(tf.onesLike(probability)));
    }

    /** Computes the first pixel of an anchor's cell along one side: all anchors of a cell share one centre. */
    private Operand<TFloat32> cellOrigin(Operand<TFloat32> from, Operand<TFloat32> to) {
        float[] base = config.anchors().base();
        float centre = (base[0] + base[2]) / 2;
        return tf.math.sub(tf.math.mul(tf.math.add(from, to), tf.constant(0.5f)), tf.constant(centre));
    }

    /**
     * Computes the map from which RoIs are cropped: the features, or fewer channels of them.
     *
     * @param features {@code [N, h, w, c]}
     * @return {@code [N, h, w, c']}
     */
    public Operand<TFloat32> roiSource(Operand<TFloat32> features) {
        if (config.warp().channels() == 0) {
            return features;
        }
        ConvolutionShape shape =
                new ConvolutionShape(1, 1, body.channels(), config.warp().channels());
        return layers.relu(layers.convolution("roi_reduce", features, shape, Layers.he(shape.inputs())));
    }

    /**
     * Computes the warped and pooled features of each RoI.
     *
     * @param source {@code [N, h, w, c']}, see {@link #roiSource}
     * @param rois {@code [R, 4]}
     * @param images {@code [R]}, index into N
     * @param round 1 for stage 2, 2 for stage 4, which may crop another way; see {@link MncConfig.Warp.SecondRound}
     * @return {@code [R, P / 2, P / 2, c']}
     */
    public Operand<TFloat32> roiFeatures(
            Operand<TFloat32> source, Operand<TFloat32> rois, Operand<TInt32> images, int round) {
        MncConfig.Warp warp = config.warp();
        int stride = config.anchors().stride();
        if (!warp.pools(round)) {
            return new RoiWarping(tf, warp.pooled(), warp.coordinates(), stride).warp(source, rois, images);
        }
        return layers.maxPool(
                new RoiWarping(tf, warp.samples(), warp.coordinates(), stride).warp(source, rois, images));
    }

    /**
     * Computes {@link #roiFeatures} in groups of RoIs, one after the other, so that the samples of one group alone are
     * in memory before they are pooled: those of 300 RoIs with 512 channels would take 482 MB.
     *
     * @param groups number of groups; without pooling there is nothing to gain, and one is used
     */
    Operand<TFloat32> roiFeatures(
            Operand<TFloat32> source, Operand<TFloat32> rois, Operand<TInt32> images, int round, int groups) {
        if (groups == 1 || !config.warp().pools(round)) {
            return roiFeatures(source, rois, images, round);
        }
        Operand<TInt32> total = axis(rois, 0);
        List<Operand<TFloat32>> pooled = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            // TensorFlow runs whatever is ready: a group has to wait for the one before it.
            Ops after = pooled.isEmpty() ? tf : tf.withControlDependencies(pooled.get(group - 1));
            Operand<TInt32> from = share(total, group, groups);
            Operand<TInt32> size = tf.math.sub(share(total, group + 1, groups), from);
            Operand<TInt32> zero = tf.constant(new int[1]);
            Operand<TInt32> whole = tf.constant(new int[] {4});
            Operand<TFloat32> boxes = after.slice(
                    rois,
                    tf.concat(List.of(from, zero), tf.constant(0)),
                    tf.concat(List.of(size, whole), tf.constant(0)));
            pooled.add(roiFeatures(source, boxes, tf.slice(images, from, size), round));
        }
        return tf.concat(pooled, tf.constant(0));
    }

    /** Computes {@code total * part / parts}, a vector of one. */
    private Operand<TInt32> share(Operand<TInt32> total, int part, int parts) {
        return tf.reshape(
                tf.math.floorDiv(tf.math.mul(total, tf.constant(part)), tf.constant(parts)),
                tf.constant(new int[] {1}));
    }

    /** Returns the number of groups in which the features of R RoIs of an image are warped. */
    int roiGroups(int rois) {
        long samples = (long) config.warp().samples() * config.warp().samples();
        long bytes = rois * samples * roiChannels() * Float.BYTES;
        return (int) ((bytes + GROUP_BYTES - 1) / GROUP_BYTES);
    }

    private int roiChannels() {
        return config.warp().channels() > 0 ? config.warp().channels() : body.channels();
    }

    /**
     * Computes stages 2 and 4: the mask of each RoI.
     *
     * @param roiFeatures {@code [R, P / 2, P / 2, c']}
     * @return logits {@code [R, m * m]}, row-major
     */
    public Operand<TFloat32> masks(Operand<TFloat32> roiFeatures) {
        int inputs = config.warp().pooled() * config.warp().pooled() * roiChannels();
        int units = config.heads().maskUnits();
        int pixels = config.heads().maskSize() * config.heads().maskSize();
        Operand<TFloat32> flat = tf.reshape(roiFeatures, tf.constant(new int[] {-1, inputs}));
        Operand<TFloat32> hidden = layers.relu(layers.dense("fc6_maskest", flat, inputs, units, Layers.he(inputs)));
        return layers.dense("mask_pred", hidden, units, pixels, HEAD_DEVIATION);
    }

    /**
     * Computes stages 3 and 5: the category of each RoI, from its features and from its features under its mask.
     *
     * @param roiFeatures {@code [R, P / 2, P / 2, c']}
     * @param maskLogits {@code [R, m * m]}
     */
    public CategoryOutputs categories(Operand<TFloat32> roiFeatures, Operand<TFloat32> maskLogits) {
        Operand<TFloat32> mask = atFeatureSize(tf.math.sigmoid(maskLogits));
        Operand<TFloat32> masked = path("_mask", tf.math.mul(roiFeatures, mask));
        Operand<TFloat32> joined = tf.concat(List.of(masked, path("", roiFeatures)), tf.constant(1));
        int units = 2 * config.heads().categoryUnits();
        int classes = config.classes();
        Operand<TFloat32> deltas = layers.dense("bbox_pred", joined, units, 4 * classes, BOX_DEVIATION);
        return new CategoryOutputs(
                layers.dense("cls_score", joined, units, classes, HEAD_DEVIATION),
                layers.dense("seg_cls_score", joined, units, classes, HEAD_DEVIATION),
                tf.reshape(deltas, tf.constant(new int[] {-1, classes, 4})));
    }

    /**
     * Resizes masks to the size of the pooled features; sample i lies at {@code i * m / 14}, as in the released
     * MaskResize layer.
     *
     * @param masks {@code [R, m * m]}
     * @return {@code [R, P / 2, P / 2, 1]}
     */
    Operand<TFloat32> atFeatureSize(Operand<TFloat32> masks) {
        int side = config.heads().maskSize();
        int pooled = config.warp().pooled();
        Operand<TFloat32> square = tf.reshape(masks, tf.constant(new int[] {-1, side, side, 1}));
        return tf.image.resizeBilinear(square, tf.constant(new int[] {pooled, pooled}));
    }

    private Operand<TFloat32> path(String suffix, Operand<TFloat32> roiFeatures) {
        if (body instanceof ResNetBody resNet) {
            return resNet.roiPath(suffix, roiFeatures, roiChannels());
        }
        int side = config.warp().pooledTwice();
        int inputs = side * side * roiChannels();
        int units = config.heads().categoryUnits();
        Operand<TFloat32> flat = tf.reshape(layers.maxPool(roiFeatures), tf.constant(new int[] {-1, inputs}));
        Operand<TFloat32> fc6 = layers.relu(layers.dense("fc6" + suffix, flat, inputs, units, Layers.he(inputs)));
        return layers.relu(layers.dense("fc7" + suffix, fc6, units, units, Layers.he(units)));
    }

    /**
     * Computes the deltas that lead to round 2: of each RoI those of its best class, raw. The choice carries no
     * gradient.
     *
     * @param outputs of stage 3
     * @param firstClass 0 to let background win, as the released test network does (its deltas are never trained and
     *     hardly move a box); 1 to choose among the categories, as its training network does
     * @return {@code [R, 4]}
     */
    public Operand<TFloat32> bestDeltas(CategoryOutputs outputs, int firstClass) {
        Operand<TFloat32> candidates =
                tf.slice(outputs.logits(), tf.constant(new int[] {0, firstClass}), tf.constant(new int[] {-1, -1}));
        Operand<TInt32> best =
                tf.math.add(tf.math.argMax(candidates, tf.constant(1), TInt32.class), tf.constant(firstClass));
        Operand<TFloat32> chosen =
                tf.oneHot(best, tf.constant(config.classes()), tf.constant(1f), tf.constant(0f), new OneHot.Options[0]);
        Operand<TFloat32> deltas = tf.reduceSum(
                tf.math.mul(outputs.deltas(), tf.expandDims(chosen, tf.constant(2))),
                tf.constant(1),
                ReduceSum.keepDims(false));
        float[] units = {DELTA_UNITS.get(0), DELTA_UNITS.get(1), DELTA_UNITS.get(2), DELTA_UNITS.get(3)};
        return tf.math.mul(deltas, tf.constant(units));
    }

    /**
     * Moves boxes by their deltas and clips them to the image: the decoding of proposals, and the bridge to round 2.
     *
     * @param boxes {@code [R, 4]}
     * @param deltas {@code [R, 4]}, raw
     * @param height rows of each box's image, {@code [R]} or a scalar, px
     * @param width columns likewise
     * @return {@code [R, 4]}
     */
    public Operand<TFloat32> move(
            Operand<TFloat32> boxes, Operand<TFloat32> deltas, Operand<TFloat32> height, Operand<TFloat32> width) {
        return boxOps.clip(boxOps.decode(boxes, deltas), height, width);
    }

    /** Computes the length of one axis, a scalar. */
    Operand<TInt32> axis(Operand<TFloat32> tensor, int axis) {
        Operand<TInt32> length = tf.slice(tf.shape(tensor), tf.constant(new int[] {axis}), tf.constant(new int[] {1}));
        return tf.reshape(length, tf.constant(Shape.scalar()));
    }
}
