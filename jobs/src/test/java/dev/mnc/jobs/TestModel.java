package dev.mnc.jobs;

import dev.mnc.mnc.ModelCard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** Copies of the model that ships, honest and not. */
public final class TestModel {

    private static final List<String> FILES = List.of(
            "assets.extra/mnc.json",
            "saved_model.pb",
            "variables/variables.index",
            "variables/variables.data-00000-of-00001");

    private TestModel() {}

    /** The model as it ships. */
    public static Path copy(Path folder) throws IOException {
        for (String file : FILES) {
            Path target = folder.resolve(file);
            Files.createDirectories(target.getParent());
            try (InputStream in = ModelCard.class.getResourceAsStream("/models/compact-scenes/" + file)) {
                Files.copy(Objects.requireNonNull(in), target);
            }
        }
        return folder;
    }

    /** One that reads a file whenever it detects, with a card that pins it so. */
    public static Path thatReadsAFile(Path folder) throws IOException {
        ModelCard card = ModelCard.read(copy(folder));
        SavedModel.Builder saved =
                SavedModel.parseFrom(Files.readAllBytes(folder.resolve("saved_model.pb"))).toBuilder();
        var graph = saved.getMetaGraphsBuilder(0).getGraphDefBuilder();
        graph.addNode(NodeDef.newBuilder().setName("leak").setOp("ReadFile"));
        graph.getNodeBuilderList().stream()
                .filter(node -> node.getName().equals("valid"))
                .forEach(node -> node.addInput("^leak"));
        Files.write(folder.resolve("saved_model.pb"), saved.build().toByteArray());
        ModelCard unused =
                ModelCard.write(folder, "evil", card.config(), card.categories(), card.voting(), card.training());
        return folder;
    }
}
