package dev.mnc.training;

import dev.mnc.model.CascadePredictor;
import dev.mnc.model.GoldenImage;
import dev.mnc.model.ModelCard;
import dev.mnc.model.ModelFiles;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.model.voting.VotingSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.op.Ops;

/**
 * The export of a checkpoint as a SavedModel: a graph of inference alone, the checkpoint's weights, and the model's
 * card.
 */
public final class SavedModelExport {

    private SavedModelExport() {}

    /**
     * Exports a checkpoint.
     *
     * @param checkpoint a directory that training wrote
     * @param model the directory to write; it must not exist or be empty
     * @param name of the model
     * @param voting settings by which its candidates become instances
     * @param golden a picture to store with the model together with the instances it finds there, or null for none
     * @return the card of the new model
     */
    public static ModelCard export(
            Path checkpoint, Path model, String name, VotingSettings voting, @Nullable Path golden) throws IOException {
        Checkpoint record = Checkpoint.read(checkpoint);
        ModelFiles.requireEmpty(model);
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            var signatures = new DetectGraph(tf, record.config(), Layers.uninitialised(tf)).build();
            try (Session session = new Session(graph, SessionConfig.ofThreads(1))) {
                session.restore(Checkpoint.prefix(checkpoint));
                SavedModelBundle.exporter(model.toString())
                        .withTags("serve")
                        .withFunctions(signatures.stream()
                                .map(signature -> SessionFunction.create(signature, session))
                                .toArray(SessionFunction[]::new))
                        .export();
                if (golden != null) {
                    var predictor = new CascadePredictor(
                            SessionFunction.create(signatures.get(0), session),
                            SessionFunction.create(signatures.get(1), session),
                            record.config(),
                            record.categories(),
                            voting);
                    GoldenImage.write(model, golden, predictor);
                }
            }
        }
        return ModelCard.write(model, name, record.config(), record.categories(), voting, record.provenance());
    }
}
