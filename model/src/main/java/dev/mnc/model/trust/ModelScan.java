package dev.mnc.model.trust;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorShapeProto;

/** A scan over the graphs of one SavedModel, which collects its {@link ModelGraph}. */
final class ModelScan {

    private static final String GRAPH = "saved_model.pb";
    /**
     * Files that TensorFlow could read in place of {@link #GRAPH}: the graph that runs must be the one that was
     * checked.
     */
    private static final List<String> OTHER_GRAPHS = List.of("saved_model.cpb", "saved_model.pbtxt");

    /** Collections that name an operation which TensorFlow runs when it has loaded the model. */
    private static final List<String> RUN_AT_LOAD = List.of("saved_model_main_op", "legacy_init_op");

    private static final Set<String> VARIABLES = Set.of("VariableV2", "VarHandleOp");
    private static final Pattern LOCAL_DEVICE =
            Pattern.compile("(/job:localhost)?(/replica:0)?(/task:0)?(/(device:)?(?i:CPU|GPU):([0-9]+|\\*))?");

    private final List<ModelSignature> signatures = new ArrayList<>();
    private final TreeSet<String> operations = new TreeSet<>();
    private final Map<String, TensorShapeProto> variables = new HashMap<>();
    /** By who and operation or device, so that a thousand equal nodes are one refusal. */
    private final Map<List<String>, ModelGraph.Refusal> refusals = new LinkedHashMap<>();

    ModelScan(Path model) {
        for (MetaGraphDef graph : parsed(model).getMetaGraphsList()) {
            GraphWalk walk = new GraphWalk(graph.getGraphDef());
            new TreeMap<>(graph.getSignatureDefMap()).forEach((name, signature) -> scan(walk, name, signature));
            if (!graph.getSaverDef().getRestoreOpName().isEmpty()) {
                List<GraphWalk.Step> steps =
                        walk.from(List.of(graph.getSaverDef().getRestoreOpName()));
                check(walk, "the saver's restore operation", steps, AllowedOperations.RESTORE);
            }
            for (String collection : RUN_AT_LOAD) {
                if (graph.containsCollectionDef(collection)) {
                    List<GraphWalk.Step> steps = walk.from(graph.getCollectionDefOrThrow(collection)
                            .getNodeList()
                            .getValueList());
                    check(walk, "the start-up operation of " + collection, steps, AllowedOperations.INFERENCE);
                }
            }
        }
        if (signatures.isEmpty()) {
            throw new IllegalArgumentException(
                    "the graph in " + model.resolve(GRAPH) + " has no signatures; export or copy the model again");
        }
    }

    private static SavedModel parsed(Path model) {
        for (String other : OTHER_GRAPHS) {
            if (Files.exists(model.resolve(other))) {
                throw new IllegalArgumentException("model file " + model.resolve(other)
                        + " is a second graph, and only " + GRAPH + " is checked; export the model again as " + GRAPH);
            }
        }
        Path file = model.resolve(GRAPH);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "no graph at " + file + "; name a directory written by `mnc model export`");
        }
        try {
            return SavedModel.parseFrom(Files.readAllBytes(file));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "model file " + file + " is no SavedModel: " + e.getMessage() + "; export or copy the model again",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    ModelGraph result() {
        return new ModelGraph(signatures, operations, parameters(), List.copyOf(refusals.values()));
    }

    private void scan(GraphWalk walk, String name, SignatureDef signature) {
        signatures.add(ModelSignature.of(name, signature));
        List<GraphWalk.Step> steps = walk.from(ModelSignature.outputTensors(signature));
        for (GraphWalk.Step step : steps) {
            NodeDef node = step.node();
            if (!walk.isFunction(node.getOp())) {
                operations.add(ModelSignature.printable(node.getOp()));
            }
            if (VARIABLES.contains(node.getOp())) {
                variables.put(
                        step.function() + "/" + node.getName(),
                        node.getAttrOrDefault("shape", AttrValue.getDefaultInstance())
                                .getShape());
            }
        }
        check(walk, "signature " + ModelSignature.quoted(name), steps, AllowedOperations.INFERENCE);
    }

    private void check(GraphWalk walk, String runner, List<GraphWalk.Step> steps, Set<String> allowed) {
        for (GraphWalk.Step step : steps) {
            NodeDef node = step.node();
            String operation = ModelSignature.printable(node.getOp());
            if (!walk.isFunction(node.getOp()) && !allowed.contains(node.getOp())) {
                refusals.putIfAbsent(
                        List.of(runner, operation),
                        new ModelGraph.Refusal(
                                runner,
                                "runs the operation " + operation + " at " + location(step)
                                        + ", which is not on the list of what a model may use"));
            }
            if (!LOCAL_DEVICE.matcher(node.getDevice()).matches()) {
                String device = ModelSignature.quoted(node.getDevice());
                refusals.putIfAbsent(
                        List.of(runner, device),
                        new ModelGraph.Refusal(
                                runner,
                                "runs the operation " + operation + " at " + location(step) + " on the device " + device
                                        + ", which is not a CPU or GPU of this machine"));
            }
        }
    }

    private static String location(GraphWalk.Step step) {
        String node = "node " + ModelSignature.quoted(step.node().getName());
        return step.function().isEmpty() ? node : node + " in function " + ModelSignature.quoted(step.function());
    }

    private OptionalLong parameters() {
        BigInteger total = BigInteger.ZERO;
        for (TensorShapeProto shape : variables.values()) {
            if (shape.getUnknownRank() || shape.getDimList().stream().anyMatch(side -> side.getSize() < 0)) {
                return OptionalLong.empty();
            }
            total = total.add(shape.getDimList().stream()
                    .map(side -> BigInteger.valueOf(side.getSize()))
                    .reduce(BigInteger.ONE, BigInteger::multiply));
        }
        return total.bitLength() < Long.SIZE ? OptionalLong.of(total.longValue()) : OptionalLong.empty();
    }
}
