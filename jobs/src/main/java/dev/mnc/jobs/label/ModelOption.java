package dev.mnc.jobs.label;

import dev.mnc.jobs.store.CommandPath;
import picocli.CommandLine.Option;

/** The option {@code --model} of all commands that label, mixed in as {@link dev.mnc.jobs.cli.CommonOptions} are. */
public final class ModelOption {

    @Option(
            names = "--model",
            paramLabel = "DIR|URI",
            defaultValue = ModelFolder.SHIPPED,
            description =
                    "What mnc model export wrote, or a SavedModel of other makers with a description beside it (see: mnc"
                            + " model adopt --help). Default: the model that ships.")
    private String model = ModelFolder.SHIPPED;

    /** Returns what was given, as {@link SavedModelSource#of} takes it. */
    public String name() {
        return model.equals(ModelFolder.SHIPPED) ? model : CommandPath.address(model);
    }
}
