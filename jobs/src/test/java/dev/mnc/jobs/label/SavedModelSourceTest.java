package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.TestModel;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.mnc.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which models {@code mnc label} is willing to run. */
class SavedModelSourceTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void takesAModelThatOnlyComputes() throws IOException {
        Path model = TestModel.copy(temporary.resolve("model"));

        assertThat(source(model, "")).isEqualTo(new SavedModelSource(model.toString(), ModelCard.digest(model), 3));
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
    void refusesATrustThatNamesNoModel() {
        assertThatThrownBy(() -> source(temporary, "yes"))
                .isInstanceOf(OperatorException.class)
                .hasMessage("label.trust-model must be empty or the digest of a model, 64 hex digits as"
                        + " `mnc model info` prints it, got yes");
    }

    private static SavedModelSource source(Path model, String trusted) {
        LabelConfig config = Settings.of(
                        ConfigFactory.parseString("label { threads = 3, trust-model = \"" + trusted + "\" }"))
                .read("label", LabelConfig::from);
        return SavedModelSource.of(model.toString(), config, new Configuration());
    }
}
