package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.ClassArchive;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.corpus.Manifest;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.work.WorkRule;
import dev.mnc.jobs.store.CommandPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mnc label}: the nightly job. */
@Command(name = "label", description = "Labels every image of a corpus that is not labelled yet.")
public final class LabelCommand implements Callable<Integer> {

    private static final String CONTENT = "content";

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--images",
            required = true,
            paramLabel = "URI",
            description =
                    "A folder or object-store prefix (s3a://...); tar shards (.tar, a folder of them, or a pattern as"
                            + " train-{000..146}.tar); Parquet files with images in a column; a COCO json; or a manifest"
                            + " (.csv, .jsonl or .parquet with the column uri).")
    private String images = "";

    @Option(
            names = "--image-root",
            paramLabel = "URI",
            description = "Where a COCO json's file names or a manifest's relative uris lie. Default: its own folder.")
    private @Nullable String imageRoot;

    @Option(
            names = "--image-column",
            paramLabel = "NAME",
            description = "The column of Parquet files that images are in. Default: the only one that can be it.")
    private @Nullable String imageColumn;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Option(names = "--table", required = true, paramLabel = "URI", description = "Where the labels go.")
    private String table = "";

    @Option(names = "--run-id", paramLabel = "ID", description = "Names the run. Default: a new name.")
    private @Nullable String runId;

    @Option(names = "--dry-run", description = "Only say what there is to label.")
    private boolean dryRun;

    @Option(
            names = "--relabel",
            description = "Label every image again, also those that are labelled; readers then take the new labels.")
    private boolean relabel;

    @Option(
            names = "--from-errors",
            paramLabel = "RUN",
            description = "Label again what failed in this run, and nothing else.")
    private @Nullable String fromErrors;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "With --from-errors: only images whose reason has this in it, or that failed in this stage:"
                    + " read, decode, detect.")
    private @Nullable String reason;

    @Option(
            names = "--dedupe",
            paramLabel = CONTENT,
            description = "Of images with the same bytes label only the first by address. Default: label each.")
    private @Nullable String dedupe;

    @Override
    public Integer call() throws IOException {
        Settings settings = common.settings();
        LabelConfig config = settings.read("label", LabelConfig::from);
        HostConfig machine = settings.read("host", HostConfig::from);
        common.console().note(common.settingsOrigin());
        LabelRequest.Mode mode = dryRun ? LabelRequest.Mode.DRY_RUN : LabelRequest.Mode.LABEL;
        LabelRequest request = request(mode);
        Configuration hadoop = Sessions.hadoop();
        SavedModelSource source = SavedModelSource.of(modelAddress(), config, machine, hadoop);
        Preparation preparation = Preparation.of(request, hadoop);
        try (SparkSession spark = LabelImages.session("label", source, config, machine, Map.of())) {
            List<Settings.Entry> entries = new ArrayList<>(LabelConfig.entries(settings));
            entries.add(
                    new Settings.Entry("settings-files", String.join(", ", common.settingsFiles()), "this command"));
            LabelSummary summary = new LabelImages(spark, source, config, machine, common.console())
                    .run(request, preparation, entries);
            common.console().result(summary.text(), summary);
            if (summary.planned() > 0 && !dryRun) { // Else it has not loaded what labelling takes.
                ClassArchive.complete(common.console()::note);
            }
            return summary.hasTooManyErrors(config.maxErrorRate()) ? ExitCode.TOO_MANY_ERRORS : ExitCode.OK;
        }
    }

    private LabelRequest request(LabelRequest.Mode mode) {
        String address = CommandPath.ofExecutors("--table", table);
        if (imageRoot != null) {
            warnOfOtherMachines("--image-root", imageRoot);
        } else if (!Manifest.isText(images)) { // Whose images may lie anywhere.
            warnOfOtherMachines("--images", images);
        }
        return new LabelRequest(
                CommandPath.address(images),
                imageRoot == null ? null : CommandPath.address(imageRoot),
                imageColumn,
                address,
                runId,
                mode,
                rule(),
                copies());
    }

    private String modelAddress() {
        if (!model.name().equals(ModelFolder.SHIPPED)) {
            warnOfOtherMachines("--model", model.name());
        }
        return model.name();
    }

    private void warnOfOtherMachines(String option, String path) {
        CommandPath.warning(option, path).ifPresent(common.console()::warn);
    }

    private LabelRequest.Copies copies() {
        if (dedupe == null) {
            return LabelRequest.Copies.LABELLED;
        }
        if (!dedupe.equals(CONTENT)) {
            throw OperatorException.usage("--dedupe is " + dedupe, "known is: " + CONTENT);
        }
        return LabelRequest.Copies.LEFT_OUT;
    }

    private WorkRule rule() {
        if (fromErrors == null) {
            if (reason != null) {
                throw OperatorException.usage(
                        "--reason goes with --from-errors", "give the run that the errors are of");
            }
            return relabel ? new WorkRule.Everything() : new WorkRule.NotLabelled();
        }
        if (relabel) {
            throw OperatorException.usage(
                    "--relabel labels everything, --from-errors only what failed", "leave one of them out");
        }
        return new WorkRule.Errors(fromErrors, reason == null ? "" : reason);
    }
}
