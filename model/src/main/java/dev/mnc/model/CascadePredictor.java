package dev.mnc.model;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.PixelPool;
import dev.mnc.model.cascade.Preprocessing;
import dev.mnc.model.cascade.SignatureOutputs;
import dev.mnc.model.voting.BoxCoding;
import dev.mnc.model.voting.MaskVoting;
import dev.mnc.model.voting.VotingSettings;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A predictor of instances that calls the two signatures of {@link DetectGraph} in any session: that of a loaded model,
 * or one whose network is being trained. Does not own the session. Safe for use by many threads at once.
 */
public final class CascadePredictor {

    /** The bytes of idle pixel memory: about a batch of eight images of 600 x 1000 px. */
    private static final long IDLE_PIXELS = 64L << 20;

    private final SessionFunction preprocess;
    private final SessionFunction detect;
    private final MncConfig config;
    private final List<Category> categories;
    private final InstanceVoting instanceVoting;
    private final PixelPool pixels = new PixelPool(IDLE_PIXELS);

    /**
     * Creates a predictor.
     *
     * @param preprocess the signature {@link DetectGraph#PREPROCESS} in a session
     * @param detect the signature {@link DetectGraph#DETECT} in a session
     * @param config with which both were built
     * @param categories for which the network's classes 1, 2, … stand, in order
     * @param voting settings of the mask voting
     */
    public CascadePredictor(
            SessionFunction preprocess,
            SessionFunction detect,
            MncConfig config,
            List<Category> categories,
            VotingSettings voting) {
        if (categories.size() + 1 != config.classes()) {
            throw new IllegalArgumentException("the network has " + config.classes()
                    + " classes with background, but there are " + categories.size() + " categories");
        }
        this.preprocess = preprocess;
        this.detect = detect;
        this.config = config;
        this.categories = List.copyOf(categories);
        this.instanceVoting = new InstanceVoting(categories, voting);
    }

    /**
     * Creates a predictor with the paper's mask voting.
     *
     * @param signatures of {@link DetectGraph#build}
     * @param session of that graph, its variables initialised before the first prediction
     */
    public static CascadePredictor of(
            List<Signature> signatures, Session session, MncConfig config, List<Category> categories) {
        return new CascadePredictor(
                SessionFunction.create(signatures.get(0), session),
                SessionFunction.create(signatures.get(1), session),
                config,
                categories,
                VotingSettings.PAPER);
    }

    /** Returns the categories of this network. */
    public List<Category> categories() {
        return categories;
    }

    /** Decodes and scales one image; see {@link Predictor#preprocess}. */
    public NetworkInput preprocess(byte[] encoded) throws UnreadableImageException {
        return Preprocessing.run(preprocess, config.scaling(), encoded, pixels::lend);
    }

    /** Runs the network on a batch; see {@link Predictor#run}. */
    public Detections run(List<NetworkInput> inputs) {
        float[] info = new float[inputs.size() * 3];
        for (int i = 0; i < inputs.size(); i++) {
            NetworkInput input = inputs.get(i);
            info[3 * i] = input.height();
            info[3 * i + 1] = input.width();
            info[3 * i + 2] = input.scale();
        }
        List<Frame> frames = inputs.stream().map(Frame::of).toList();
        try (TFloat32 images = NetworkInput.padded(inputs);
                TFloat32 imInfo = TFloat32.tensorOf(Shape.of(inputs.size(), 3), DataBuffers.of(info))) {
            return new Outputs(
                    SignatureOutputs.run(detect, Map.of("images", images, "im_info", imInfo)),
                    config,
                    frames,
                    instanceVoting);
        } catch (TFResourceExhaustedException e) {
            throw new DeviceMemoryException(
                    "no memory for a batch of " + inputs.size() + " images at "
                            + inputs.get(0).bucket(),
                    e);
        }
    }

    /** Finds the instances of each image; see {@link Predictor#detect}. */
    public List<List<Instance>> detect(List<NetworkInput> inputs, double minScore) {
        try (Detections detections = run(inputs)) {
            return IntStream.range(0, inputs.size())
                    .mapToObj(image -> detections.instances(image, minScore))
                    .toList();
        }
    }

    /** The scale and size of an image, all that voting needs of it once the network has run. */
    private record Frame(float scale, int height, int width) {
        static Frame of(NetworkInput input) {
            return new Frame(input.scale(), input.originalHeight(), input.originalWidth());
        }
    }

    /** The outputs of one run, read image by image. */
    private static final class Outputs implements Detections {

        private final SignatureOutputs result;
        private final MncConfig config;
        private final List<Frame> frames;
        private final InstanceVoting voting;

        Outputs(SignatureOutputs result, MncConfig config, List<Frame> frames, InstanceVoting voting) {
            this.result = result;
            this.config = config;
            this.frames = frames;
            this.voting = voting;
        }

        @Override
        public List<Instance> instances(int image, double minScore) {
            return voting.instances(candidates(image), minScore);
        }

        /** Returns the RoIs of one image from all rounds, on the original image and clipped to it. */
        private MaskVoting.Candidates candidates(int image) {
            Frame frame = frames.get(image);
            int rows = ((TInt32) result.get("valid")).getInt(image);
            int pixels = config.heads().maskSize() * config.heads().maskSize();
            float[] boxes = all("rois", image, rows, 4);
            for (int i = 0; i < boxes.length; i++) {
                boxes[i] /= frame.scale();
            }
            BoxCoding.clip(boxes, frame.height(), frame.width());
            return new MaskVoting.Candidates(
                    config.classes(),
                    config.heads().maskSize(),
                    boxes,
                    all("scores", image, rows, config.classes()),
                    all("masks", image, rows, pixels),
                    frame.height(),
                    frame.width());
        }

        /** Returns the first rows of an image in each round's output, {@code [rounds * rows, width]}. */
        private float[] all(String name, int image, int rows, int width) {
            float[] all = new float[config.rounds() * rows * width];
            long from = (long) image * config.proposals().limit() * width;
            for (int round = 0; round < config.rounds(); round++) {
                var output = (TFloat32) result.get(round == 0 ? name : name + "_ext");
                output.asRawTensor().data().asFloats().offset(from).read(all, round * rows * width, rows * width);
            }
            return all;
        }

        @Override
        public void close() {
            result.close();
        }
    }
}
