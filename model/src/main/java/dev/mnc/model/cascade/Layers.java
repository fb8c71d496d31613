package dev.mnc.model.cascade;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.random.TruncatedNormal;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The layers of a network and the variables they own. Two layers with one name share one set of weights: this is how
 * stages 4 and 5 share all of theirs with stages 2 and 3.
 */
public final class Layers {

    private static final List<Long> UNIT_STRIDE = List.of(1L, 1L, 1L, 1L);

    private final Ops tf;
    private final @Nullable Long seed;
    private final Map<String, Variable<TFloat32>> variables = new LinkedHashMap<>();
    private final List<Operand<TFloat32>> activations = new ArrayList<>();
    private final List<Product> products = new ArrayList<>();

    /**
     * Creates the layers of a new network.
     *
     * @param tf adds operations to the graph
     * @param seed decides every initial weight, together with the layer's name
     */
    public Layers(Ops tf, long seed) {
        this(tf, Long.valueOf(seed));
    }

    private Layers(Ops tf, @Nullable Long seed) {
        this.tf = tf;
        this.seed = seed;
    }

    /**
     * Creates the layers of a network whose weights come from elsewhere: variables have no first value, and the graph
     * holds nothing that would draw one.
     *
     * @param tf adds operations to the graph
     */
    public static Layers uninitialised(Ops tf) {
        return new Layers(tf, null);
    }

    /** Returns all variables created so far, by name, in the order of creation. */
    public Map<String, Variable<TFloat32>> variables() {
        return Collections.unmodifiableMap(variables);
    }

    /** Returns the number of values in all variables created so far. */
    public long parameters() {
        return variables.values().stream()
                .mapToLong(variable -> variable.shape().size())
                .sum();
    }

    /** Returns the standard deviation that keeps the variance of a ReLU layer's output (He et al. 2015). */
    public static double he(int inputs) {
        return Math.sqrt(2.0 / inputs);
    }

    /**
     * Adds a convolution with bias.
     *
     * @param x {@code [N, H, W, in]}
     * @param shape kernel side, stride, channels in and out, padding
     * @param deviation standard deviation of the initial weights
     * @return {@code [N, ceil(H / stride), ceil(W / stride), out]}
     */
    public Operand<TFloat32> convolution(String name, Operand<TFloat32> x, ConvolutionShape shape, double deviation) {
        long stride = shape.stride();
        List<Long> strides = stride == 1 ? UNIT_STRIDE : List.of(1L, stride, stride, 1L);
        Operand<TFloat32> kernel =
                variable(name + "_w", deviation, shape.kernel(), shape.kernel(), shape.in(), shape.out());
        Product product = switch (shape.padding()) {
            case SAME -> new Product(name, x, kernel, strides, "SAME");
            case EVEN -> new Product(name, framed(x, shape.kernel() / 2), kernel, strides, "VALID");
        };
        return biased(product, shape.out());
    }

    private Operand<TFloat32> biased(Product product, int out) {
        products.add(product);
        return tf.nn.biasAdd(product.of(tf, product.input()), variable(product.layer() + "_b", 0, out));
    }

    /**
     * The convolution or matrix product inside a layer.
     *
     * @param layer name of the layer
     * @param input of the layer in the network
     * @param kernel weights of the layer
     * @param strides of a convolution; empty for a matrix product
     * @param padding of a convolution, as TensorFlow names it
     */
    public record Product(
            String layer, Operand<TFloat32> input, Operand<TFloat32> kernel, List<Long> strides, String padding) {

        /** Adds the same product of another input. */
        public Operand<TFloat32> of(Ops tf, Operand<TFloat32> x) {
            return strides.isEmpty() ? tf.linalg.matMul(x, kernel) : tf.nn.conv2d(x, kernel, strides, padding);
        }
    }

    /** Returns the products of all layers added so far, in that order. */
    List<Product> products() {
        return List.copyOf(products);
    }

