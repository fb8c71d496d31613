package dev.mnc.model.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A signature of a model: a function it can compute.
 *
 * @param name of the signature, e.g. {@code detect}
 * @param inputs by name
 * @param outputs by name
 */
public record ModelSignature(String name, List<Tensor> inputs, List<Tensor> outputs) {

    /**
     * An input or output.
     *
     * @param dtype TensorFlow's name of the type, e.g. {@code float}
     * @param shape e.g. {@code [?, 4]}, where {@code ?} is any length; {@code [...]} if even the rank is open
     */
    public record Tensor(String name, String dtype, String shape) {}

    public ModelSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    static ModelSignature of(String name, SignatureDef signature) {
        return new ModelSignature(
                printable(name), tensors(signature.getInputsMap()), tensors(signature.getOutputsMap()));
    }

    private static List<Tensor> tensors(Map<String, TensorInfo> infos) {
        return new TreeMap<>(infos)
                .entrySet().stream()
                        .map(info -> new Tensor(
                                printable(info.getKey()),
                                info.getValue()
                                        .getDtype()
                                        .name()
                                        .replaceFirst("^DT_", "")
                                        .toLowerCase(Locale.ROOT),
                                shape(info.getValue().getTensorShape())))
                        .toList();
    }

    private static String shape(TensorShapeProto shape) {
        if (shape.getUnknownRank()) {
            return "[...]";
        }
        return shape.getDimList().stream()
                .map(dimension -> dimension.getSize() < 0 ? "?" : Long.toString(dimension.getSize()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** Returns the names of the graph's tensors behind a signature's outputs, in the order of the outputs' names. */
    static List<String> outputTensors(SignatureDef signature) {
        List<String> names = new ArrayList<>();
        new TreeMap<>(signature.getOutputsMap()).values().forEach(info -> addTensors(info, names));
        return names;
    }

    private static void addTensors(TensorInfo info, List<String> names) {
        switch (info.getEncodingCase()) {
            case COO_SPARSE ->
                names.addAll(List.of(
                        info.getCooSparse().getValuesTensorName(),
                        info.getCooSparse().getIndicesTensorName(),
                        info.getCooSparse().getDenseShapeTensorName()));
            case COMPOSITE_TENSOR ->
                info.getCompositeTensor().getComponentsList().forEach(part -> addTensors(part, names));
            default -> names.add(info.getName());
        }
    }

    /**
     * Returns a name from a file of unknown origin, quoted, and without characters that could control a terminal or
     * forge a line of a log.
     */
    static String quoted(String name) {
        return "\"" + printable(name) + "\"";
    }

    static String printable(String name) {
        return name.replaceAll("[\\p{C}\\u2028\\u2029]", "?");
    }
}
