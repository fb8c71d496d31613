package dev.mnc.mnc;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.mnc.network.CallingThread;
import dev.mnc.mnc.network.DetectGraph;
import dev.mnc.mnc.network.MncConfig;
import dev.mnc.mnc.network.NetworkInput;
import dev.mnc.mnc.network.Preprocessing;
import dev.mnc.mnc.voting.BoxCoding;
import dev.mnc.mnc.voting.MaskVoting;
import dev.mnc.mnc.voting.VotingSettings;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.ArrayList;
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
 * From images to instances with the two signatures of {@link DetectGraph}, whichever session they run in: that of a
 * loaded model, or one whose network is being trained. Does not own the session. Safe for use by many threads at once.
 */
public final class CascadePredictor {

    private final SessionFunction preprocess;
    private final SessionFunction detect;
    private final MncConfig config;
    private final List<Category> categories;
    private final InstanceVoting voters;

    /**
     * A predictor.
     *
     * @param preprocess the signature {@link DetectGraph#PREPROCESS} in a session
     * @param detect the signature {@link DetectGraph#DETECT} in a session
     * @param config what both were built with
     * @param categories what the network's classes 1, 2, … stand for, in order
     * @param voting how candidates become instances
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
        this.voters = new InstanceVoting(categories, voting);
    }

    /**
     * A predictor with the paper's mask voting.
     *
     * @param signatures what {@link DetectGraph#build} gave
     * @param session a session of that graph, its variables in place before the first prediction
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

    /** The categories this network can name. */
    public List<Category> categories() {
        return categories;
    }

    /** As {@link Predictor#preprocess}. */
    public NetworkInput preprocess(byte[] encoded) throws UnreadableImageException {
        return Preprocessing.run(preprocess, config.scaling(), encoded);
    }

    /** As {@link Predictor#run}. */
    public Detections run(List<NetworkInput> inputs) {
        NetworkInput.Bucket bucket = inputs.get(0).bucket();
        int size = bucket.height() * bucket.width() * 3;
        float[] pixels = new float[inputs.size() * size];
        float[] info = new float[inputs.size() * 3];
        for (int i = 0; i < inputs.size(); i++) {
            NetworkInput input = inputs.get(i);
            if (!input.bucket().equals(bucket)) {
                throw new IllegalArgumentException(
                        "one batch must hold images of one padded shape, got " + bucket + " and " + input.bucket());
            }
            input.copyTo(pixels, i * size);
            info[3 * i] = input.height();
            info[3 * i + 1] = input.width();
            info[3 * i + 2] = input.scale();
        }
        try (TFloat32 images = TFloat32.tensorOf(
                        Shape.of(inputs.size(), bucket.height(), bucket.width(), 3), DataBuffers.of(pixels));
                TFloat32 imInfo = TFloat32.tensorOf(Shape.of(inputs.size(), 3), DataBuffers.of(info));
                CallingThread result = CallingThread.run(detect, Map.of("images", images, "im_info", imInfo))) {
            Outputs outputs = new Outputs(result, config);
            List<Frame> frames = inputs.stream().map(Frame::of).toList();
            return (image, minScore) -> voters.instances(outputs.candidates(image, frames.get(image)), minScore);
        } catch (TFResourceExhaustedException e) {
            throw new DeviceMemoryException("no memory for a batch of " + inputs.size() + " images at " + bucket, e);
        }
    }

    /** As {@link Predictor#detect}. */
    public List<List<Instance>> detect(List<NetworkInput> inputs, double minScore) {
        try (Detections detections = run(inputs)) {
            return IntStream.range(0, inputs.size())
                    .mapToObj(image -> detections.instances(image, minScore))
                    .toList();
        }
    }

    /** What voting needs to know of an image; its pixels may go. */
    private record Frame(float scale, int height, int width) {
        static Frame of(NetworkInput input) {
            return new Frame(input.scale(), input.originalHeight(), input.originalWidth());
        }
    }

    /** The arrays of one run, read out image by image. */
    private static final class Outputs {

        private final MncConfig config;
        private final int[] valid;
        private final List<float[]> rois = new ArrayList<>();
        private final List<float[]> masks = new ArrayList<>();
        private final List<float[]> scores = new ArrayList<>();

        Outputs(CallingThread result, MncConfig config) {
            this.config = config;
            TInt32 counts = (TInt32) result.get("valid");
            this.valid = new int[(int) counts.size()];
            counts.copyTo(DataBuffers.of(valid, false, false));
            for (int round = 1; round <= config.rounds(); round++) {
                String suffix = round == 1 ? "" : "_ext";
                rois.add(floats((TFloat32) result.get("rois" + suffix)));
                masks.add(floats((TFloat32) result.get("masks" + suffix)));
                scores.add(floats((TFloat32) result.get("scores" + suffix)));
            }
        }

        /** The RoIs of one image from all rounds, on the original image and clipped to it. */
        MaskVoting.Candidates candidates(int image, Frame frame) {
            int limit = config.proposals().limit();
            int rows = valid[image];
            int total = rows * config.rounds();
            int pixels = config.heads().maskSize() * config.heads().maskSize();
            float[] boxes = new float[4 * total];
            float[] soft = new float[pixels * total];
            float[] probabilities = new float[config.classes() * total];
            for (int round = 0; round < config.rounds(); round++) {
                copy(rois.get(round), image * limit, boxes, round * rows, rows, 4);
                copy(masks.get(round), image * limit, soft, round * rows, rows, pixels);
                copy(scores.get(round), image * limit, probabilities, round * rows, rows, config.classes());
            }
            for (int i = 0; i < boxes.length; i++) {
                boxes[i] /= frame.scale();
            }
            BoxCoding.clip(boxes, frame.height(), frame.width());
            return new MaskVoting.Candidates(
                    config.classes(),
                    config.heads().maskSize(),
                    boxes,
                    probabilities,
                    soft,
                    frame.height(),
                    frame.width());
        }

        private static void copy(float[] from, int fromRow, float[] to, int toRow, int rows, int width) {
            System.arraycopy(from, fromRow * width, to, toRow * width, rows * width);
        }
    }

    private static float[] floats(TFloat32 tensor) {
        float[] values = new float[(int) tensor.size()];
        tensor.copyTo(DataBuffers.of(values, false, false));
        return values;
    }
}
