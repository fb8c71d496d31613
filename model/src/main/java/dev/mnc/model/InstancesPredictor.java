package dev.mnc.model;

import dev.mnc.image.GifCanvas;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.model.cascade.SessionDevice;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.SessionFunction;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/**
 * A predictor of a model that outputs final instances, described by an {@link InstancesCard}. It runs one image at a
 * time.
 */
final class InstancesPredictor implements Predictor {

    /** The bucket of all images: none waits for others of its shape. */
    private static final NetworkInput.Bucket ANY_SHAPE = new NetworkInput.Bucket(1, 1);

    private static final Pixels NO_PIXELS = Pixels.of(new float[0]);

    private final InstancesCard card;
    private final String digest;
    private final SavedModelBundle bundle;
    private final SessionFunction function;
    private final ImageDecoder decoder;

    private InstancesPredictor(InstancesCard card, String digest, SavedModelBundle bundle, ImageDecoder decoder) {
        this.card = card;
        this.digest = digest;
        this.bundle = bundle;
        this.function = bundle.function(card.tensors().signature());
        this.decoder = decoder;
    }

    /**
     * Loads a model.
     *
     * @param threads of one operation, at least 1
     * @param device that runs the network; images are decoded by the processor
     */
    static InstancesPredictor load(Path model, InstancesCard card, String digest, int threads, SessionDevice device) {
        SavedModelBundle bundle = SavedModelBundle.loader(model.toString())
                .withTags("serve")
                .withConfigProto(SessionConfig.of(threads, device))
                .load();
        return new InstancesPredictor(card, digest, bundle, new ImageDecoder(threads));
    }

    @Override
    public List<Category> categories() {
        return card.categories();
    }

    @Override
    public String digest() {
        return digest;
    }

    /**
     * Decodes one image, also for a model that decodes by itself: so a damaged file fails the same way under every
     * model, and the size of the stored image is known, which takes a few milliseconds.
     */
    @Override
    public NetworkInput preprocess(byte[] file) throws UnreadableImageException {
        byte[] encoded = GifCanvas.filled(file);
        ImageDecoder.Decoded image = decoder.decode(encoded);
        int height = image.height();
        int width = image.width();
        InstancesSignature.Input input = card.tensors().input();
        if (input.kind().isEncoded()) {
            return new NetworkInput(NO_PIXELS, height, width, 1, height, width, ANY_SHAPE, encoded);
        }
        float[] pixels = new float[image.rgb().length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Byte.toUnsignedInt(image.rgb()[i]);
        }
        return new NetworkInput(Pixels.of(pixels), height, width, 1, height, width, ANY_SHAPE);
    }

    @Override
    public Detections run(List<NetworkInput> inputs) {
        Results results = new Results(new ArrayList<>(), new ArrayList<>());
        try {
            for (NetworkInput input : inputs) {
                run(input, results);
            }
            return results;
        } catch (TFResourceExhaustedException e) {
            results.close();
            throw new DeviceMemoryException("no memory for " + inputs.size() + " images", e);
        } catch (RuntimeException e) {
            results.close();
            throw e;
        }
    }

    private void run(NetworkInput input, Results results) {
        try (Tensor image = tensor(input)) {
            Result result = function.call(Map.of(card.tensors().input().name(), image));
            results.open.add(result);
            results.outputs.add(new InstanceOutputs(card, result, input.originalHeight(), input.originalWidth()));
        }
    }

    /** The outputs of some images, read from TensorFlow's memory without a copy: masks of whole images may be many. */
    private record Results(List<Result> open, List<InstanceOutputs> outputs) implements Detections {

        @Override
        public List<Instance> instances(int image, double minScore) {
            return outputs.get(image).instances(minScore);
        }

        @Override
        public void close() {
            open.forEach(Result::close);
        }
    }

    private Tensor tensor(NetworkInput input) {
        Shape alone = Shape.of(input.height(), input.width(), 3);
        Shape batch = Shape.of(1, input.height(), input.width(), 3);
        return switch (card.tensors().input().kind()) {
            case ENCODED -> TString.tensorOfBytes(NdArrays.scalarOfObject(input.encoded()));
            case ENCODED_BATCH -> TString.tensorOfBytes(NdArrays.vectorOfObjects(input.encoded()));
            case UINT8 ->
                TUint8.tensorOf(alone, DataBuffers.of(bytes(input.pixels().values())));
            case UINT8_BATCH ->
                TUint8.tensorOf(batch, DataBuffers.of(bytes(input.pixels().values())));
            case FLOAT ->
                TFloat32.tensorOf(alone, DataBuffers.of(scaled(input.pixels().values())));
            case FLOAT_BATCH ->
                TFloat32.tensorOf(batch, DataBuffers.of(scaled(input.pixels().values())));
        };
    }

    private static byte[] bytes(float[] pixels) {
        byte[] bytes = new byte[pixels.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) pixels[i];
        }
        return bytes;
    }

    private float[] scaled(float[] pixels) {
        float scale = card.tensors().input().scale();
        float[] scaled = new float[pixels.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = pixels[i] * scale;
        }
        return scaled;
    }

    @Override
    public void close() {
        decoder.close();
        bundle.close();
    }
}
