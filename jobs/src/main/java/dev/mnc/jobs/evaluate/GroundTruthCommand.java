package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.evaluate.spark.input.WriteGroundTruth;
import dev.mnc.jobs.evaluate.spark.input.WriteGroundTruth.Summary;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.store.CommandPath;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mnc ground-truth}: annotations as Parquet, for evaluations on a cluster. */
@Command(
        name = "ground-truth",
        description = "Writes COCO annotations as Parquet tables, which every task of mnc evaluate reads its part of.")
public final class GroundTruthCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--ground-truth",
            required = true,
            paramLabel = "FILE|URI",
            description = "COCO annotations (json, may end in .gz), or a split list (txt) of VOC's SBD.")
    private String groundTruth = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR|URI",
            description = "Where the tables images, annotations and categories go; they are replaced.")
    private String out = "";

    @Option(
            names = "--protocol",
            defaultValue = "coco",
            description = "Whose annotations these are; tables of lvis also hold which categories each image was"
                    + " searched for. Values: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private CocoDialect protocol = CocoDialect.COCO;

    @Override
    public Integer call() throws IOException {
        String tables = CommandPath.ofExecutors("--out", out);
        try (SparkSession spark = Sessions.open("ground-truth")) {
            Summary summary = WriteGroundTruth.run(spark, CommandPath.address(groundTruth), tables, protocol);
            common.console()
                    .result(
                            String.format(
                                    Locale.ROOT,
                                    "%d images, %d annotations, %d categories%ntables   %s",
                                    summary.images(),
                                    summary.annotations(),
                                    summary.categories(),
                                    tables),
                            summary);
        }
        return ExitCode.OK;
    }
}
