package dev.mnc.jobs.export;

import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.CommandPath;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc export}, which writes a label table in another tool's format. */
@Command(name = "export", description = "Writes the labels of a table in another tool's format.")
public final class ExportCommand implements Callable<Integer> {

    private static final String COCO_RESULTS = "coco-results";

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--table", required = true, paramLabel = "DIR|URI", description = "The label table.")
    private String table = "";

    @Option(names = "--format", defaultValue = COCO_RESULTS, description = "coco-results. Default: ${DEFAULT-VALUE}.")
    private String format = COCO_RESULTS;

    @Option(
            names = "--iou-type",
            defaultValue = "segm",
            description = "What each entry holds: segm for its mask, bbox for its box. Default: ${DEFAULT-VALUE}.")
    private IouType type = IouType.SEGM;

    @Option(names = "--out", required = true, paramLabel = "FILE|URI", description = "The file to write.")
    private String out = "";

    @Option(
            names = "--run-id",
            paramLabel = "ID",
            description = "Only this run of the table. Default: the newest labels.")
    private @Nullable String runId;

    @Option(
            names = "--listed",
            paramLabel = "IMAGES",
            description =
                    "Leave out what the table has of images that are not there any more: they are listed as mnc label"
                            + " --images lists them. Default: all that the table has.")
    private @Nullable String listed;

    @Override
    public Integer call() throws IOException {
        if (!format.equals(COCO_RESULTS)) {
            throw OperatorException.usage("--format is " + format, "known is: " + COCO_RESULTS);
        }
        ExportConfig config = new ExportConfig(
                CommandPath.address(table),
                runId,
                type,
                CommandPath.address(out),
                listed == null ? null : CommandPath.address(listed));
        try (SparkSession spark = Sessions.open("export")) {
            long count = ExportCocoResults.run(spark, config);
            common.console()
                    .result(
                            String.format(Locale.ROOT, "%d detections  %s", count, config.out()),
                            Map.of("detections", count, "out", config.out()));
        }
        return ExitCode.OK;
    }
}
