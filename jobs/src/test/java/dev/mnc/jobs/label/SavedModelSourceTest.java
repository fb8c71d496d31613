package dev.mnc.jobs.label;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.TestModel;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.model.ForeignModel;
import dev.mnc.model.InstancesCard;
import dev.mnc.model.ModelCard;
import dev.mnc.model.Predictor;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which models {@code mnc label} is willing to run. */
@Tag("spark")
@Tag("tensorflow")
class SavedModelSourceTest {

    private static final HostConfig MACHINE = Settings.defaults().read("host", HostConfig::from);

    private final Configuration configuration = new Configuration();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void takesAModelThatOnlyComputes() throws IOException {
        Path model = TestModel.copy(temporary.resolve("model"));

        assertThat(source(model, ""))
                .isEqualTo(new SavedModelSource(
                        model.toString(),
                        new RunRecord.Model(
                                "model", model.toString(), ModelCard.read(model).categories()),
                        ModelCard.digest(model),
                        3,
                        MACHINE));
    }

    @Test
    void refusesAModelThatReadsAFile() throws IOException {
        Path model = TestModel.thatReadsAFile(temporary.resolve("model"));

        for (String trusted : new String[] {"", "0".repeat(64)}) {
            assertThatThrownBy(() -> source(model, trusted))
                    .isInstanceOfSatisfying(OperatorException.class, e -> {
                        assertThat(e.kind()).isEqualTo(OperatorException.Kind.VERIFICATION);
                        assertThat(e.remedy())
                                .isEqualTo("see: mnc model verify " + model + "; if you trust whoever made it as you"
                                        + " trust a program, set label.trust-model=" + ModelCard.digest(model));
                    })
                    .hasMessage("the model in " + model + " may do more than label images: signature \"detect\" runs"
                            + " the operation ReadFile at node \"leak\", which is not on the list of what a model may"
                            + " use");
        }
    }

    @Test
    void takesARefusedModelThatTheOperatorNames() throws IOException {
        Path model = TestModel.thatReadsAFile(temporary.resolve("model"));
        String digest = ModelCard.digest(model);

        assertThat(source(model, digest).digest()).isEqualTo(digest);
    }

    @Test
    void labelsWithAModelOfOtherMakersAsItIsOrAdopted() throws IOException {
        Path model = TestModel.ofOtherMakers(temporary.resolve("model"));
        Path adopted = temporary.resolve("adopted");
        InstancesCard unused = ForeignModel.adopt(model, ForeignModel.besides(model), adopted);
        Path images = Files.createDirectory(temporary.resolve("images"));
        Files.write(images.resolve("a.png"), TestImages.png(20, 10));
        Files.write(images.resolve("b.jpg"), TestImages.jpeg(33, 44));
        byte[] whole = TestImages.png(20, 10);
        Files.write(images.resolve("c.png"), Arrays.copyOf(whole, whole.length - 20));
        String table = temporary.resolve("table").toString();

        LabelSummary first = label(model, images, table);
        LabelSummary second = label(adopted, images, table);

        assertThat(new LabelTable(TestSession.spark(), table)
                        .instances()
                        .orderBy("image_uri", "instance")
                        .collectAsList())
                .extracting(row -> row.getAs("category_name") + " " + row.getAs("score") + " " + row.getAs("area"))
                .containsExactly("fig 0.75 50", "date 0.5 200", "fig 0.75 " + 16 * 22, "date 0.5 " + 33 * 44);
        assertThat(requireNonNull(first.outcome()).errors())
                .extracting(RunRecord.ErrorCount::stage, RunRecord.ErrorCount::reason)
                .containsExactly(tuple("decode", "PNG data is truncated or corrupt"));
        assertThat(second.state()).as("it is the same model").isEqualTo(LabelSummary.State.UNCHANGED);
    }

