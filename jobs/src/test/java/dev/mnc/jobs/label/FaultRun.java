package dev.mnc.jobs.label;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.schemas.RunRecord;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * A run of the labelling job as its operator sees it.
 *
 * @param exitCode that the command would end with
 * @param said notes, warnings and the error, in their order
 * @param summary of a run that was published, else null
 */
record FaultRun(int exitCode, String said, @Nullable LabelSummary summary) {

    @Command(name = "mnc label")
    private record Label(Callable<Integer> work) implements Callable<Integer> {

        @Override
        public Integer call() throws Exception {
            return work.call();
        }
    }

    /** Labels with settings of the block {@code label}. */
    static FaultRun of(SparkSession spark, PredictorSource source, String settings, LabelRequest request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream said = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Settings all = Settings.of(ConfigFactory.parseString("label { " + settings + " }"));
        LabelConfig config = all.read("label", LabelConfig::from);
        AtomicReference<@Nullable LabelSummary> summary = new AtomicReference<>();
        int exitCode = new CommandLine(new Label(() -> {
                    LabelSummary published = new LabelImages(
                                    spark,
                                    source,
                                    config,
                                    all.read("host", HostConfig::from),
                                    new Console(nowhere, said, Console.Format.TEXT, Console.Verbosity.NORMAL))
                            .run(request, all.entries("label", LabelConfig::from));
                    summary.set(published);
                    return published.hasTooManyErrors(config.maxErrorRate()) ? ExitCode.TOO_MANY_ERRORS : ExitCode.OK;
                }))
                .setErr(new PrintWriter(said, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler(new ErrorMessages())
                .execute();
        return new FaultRun(exitCode, bytes.toString(StandardCharsets.UTF_8), summary.get());
    }

    /** Returns the images of a run that was published: planned, ok and failed. */
    List<Long> images() {
        LabelSummary published = requireNonNull(summary, said);
        RunRecord.Outcome outcome = requireNonNull(published.outcome(), said);
        return List.of(published.planned(), outcome.ok(), outcome.failed());
    }

    /** Returns the first line of what was said that begins so, as it is from there. */
    String line(String begin) {
        return said.lines().filter(line -> line.startsWith(begin)).findFirst().orElse(said);
    }
}
