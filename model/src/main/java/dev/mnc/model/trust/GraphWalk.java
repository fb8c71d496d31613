package dev.mnc.model.trust;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * A search for every node that TensorFlow may run to compute given tensors of a graph.
 *
 * <p>In the graph itself these are the nodes behind the tensors, over data and control inputs. Of a function that one
 * of them calls it is the whole body: TensorFlow keeps a body's stateful operations even where no result needs them. A
 * function that states what interface it implements stands for all that implement it, for TensorFlow's optimiser may
 * replace one by another.
 */
final class GraphWalk {

    private static final String INTERFACE = "api_implements";

    private final Map<String, NodeDef> nodes = new HashMap<>();
    private final Map<String, FunctionDef> functions = new HashMap<>();
    private final Map<ByteString, List<String>> implementations = new HashMap<>();

    /**
     * A node that may run.
     *
     * @param function name of the function in whose body it is, or empty for the graph itself
     */
    record Step(NodeDef node, String function) {}

    /**
     * Indexes the nodes and functions of a graph.
     *
     * @throws IllegalArgumentException if two nodes or two functions have one name
     */
    GraphWalk(GraphDef graph) {
        for (NodeDef node : graph.getNodeList()) {
            if (nodes.put(node.getName(), node) != null) {
                throw broken("has two nodes of the name " + ModelSignature.quoted(node.getName()));
            }
        }
        for (FunctionDef function : graph.getLibrary().getFunctionList()) {
            String name = function.getSignature().getName();
            if (functions.put(name, function) != null) {
                throw broken("has two functions of the name " + ModelSignature.quoted(name));
            }
            if (function.getAttrMap().containsKey(INTERFACE)) {
                implementations
                        .computeIfAbsent(interfaceOf(function), key -> new ArrayList<>())
                        .add(name);
            }
        }
    }

    private static ByteString interfaceOf(FunctionDef function) {
        return function.getAttrOrDefault(INTERFACE, AttrValue.getDefaultInstance())
                .getS();
    }

    private static IllegalArgumentException broken(String how) {
        return new IllegalArgumentException("the model's graph " + how + "; export or copy the model again");
    }

    /**
     * Returns whether a node of this operation calls a function. TensorFlow prefers a function to its own operation.
     */
    boolean isFunction(String operation) {
        return functions.containsKey(operation);
    }

    /**
     * Returns the nodes that may run for some tensors, nearest first.
     *
     * @param tensors names such as {@code node}, {@code node:1} or {@code ^node}
     * @throws IllegalArgumentException if a node or function is named that does not exist
     */
    List<Step> from(Collection<String> tensors) {
        Visit visit = new Visit();
        tensors.forEach(visit::visitTensor);
        return visit.steps();
    }

    private final class Visit {

        private final Set<String> seenNodes = new HashSet<>();
        private final Set<String> seenFunctions = new HashSet<>();
        private final Deque<Step> open = new ArrayDeque<>();

        List<Step> steps() {
            List<Step> steps = new ArrayList<>();
            for (Step step = open.poll(); step != null; step = open.poll()) {
                steps.add(step);
                NodeDef node = step.node();
                if (step.function().isEmpty()) {
                    node.getInputList().forEach(this::visitTensor);
                }
                if (isFunction(node.getOp())) {
                    visitFunction(node.getOp());
                }
                new TreeMap<>(node.getAttrMap()).values().forEach(this::visitAttribute);
            }
            return steps;
        }

        void visitTensor(String tensor) {
            String name = tensor.startsWith("^") ? tensor.substring(1) : tensor;
            int output = name.indexOf(':');
            name = output < 0 ? name : name.substring(0, output);
            NodeDef node = nodes.get(name);
            if (node == null) {
                throw broken("has no node " + ModelSignature.quoted(name) + ", though it is used");
            }
            if (seenNodes.add(name)) {
                open.add(new Step(node, ""));
            }
        }

        private void visitAttribute(AttrValue value) {
            switch (value.getValueCase()) {
                case FUNC -> visitCall(value.getFunc());
                case LIST -> value.getList().getFuncList().forEach(this::visitCall);
                default -> {}
            }
        }

        /**
         * Visits a call. Its attributes may hold functions in turn, which the called body takes as its own attributes.
         */
        private void visitCall(NameAttrList call) {
            if (!call.getName().isEmpty()) {
                visitFunction(call.getName());
            }
            new TreeMap<>(call.getAttrMap()).values().forEach(this::visitAttribute);
        }

        private void visitFunction(String name) {
            FunctionDef function = functions.get(name);
            if (function == null) {
                throw broken("has no function " + ModelSignature.quoted(name) + ", though it is called");
            }
            visitBody(name, function);
            if (function.getAttrMap().containsKey(INTERFACE)) {
                for (String other : implementations.getOrDefault(interfaceOf(function), List.of())) {
                    visitBody(other, functions.getOrDefault(other, function));
                }
            }
        }

        private void visitBody(String name, FunctionDef function) {
            if (seenFunctions.add(name)) {
                function.getNodeDefList().forEach(node -> open.add(new Step(node, name)));
            }
        }
    }
}