    private static LabelSummary label(Path model, Path images, String table) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Console silent = new Console(nowhere, nowhere, Console.Format.TEXT, Console.Verbosity.QUIET);
        LabelConfig config = Settings.defaults().read("label", LabelConfig::from);
        return new LabelImages(TestSession.spark(), source(model, ""), config, MACHINE, silent)
                .run(
                        new LabelRequest(images.toString(), null, table, null, LabelRequest.Mode.LABEL),
                        Settings.defaults().entries("label", LabelConfig::from));
    }

    @Test
    void aModelOfOtherMakersWithoutADescriptionSaysWhatToWrite() throws IOException {
        Path model = TestModel.ofOtherMakers(temporary.resolve("model"));
        Files.delete(temporary.resolve("model.json"));

        assertThatThrownBy(() -> source(model, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model in " + model + " has no card (assets.extra/mnc.json), and no file "
                        + temporary.resolve("model.json") + " says what its classes are called; write that file, e.g."
                        + " {\"categories\": [{\"id\": 1, \"name\": \"person\"}]}");
    }

    @Test
    void aFolderWithoutAnyModelIsRefused() {
        assertThatThrownBy(() -> source(temporary, ""))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--model: there is no model in " + temporary + " (no assets.extra/mnc.json)");
    }

    @Test
    void refusesATrustThatNamesNoModel() {
        assertThatThrownBy(() -> source(temporary, "yes"))
                .isInstanceOf(OperatorException.class)
                .hasMessage("label.trust-model must be empty or the digest of a model, 64 hex digits as"
                        + " `mnc model info` prints it, got yes");
    }

    /** Models that ship and models of a store are copied to a folder of the machine. */
    @ParameterizedTest
    @ValueSource(strings = {"saved_model.pb", "assets.extra/mnc.json"})
    void aDamagedCopyOfAModelIsMadeAnew(String file) throws IOException {
        HostConfig machine = machine(temporary.resolve("cache"));
        SavedModelSource first = copied(ModelFolder.SHIPPED, machine);
        Path copy = temporary.resolve("cache").resolve(first.digest()).resolve(file);
        byte[] whole = Files.readAllBytes(copy);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);

        Files.write(copy, half);
        assertThat(copied(ModelFolder.SHIPPED, machine)).isEqualTo(first);
        assertThat(copy).hasBinaryContent(whole);

        Files.write(copy, half);
        TestSession.spark().sparkContext();
        try (Predictor predictor = first.load()) {
            assertThat(predictor.digest()).isEqualTo(first.digest());
        }
        assertThat(copy).hasBinaryContent(whole);
        assertThat(temporary.resolve("cache").toFile().list()).containsExactlyInAnyOrder(first.digest(), ".mnc-lock");
    }

    @Test
    void copyingAModelLeavesNothingBehind() throws IOException {
        Path model = TestModel.copy(temporary.resolve("model"));
        configuration.set(
                "fs.viewfs.mounttable.far.link./models", temporary.toUri().toString());

        SavedModelSource source = copied("viewfs://far/models/model/", machine(temporary.resolve("cache")));

        assertThat(source.digest()).isEqualTo(ModelCard.digest(model));
        assertThat(temporary.resolve("cache").toFile().list()).containsExactly(source.digest());
    }

    /** The copy is of a user's own making, so it is for the user to replace it. */
    @Test
    void aDamagedModelOfThisMachineStaysAsItIs() throws IOException {
        Path model = TestModel.copy(temporary.resolve("model"));
        Files.write(model.resolve("saved_model.pb"), new byte[] {1});

        assertThatThrownBy(() -> copied(model.toString(), machine(temporary)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model file " + model.resolve("saved_model.pb")
                        + " differs from the sha256 in assets.extra/mnc.json; export or copy the model again");
        assertThat(model.resolve("saved_model.pb")).hasBinaryContent(new byte[] {1});
    }

    private static HostConfig machine(Path modelCache) {
        return new HostConfig(modelCache.toString(), "", 0.9, 0);
    }

    private SavedModelSource copied(String model, HostConfig machine) {
        LabelConfig config = Settings.defaults().read("label", LabelConfig::from);
        return SavedModelSource.of(model, config, machine, configuration);
    }

    private static SavedModelSource source(Path model, String trusted) {
        LabelConfig config = Settings.of(
                        ConfigFactory.parseString("label { threads = 3, trust-model = \"" + trusted + "\" }"))
                .read("label", LabelConfig::from);
        return SavedModelSource.of(model.toString(), config, MACHINE, new Configuration());
    }
}
