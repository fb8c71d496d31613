package dev.mnc.model.cascade;

import dev.mnc.image.GifCanvas;
import dev.mnc.image.ImageScaling;
import dev.mnc.image.ImageScaling.ChannelOrder;
import dev.mnc.image.UnreadableImageException;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.tensorflow.Operand;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.DecodeImage;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/**
 * The preprocessing from an encoded image to the network's input: the signature {@link DetectGraph#PREPROCESS}, and its
 * call. The model owns its preprocessing, so that training and labelling cannot differ in it.
 */
public final class Preprocessing {

    private Preprocessing() {}

    /** Builds the signature; labelling and training read their images through the same operations. */
    public static Signature signature(Ops tf, ImageScaling scaling) {
        Placeholder<TString> encoded =
                tf.withName("encoded").placeholder(TString.class, Placeholder.shape(Shape.scalar()));
        // The image stays in bytes until it is scaled: TensorFlow's resizing reads bytes and computes in floats.
        Operand<TUint8> decoded = tf.image.decodeImage(
                encoded, new DecodeImage.Options[] {DecodeImage.channels(3L), DecodeImage.expandAnimations(false)});
        Operand<TInt32> size = tf.slice(tf.shape(decoded), tf.constant(new int[] {0}), tf.constant(new int[] {2}));
        Operand<TFloat64> sides = tf.dtypes.cast(size, TFloat64.class);
        Operand<TFloat64> scale = scale(tf, scaling, sides);
        Operand<TFloat64> scaled = tf.math.maximum(tf.math.rint(tf.math.mul(sides, scale)), tf.constant(1.0));
        Operand<TInt32> target = tf.dtypes.cast(scaled, TInt32.class);
        Operand<TFloat32> resized = tf.image.resizeBilinear(
                tf.expandDims(decoded, tf.constant(0)), target, ResizeBilinear.halfPixelCenters(true));
        Operand<TFloat32> image = tf.withName("image").identity(normalised(tf, scaling, resized, target));
        Operand<TFloat32> imInfo = tf.withName("im_info_of_image")
                .concat(
                        List.of(
                                tf.dtypes.cast(scaled, TFloat32.class),
                                tf.reshape(tf.dtypes.cast(scale, TFloat32.class), tf.constant(new int[] {1}))),
                        tf.constant(0));
        return Signature.builder(DetectGraph.PREPROCESS)
                .input("encoded", encoded)
                .output("image", image)
                .output("im_info", imInfo)
                .output("original_size", tf.withName("original_size").identity(size))
                .build();
    }

    /**
     * Orders the channels, subtracts the means and divides: after scaling, since most images are scaled down, and on
     * whole rows, since TensorFlow is slow to repeat three numbers along the last axis.
     *
     * @param resized {@code [1, height, width, 3]} RGB
     * @param sides {@code [2]}: height and width
     * @return {@code [height, width, 3]}
     */
    private static Operand<TFloat32> normalised(
            Ops tf, ImageScaling scaling, Operand<TFloat32> resized, Operand<TInt32> sides) {
        Operand<TFloat32> ordered =
                scaling.channelOrder() == ChannelOrder.RGB ? resized : tf.reverse(resized, tf.constant(new int[] {3}));
        float[] means = {
            scaling.means().get(0), scaling.means().get(1), scaling.means().get(2)
        };
        Operand<TInt32> height = tf.slice(sides, tf.constant(new int[] {0}), tf.constant(new int[] {1}));
        Operand<TInt32> width = tf.slice(sides, tf.constant(new int[] {1}), tf.constant(new int[] {1}));
        Operand<TFloat32> rows =
                tf.reshape(ordered, tf.concat(List.of(height, tf.constant(new int[] {-1})), tf.constant(0)));
        Operand<TFloat32> centred = tf.math.sub(rows, tf.tile(tf.constant(means), width));
        Operand<TFloat32> divided =
                scaling.divisor() == 1 ? centred : tf.math.div(centred, tf.constant(scaling.divisor()));
        return tf.reshape(divided, tf.concat(List.of(sides, tf.constant(new int[] {3})), tf.constant(0)));
    }

    /** Computes {@link ImageScaling#scaled} in doubles, so that both give the same size. */
    private static Operand<TFloat64> scale(Ops tf, ImageScaling scaling, Operand<TFloat64> sides) {
        Operand<TInt32> all = tf.constant(0);
        Operand<TFloat64> shortest = tf.min(sides, all);
        Operand<TFloat64> longest = tf.max(sides, all);
        Operand<TFloat64> byShortSide = tf.math.div(tf.constant((double) scaling.shortSide()), shortest);
        Operand<TFloat64> byLongSide = tf.math.div(tf.constant((double) scaling.longSide()), longest);
        var tooLong = tf.math.greater(
                tf.math.rint(tf.math.mul(byShortSide, longest)), tf.constant((double) scaling.longSide()));
        return tf.select(tooLong, byLongSide, byShortSide);
    }

    /**
     * Decodes and scales one image.
     *
     * @param function the signature in a session
     * @param scaling with which the signature was built; decides the padded shape
     * @param encoded a JPEG, PNG, BMP or GIF file
     * @param memory allocates as many numbers as an image of the padded shape has
     * @throws UnreadableImageException if the bytes are not such an image, with a reason a person understands
     */
    public static NetworkInput run(
            SessionFunction function, ImageScaling scaling, byte[] encoded, IntFunction<Pixels> memory)
            throws UnreadableImageException {
        try (TString bytes = TString.tensorOfBytes(NdArrays.scalarOfObject(GifCanvas.filled(encoded)));
                SignatureOutputs result = SignatureOutputs.run(function, Map.of("encoded", bytes))) {
            TFloat32 image = (TFloat32) result.get("image");
            TInt32 size = (TInt32) result.get("original_size");
            TFloat32 info = (TFloat32) result.get("im_info");
            int height = (int) image.shape().get(0);
            int width = (int) image.shape().get(1);
            NetworkInput.Bucket bucket = new NetworkInput.Bucket(scaling.padded(height), scaling.padded(width));
            Pixels pixels = memory.apply(3 * bucket.height() * bucket.width());
            image.asRawTensor().data().asFloats().read(pixels.values(), 0, (int) image.size());
            return new NetworkInput(pixels, height, width, info.getFloat(2), size.getInt(0), size.getInt(1), bucket);
        } catch (TFInvalidArgumentException e) {
            throw new UnreadableImageException(reason(e), e);
        }
    }

    /**
     * Returns a reason that people understand; else TensorFlow's first line, without the trace of graph nodes behind
     * it.
     */
    public static String reason(TFInvalidArgumentException e) {
        String message = String.valueOf(e.getMessage());
        for (String format : List.of("JPEG", "PNG", "GIF", "BMP")) {
            if (message.contains("Invalid " + format) || message.contains(format + " data")) {
                return format + " data is truncated or corrupt";
            }
        }
        if (message.contains("Input size should match")) {
            return "BMP has fewer or more bytes than its header states";
        }
        String line = message.lines().findFirst().orElse(message);
        int nodes = line.indexOf("[[{{node");
        return "cannot be decoded: " + (nodes > 0 ? line.substring(0, nodes) : line).strip();
    }
}