    /** Adds zeros around the rows and columns. */
    private Operand<TFloat32> framed(Operand<TFloat32> x, int zeros) {
        int[][] frame = {{0, 0}, {zeros, zeros}, {zeros, zeros}, {0, 0}};
        return tf.pad(x, tf.constant(frame), tf.constant(0f));
    }

    /** The zeros around the input of a convolution. */
    public enum Padding {
        /** TensorFlow's "SAME": as few as needed, and an odd one on the right and below. */
        SAME,
        /** Half the kernel on every side, as Caffe, PyTorch and Keras applications do. */
        EVEN
    }

    /** Kernel side, stride, channels in and channels out of a convolution, and its padding. */
    public record ConvolutionShape(int kernel, int stride, int in, int out, Padding padding) {

        /** Creates a shape with {@link Padding#SAME}. */
        public ConvolutionShape(int kernel, int stride, int in, int out) {
            this(kernel, stride, in, out, Padding.SAME);
        }

        /** Returns the number of inputs of one output value. */
        public int inputs() {
            return kernel * kernel * in;
        }
    }

    /** Adds a fully connected layer with bias: {@code [N, in]} to {@code [N, out]}. */
    public Operand<TFloat32> dense(String name, Operand<TFloat32> x, int in, int out, double deviation) {
        return biased(new Product(name, x, variable(name + "_w", deviation, in, out), List.of(), ""), out);
    }

    /** Adds 2 x 2 max-pooling with stride 2; "SAME" keeps a last odd row or column, as Caffe's ceil mode does. */
    public Operand<TFloat32> maxPool(Operand<TFloat32> x) {
        Operand<TInt32> two = tf.constant(new int[] {1, 2, 2, 1});
        return recorded(tf.nn.maxPool(x, two, two, "SAME"));
    }

    /**
     * Adds 3 x 3 max-pooling with stride 2 and one row of zeros on every side, for {@code x >= 0}: ResNet's first
     * pooling.
     */
    public Operand<TFloat32> maxPoolOverlapping(Operand<TFloat32> x) {
        Operand<TInt32> three = tf.constant(new int[] {1, 3, 3, 1});
        Operand<TInt32> two = tf.constant(new int[] {1, 2, 2, 1});
        return recorded(tf.nn.maxPool(framed(x, 1), three, two, "VALID"));
    }

    /** Adds rectified linear units: {@code max(x, 0)}. */
    public Operand<TFloat32> relu(Operand<TFloat32> x) {
        return recorded(tf.nn.relu(x));
    }

    /**
     * Returns the outputs of all pooling and rectifying layers added so far, in that order. A training step that
     * fetches these from one run and feeds them to the next saves the next one all forward work.
     */
    public List<Operand<TFloat32>> activations() {
        return List.copyOf(activations);
    }

    private Operand<TFloat32> recorded(Operand<TFloat32> activation) {
        activations.add(activation);
        return activation;
    }

    private Operand<TFloat32> variable(String name, double deviation, long... shape) {
        Variable<TFloat32> variable = variables.get(name);
        if (variable == null) {
            variable = seed == null
                    ? tf.withName(name).variable(Shape.of(shape), TFloat32.class)
                    : tf.withName(name).variable(initial(name, seed, deviation, shape));
            variables.put(name, variable);
        } else if (!variable.shape().equals(Shape.of(shape))) {
            throw new IllegalStateException(
                    "layer " + name + " is asked for with shape " + Shape.of(shape) + " but has " + variable.shape());
        }
        return variable;
    }

    private Operand<TFloat32> initial(String name, long initialSeed, double deviation, long... shape) {
        if (deviation == 0) {
            return tf.zeros(tf.constant(shape), TFloat32.class);
        }
        Operand<TFloat32> normal = tf.random.truncatedNormal(
                tf.constant(shape), TFloat32.class, TruncatedNormal.seed(initialSeed), TruncatedNormal.seed2((long)
                        name.hashCode()));
        return tf.math.mul(normal, tf.constant((float) deviation));
    }
}
