package dev.mnc.jobs.models;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.ModelCard;
import dev.mnc.model.voting.VotingSettings;
import dev.mnc.training.SavedModelExport;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code mnc model …}, a group of commands on whole models. */
@Command(
        name = "model",
        description =
                "Imports published weights, exports a trained cascade as a model, adopts one of other makers, checks a"
                        + " model, or shows what it is.",
        subcommands = {
            ImportCommand.class,
            ModelCommand.Export.class,
            AdoptCommand.class,
            ModelCommand.Verify.class,
            ModelCommand.Info.class
        })
public final class ModelCommand {

    private ModelCommand() {}

    /** The command {@code mnc model export}, which turns a checkpoint into a SavedModel. */
    @Command(name = "export", description = "Turns a checkpoint into a SavedModel for mnc label.")
    static final class Export implements Callable<Integer> {

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Option(
                names = "--checkpoint",
                required = true,
                paramLabel = "DIR",
                description = "What mnc train or mnc model import wrote with --out.")
        private Path checkpoint = Path.of("");

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "New directory of the model.")
        private Path out = Path.of("");

        @Option(names = "--name", defaultValue = "mnc", description = "What to call it. Default: ${DEFAULT-VALUE}.")
        private String name = "mnc";

        @Option(
                names = "--voting",
                defaultValue = "binarised",
                description = "How masks vote, of the two ways that were released: ${COMPLETION-CANDIDATES}."
                        + " Default: ${DEFAULT-VALUE}.")
        private VotingSettings.Flavour voting = VotingSettings.Flavour.BINARISED;

        @Option(
                names = "--golden",
                paramLabel = "IMAGE",
                description =
                        "Put this image and what the model finds on it beside the model. Every executor that loads the"
                                + " model looks whether it finds the same, and refuses to label if not.")
        private @Nullable Path golden;

        @Override
        public Integer call() throws IOException {
            try {
                SavedModelExport.export(checkpoint, out, name, VotingSettings.PAPER.withFlavour(voting), golden);
            } catch (DirectoryNotEmptyException e) {
                throw OperatorException.conflict("directory " + out + " is not empty", "name a new one with --out");
            }
            String digest = ModelCard.digest(out);
            String text = String.format(
                    Locale.ROOT,
                    "model   %s%ndigest  %s%nnext    mnc label --images DIR --model %s --table TABLE",
                    out,
                    digest,
                    out);
            common.console().result(text, Map.of("model", out.toString(), "digest", digest));
            return 0;
        }
    }

    /**
     * The command {@code mnc model verify}, which checks that a model has the files its card pins and only computes.
     */
    @Command(
            name = "verify",
            description = "Checks a model without running it: its files against its card, its operations against a"
                    + " list of harmless ones. Ends with exit code 5 if it fails.")
    static final class Verify implements Callable<Integer> {

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "MODEL", description = "Directory of the model.")
        private Path model = Path.of("");

        @Override
        public Integer call() {
            ModelReport report = ModelReport.verified(model);
            common.console().result(report.verification(), report.verificationJson());
            return 0;
        }
    }

    /** The command {@code mnc model info}, which shows the card of a model, its inputs and outputs, and its size. */
    @Command(name = "info", description = "Shows what a model is and where it comes from.")
    static final class Info implements Callable<Integer> {

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "MODEL", description = "Directory of the model.")
        private Path model = Path.of("");

        @Override
        public Integer call() {
            ModelReport report = ModelReport.of(model);
            common.console().result(report.info(), report.infoJson());
            return 0;
        }
    }
}
