package dev.mnc.model.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.model.ModelCard;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.SessionConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TFloat32;

/** Honest models pass, and no hiding place of a forbidden operation is overlooked. */
@Tag("tensorflow")
class ModelGraphTest {

    private static final String NOT_ALLOWED = ", which is not on the list of what a model may use";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void theModelThatShipsPasses() throws IOException {
        ModelGraph graph = ModelGraph.read(edited(model -> {}));

        assertThat(graph.refusals()).isEmpty();
        assertThat(graph.signatures())
                .extracting(ModelSignature::name)
                .containsExactly(DetectGraph.DETECT, DetectGraph.PREPROCESS);
        assertThat(graph.signatures().get(1))
                .isEqualTo(new ModelSignature(
                        "preprocess",
                        List.of(new ModelSignature.Tensor("encoded", "string", "[]")),
                        List.of(
                                new ModelSignature.Tensor("im_info", "float", "[3]"),
                                new ModelSignature.Tensor("image", "float", "[?, ?, 3]"),
                                new ModelSignature.Tensor("original_size", "int32", "[2]"))));
        assertThat(graph.operations())
                .contains("Conv2D", "CropAndResize", "CombinedNonMaxSuppression", "DecodeImage", "VariableV2")
                .doesNotContain("SaveV2", "RestoreV2", "Assign");
    }

    @Test
    void anHonestModelKeepsItsSaverAndCountsItsParameters() throws IOException {
        Path model = exported(tf -> tf.math.sigmoid(placeholder(tf)));

        ModelGraph graph = ModelGraph.read(model);

        assertThat(allOperations(model)).contains("SaveV2", "RestoreV2", "Assign");
        assertThat(graph.operations()).containsExactly("Add", "Placeholder", "Sigmoid", "VariableV2");
        assertThat(graph.parameters()).hasValue(6);
        assertThat(graph.refusals()).isEmpty();
    }

    @Test
    void aSignatureThatReadsAFileIsRefused() throws IOException {
        Path model = exported(
                tf -> tf.io.decodeRaw(tf.withName("leak").io.readFile(tf.constant("/etc/passwd")), TFloat32.class));

        assertThat(ModelGraph.read(model).refusals())
                .extracting(ModelGraph.Refusal::text)
                .containsExactly(
                        "signature \"serve\" runs the operation DecodeRaw at node \"DecodeRaw\"" + NOT_ALLOWED,
                        "signature \"serve\" runs the operation ReadFile at node \"leak\"" + NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WriteFile",
                "MatchingFiles",
                "PyFunc",
                "EagerPyFunc",
                "PrintV2",
                "RemoteCall",
                "SaveV2",
                "RestoreV2",
                "Assign",
                "InitializeTableFromTextFileV2",
                "TFRecordReaderV2",
                "WriteSummary",
                "DebugIdentityV2",
                "RandomUniform",
                "SomeoneElsesOperation"
            })
    void whatCouldDoMoreThanComputeIsRefusedAtAControlInputToo(String operation) throws IOException {
        Path model = edited(graph -> {
            add(graph, node("bad", operation));
            NodeDef.Builder valid = find(graph, "valid");
            valid.addInput("^bad");
        });

        assertThat(refusals(model))
                .containsExactly(
                        "signature \"detect\" runs the operation " + operation + " at node \"bad\"" + NOT_ALLOWED);
    }

    @Test
    void aForbiddenOperationNobodyReachesIsNotRefused() throws IOException {
        assertThat(refusals(edited(graph -> add(graph, node("bad", "ReadFile")))))
                .isEmpty();
    }

