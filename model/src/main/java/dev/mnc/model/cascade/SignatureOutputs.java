package dev.mnc.model.cascade;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Tensor;
import org.tensorflow.proto.RunOptions;

/**
 * The outputs of a call of a signature whose operations run one after the other on the calling thread. By default
 * TensorFlow runs every operation of every call on one pool of its own, where the small calls that decode images queue
 * behind the large one that runs the network.
 */
public final class SignatureOutputs implements AutoCloseable {

    private static final int NO_POOL = -1;
    private static final RunOptions OPTIONS =
            RunOptions.newBuilder().setInterOpThreadPool(NO_POOL).build();

    private final List<String> names;
    private final Result result;

    private SignatureOutputs(List<String> names, Result result) {
        this.names = names;
        this.result = result;
    }

    /**
     * Calls a signature.
     *
     * @param inputs by their names in the signature; not closed
     * @return the outputs; closed by the caller
     */
    public static SignatureOutputs run(SessionFunction function, Map<String, Tensor> inputs) {
        Session.Runner runner = function.session().runner().setOptions(OPTIONS);
        var signature = function.signature();
        inputs.forEach((name, tensor) -> {
            var input = signature.getInputs().get(name);
            if (input == null) {
                throw new IllegalArgumentException("the signature " + signature.key() + " has no input " + name);
            }
            runner.feed(input.name, tensor);
        });
        List<String> names = new ArrayList<>();
        signature.getOutputs().forEach((name, output) -> {
            names.add(name);
            runner.fetch(output.name);
        });
        return new SignatureOutputs(names, runner.run());
    }

    /** Returns an output by its name in the signature. */
    public Tensor get(String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("the signature has no output " + name);
        }
        return result.get(index);
    }

    @Override
    public void close() {
        result.close();
    }
}
