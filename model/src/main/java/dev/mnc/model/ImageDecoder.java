package dev.mnc.model;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.cascade.Preprocessing;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.model.cascade.SessionDevice;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.DecodeImage;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/**
 * A decoder of images that does what {@link Preprocessing} does, for models that have no signature for it. Safe for
 * many threads.
 */
final class ImageDecoder implements AutoCloseable {

    private final Graph graph = new Graph();
    private final Session session;
    private final SessionFunction function;

    /**
     * A decoded image in its stored size.
     *
     * @param rgb {@code [height, width, 3]} row-major, unsigned
     */
    record Decoded(byte[] rgb, int height, int width) {}

    /**
     * Creates a decoder.
     *
     * @param threads of one operation, at least 1
     */
    ImageDecoder(int threads) {
        Ops tf = Ops.create(graph);
        Placeholder<TString> encoded = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
        Operand<TUint8> image = tf.image.decodeImage(
                encoded, new DecodeImage.Options[] {DecodeImage.channels(3L), DecodeImage.expandAnimations(false)});
        session = new Session(graph, SessionConfig.of(threads, SessionDevice.CPU));
        function = SessionFunction.create(
                Signature.builder("decode")
                        .input("encoded", encoded)
                        .output("image", image)
                        .build(),
                session);
    }

    /**
     * Decodes an image.
     *
     * @throws UnreadableImageException if the bytes are no JPEG, PNG, BMP or GIF file, or a damaged one
     */
    Decoded decode(byte[] encoded) throws UnreadableImageException {
        try (TString bytes = TString.tensorOfBytes(NdArrays.scalarOfObject(encoded));
                Result result = function.call(Map.of("encoded", bytes))) {
            TUint8 image = (TUint8) result.get("image").orElseThrow();
            byte[] rgb = new byte[Math.toIntExact(image.size())];
            image.copyTo(DataBuffers.of(rgb, false, false));
            return new Decoded(
                    rgb, (int) image.shape().get(0), (int) image.shape().get(1));
        } catch (TFInvalidArgumentException e) {
            throw new UnreadableImageException(Preprocessing.reason(e), e);
        }
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