    /** In the body, but behind none of its results: TensorFlow runs it nevertheless if it is stateful. */
    @Test
    void aFunctionsBodyIsSearchedWhole() throws IOException {
        Path model = edited(graph -> {
            define(graph, function("inner", node("bad", "WriteFile")));
            define(graph, function("outer", call("PartitionedCall", "f", "inner")));
            add(
                    graph,
                    call("StatefulPartitionedCall", "f", "outer").toBuilder()
                            .setName("call")
                            .build());
            find(graph, "original_size").addInput("^call");
        });

        assertThat(refusals(model))
                .containsExactly("signature \"preprocess\" runs the operation WriteFile at node \"bad\" in function"
                        + " \"inner\"" + NOT_ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({"While, body", "StatelessIf, else_branch", "PartitionedCall, f"})
    void everyAttributeThatHoldsAFunctionIsFollowed(String operation, String attribute) throws IOException {
        Path model = edited(graph -> {
            define(graph, function("hidden", node("bad", "ReadFile")));
            add(graph, call(operation, attribute, "hidden"));
            find(graph, "original_size").addInput("^call");
        });

        assertThat(refusals(model)).hasSize(1).first().asString().contains("ReadFile", "\"hidden\"");
    }

    @Test
    void functionsInListsAndInAttributesOfACallAreFollowed() throws IOException {
        AttrValue hidden = attribute("hidden");
        NameAttrList nested = NameAttrList.newBuilder()
                .setName("harmless")
                .putAttr("f", hidden)
                .build();
        AttrValue branches = AttrValue.newBuilder()
                .setList(AttrValue.ListValue.newBuilder().addFunc(nested))
                .build();
        Path model = edited(graph -> {
            define(graph, function("harmless", node("fine", "NoOp")));
            define(graph, function("hidden", node("bad", "ReadFile")));
            add(
                    graph,
                    node("call", "Case").toBuilder()
                            .putAttr("branches", branches)
                            .build());
            find(graph, "original_size").addInput("^call");
        });

        assertThat(refusals(model)).hasSize(1).first().asString().contains("ReadFile", "\"hidden\"");
    }

    /** TensorFlow looks for a function of the name first, then for an operation. */
    @Test
    void aFunctionThatBearsAHarmlessOperationsNameIsFollowed() throws IOException {
        Path model = edited(graph -> define(graph, function("Rint", node("bad", "ReadFile"))));

        assertThat(refusals(model))
                .containsExactly("signature \"preprocess\" runs the operation ReadFile at node \"bad\" in function"
                        + " \"Rint\"" + NOT_ALLOWED);
    }

    @Test
    void aFunctionThatMayTakeAnothersPlaceIsFollowed() throws IOException {
        AttrValue same = AttrValue.newBuilder()
                .setS(com.google.protobuf.ByteString.copyFromUtf8("same"))
                .build();
        Path model = edited(graph -> {
            define(graph, function("seen", node("fine", "NoOp")).putAttr("api_implements", same));
            define(graph, function("other", node("bad", "ReadFile")).putAttr("api_implements", same));
            add(graph, call("PartitionedCall", "f", "seen"));
            find(graph, "original_size").addInput("^call");
        });

        assertThat(refusals(model)).hasSize(1).first().asString().contains("ReadFile", "\"other\"");
    }

    @Test
    void whatRunsWhileTheModelIsLoadedIsCheckedToo() throws IOException {
        Path model = edited(meta -> {
            add(meta, node("bad", "ReadFile"));
            find(meta, meta.getSaverDef().getRestoreOpName()).addInput("^bad");
            meta.putCollectionDef(
                    "saved_model_main_op",
                    CollectionDef.newBuilder()
                            .setNodeList(CollectionDef.NodeList.newBuilder().addValue("bad"))
                            .build());
        });

        assertThat(refusals(model))
                .containsExactly(
                        "the saver's restore operation runs the operation ReadFile at node \"bad\"" + NOT_ALLOWED,
                        "the start-up operation of saved_model_main_op runs the operation ReadFile at node \"bad\""
                                + NOT_ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({
        "/device:CPU:0, true",
        "/job:localhost/replica:0/task:0/device:GPU:1, true",
        "/gpu:0, true",
        "/job:worker/task:1/device:CPU:0, false",
        "/task:1, false",
        "/device:TPU:0, false"
    })
    void onlyDevicesOfThisMachineAreAllowed(String device, boolean allowed) throws IOException {
        Path model = edited(graph -> find(graph, "valid").setDevice(device));

        assertThat(refusals(model))
                .isEqualTo(
                        allowed
                                ? List.of()
                                : List.of("signature \"detect\" runs the operation Identity at node \"valid\" on the"
                                        + " device \"" + device + "\", which is not a CPU or GPU of this machine"));
    }

    @Test
    void aNameCannotForgeALineOfTheMessage() throws IOException {
        Path model = edited(graph -> {
            add(graph, node("bad\nall is well\u001b[2J", "Read\nFile"));
            find(graph, "valid").addInput("^bad\nall is well\u001b[2J");
        });

        assertThat(refusals(model))
                .containsExactly("signature \"detect\" runs the operation Read?File at node \"bad?all is well?[2J\""
                        + NOT_ALLOWED);
    }

    @Test
    void aBrokenGraphIsRefused() throws IOException {
        String remedy = "; export or copy the model again";
        Path twice = edited(graph -> add(graph, node("valid", "NoOp")));
        Path missing = edited(graph -> find(graph, "valid").addInput("nowhere:1"));
        Path uncalled = edited(graph -> find(graph, "valid").putAttr("f", attribute("nothing")));
        Path mute = edited(MetaGraphDef.Builder::clearSignatureDef);

        assertThatThrownBy(() -> ModelGraph.read(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model's graph has two nodes of the name \"valid\"" + remedy);
        assertThatThrownBy(() -> ModelGraph.read(missing))
                .hasMessage("the model's graph has no node \"nowhere\", though it is used" + remedy);
        assertThatThrownBy(() -> ModelGraph.read(uncalled))
                .hasMessage("the model's graph has no function \"nothing\", though it is called" + remedy);
        assertThatThrownBy(() -> ModelGraph.read(mute))
                .hasMessage("the graph in " + mute.resolve("saved_model.pb") + " has no signatures" + remedy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"saved_model.cpb", "saved_model.pbtxt"})
    void aSecondGraphBesideTheCheckedOneIsRefused(String name) throws IOException {
        Path model = edited(graph -> {});
        Path second = Files.writeString(model.resolve(name), "", StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ModelGraph.read(model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model file " + second + " is a second graph, and only saved_model.pb is checked;"
                        + " export the model again as saved_model.pb");
    }

    @Test
    void aSymbolicLinkInAModelIsRefused() throws IOException {
        Path model = edited(graph -> {});
        Files.createDirectories(model.resolve("assets.extra"));
        try (InputStream card = resource("assets.extra/mnc.json")) {
            Files.copy(card, model.resolve("assets.extra/mnc.json"));
        }
        Path link = Files.createSymbolicLink(model.resolve("assets"), temporary);

        assertThatThrownBy(() -> ModelCard.read(model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model file " + link
                        + " is a symbolic link, and what it points to is not pinned; copy the model again as files");
    }

    private static List<String> refusals(Path model) {
        return ModelGraph.read(model).refusals().stream()
                .map(ModelGraph.Refusal::text)
                .toList();
    }

    /** The graph of the model that ships, changed. */
    private Path edited(Consumer<MetaGraphDef.Builder> change) throws IOException {
        Path model = Files.createTempDirectory(temporary, "model");
        try (InputStream in = resource("saved_model.pb")) {
            SavedModel.Builder saved = SavedModel.parseFrom(in).toBuilder();
            change.accept(saved.getMetaGraphsBuilder(0));
            Files.write(model.resolve("saved_model.pb"), saved.build().toByteArray());
        }
        return model;
    }

    private static InputStream resource(String file) {
        return Objects.requireNonNull(ModelCard.class.getResourceAsStream("/models/compact-scenes/" + file));
    }

    /** A model with one variable of six numbers, exported by TensorFlow as ours are. */
    private Path exported(java.util.function.Function<Ops, Operand<TFloat32>> body) {
        Path model = temporary.resolve("exported");
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Variable<TFloat32> weights = tf.variable(tf.fill(tf.constant(new int[] {2, 3}), tf.constant(1f)));
            Operand<TFloat32> output = tf.math.add(body.apply(tf), weights);
            Signature signature =
                    Signature.builder("serve").output("output", output).build();
            try (Session session = new Session(graph, SessionConfig.ofThreads(1))) {
                session.initialize();
                SavedModelBundle.exporter(model.toString())
                        .withTags("serve")
                        .withFunction(SessionFunction.create(signature, session))
                        .export();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return model;
    }

    private static Placeholder<TFloat32> placeholder(Ops tf) {
        return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, 3)));
    }

    private static List<String> allOperations(Path model) throws IOException {
        return SavedModel.parseFrom(Files.readAllBytes(model.resolve("saved_model.pb")))
                .getMetaGraphs(0)
                .getGraphDef()
                .getNodeList()
                .stream()
                .map(NodeDef::getOp)
                .toList();
    }

    private static NodeDef node(String name, String operation) {
        return NodeDef.newBuilder().setName(name).setOp(operation).build();
    }

    private static NodeDef call(String operation, String attribute, String function) {
        return node("call", operation).toBuilder()
                .putAttr(attribute, attribute(function))
                .build();
    }

    private static AttrValue attribute(String function) {
        return AttrValue.newBuilder()
                .setFunc(NameAttrList.newBuilder().setName(function))
                .build();
    }

    private static FunctionDef.Builder function(String name, NodeDef body) {
        return FunctionDef.newBuilder()
                .setSignature(OpDef.newBuilder().setName(name))
                .addNodeDef(body);
    }

    private static void add(MetaGraphDef.Builder graph, NodeDef node) {
        graph.getGraphDefBuilder().addNode(node);
    }

    private static void define(MetaGraphDef.Builder graph, FunctionDef.Builder function) {
        graph.getGraphDefBuilder().getLibraryBuilder().addFunction(function);
    }

    private static NodeDef.Builder find(MetaGraphDef.Builder meta, String name) {
        GraphDef.Builder graph = meta.getGraphDefBuilder();
        return graph.getNodeBuilderList().stream()
                .filter(node -> node.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
