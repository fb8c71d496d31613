package dev.mnc.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Runs layers with the weights of a checkpoint and compares each of them with what an oracle computed. */
record ExpectedLayers(JsonNode expected) {

    private static final double TOLERANCE = 1e-4;

    /** Layers under the oracle's names; two may have to give the same. */
    static final class Named {
        private final List<Map.Entry<String, Operand<TFloat32>>> layers = new ArrayList<>();

        void put(String name, Operand<TFloat32> layer) {
            layers.add(Map.entry(name, layer));
        }

        /** Names the activations from one on, in their order. */
        void putActivations(List<Operand<TFloat32>> activations, int from, String... names) {
            for (int i = 0; i < names.length; i++) {
                put(names[i], activations.get(from + i));
            }
        }
    }

    void check(Path checkpoint, BiFunction<Ops, Layers, Named> build) {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Named named = build.apply(tf, Layers.uninitialised(tf));
            try (Session session = new Session(graph)) {
                session.restore(checkpoint.resolve("weights").toString());
                Session.Runner runner = session.runner();
                named.layers.forEach(layer -> runner.fetch(layer.getValue()));
                try (Result result = runner.run()) {
                    for (int i = 0; i < named.layers.size(); i++) {
                        compare(named.layers.get(i).getKey(), (TFloat32) result.get(i));
                    }
                }
            }
        }
    }

    private void compare(String name, TFloat32 actual) {
        JsonNode layer = expected.required(name);
        List<Long> shape = new ArrayList<>();
        layer.required("shape").forEach(length -> shape.add(length.asLong()));
        assertThat(actual.shape().toListOrNull()).as("shape of %s", name).isEqualTo(shape);
        float[] values = new float[(int) actual.size()];
        actual.asRawTensor().data().asFloats().read(values);
        int step = layer.required("step").asInt();
        JsonNode sampled = layer.required("values");
        assertThat((values.length + step - 1) / step).isEqualTo(sampled.size());
        double mean = 0;
        for (int i = 0; i < values.length; i++) {
            mean += values[i] / (double) values.length;
            if (i % step == 0) {
                double expected = sampled.get(i / step).asDouble();
                assertThat((double) values[i])
                        .as("%s at %d", name, i)
                        .isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
            }
        }
        assertThat(mean).as("mean of %s", name).isCloseTo(layer.required("mean").asDouble(), within(TOLERANCE));
    }

    /** {@code (7919 i mod 1009) / 256 - 2}, the oracles' inputs. */
    static float[] input(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (7919L * i % 1009 / 256.0 - 2);
        }
        return values;
    }

    /** The network of an imported file. */
    static MncConfig config(WeightImport.Imported imported) {
        return imported.checkpoint().config();
    }
}
