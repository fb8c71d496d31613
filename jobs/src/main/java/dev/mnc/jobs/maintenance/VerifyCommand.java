package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.maintenance.Verification.Finding;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc verify}, which checks that what was published is there, to the last bit. */
@Command(
        name = "verify",
        description = "Reads all files of a table's runs and says whether they are what was published, to the last bit,"
                + " and whether each image is in one row. Ends with exit code 5 if anything is wrong.")
public final class VerifyCommand implements Callable<Integer> {

    /** Heap that the files read at once may take, by which the number of threads is bounded. */
    private static final long FILE_MEMORY = 512 << 20;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--table", required = true, paramLabel = "DIR|URI", description = "The label table.")
    private String table = "";

    @Option(names = "--run", paramLabel = "ID", description = "Only this run. Default: all that are published.")
    private @Nullable String runId;

    @Override
    public Integer call() throws IOException {
        Console console = common.console();
        Verification verification = verify(table, runId, console, Sessions.hadoop());
        console.result(verification.text(), verification);
        return verification.exitCode();
    }

    private static Verification verify(
            String table, @Nullable String runId, Console console, Configuration configuration) throws IOException {
        PublishedRuns runs = new PublishedRuns(table, configuration);
        PublishedRuns.Contents contents = runs.contents();
        List<Finding> findings = new ArrayList<>();
        contents.damaged().forEach((damaged, what) -> {
            if (runId == null || runId.equals(damaged)) {
                findings.add(new Finding(damaged, null, what));
            }
        });
        List<RunRecord> records = contents.records().stream()
                .filter(run -> runId == null || runId.equals(run.runId()))
                .toList();
        if (runId != null && records.isEmpty() && findings.isEmpty()) {
            throw OperatorException.usage(
                    "the table " + runs.uri() + " has no published run " + runId,
                    "see them: mnc status --table " + runs.uri());
        }
        int threads = (int) Math.max(
                2,
                Math.min(
                        2L * Runtime.getRuntime().availableProcessors(),
                        Runtime.getRuntime().maxMemory() / FILE_MEMORY));
        Verification all = new Verification(runs.uri(), findings.size(), 0, 0, 0, 0, findings);
        for (RunRecord run : records) {
            console.note("verifying run " + run.runId());
            all = sum(all, new RunVerification(runs, run, threads, configuration).verified());
        }
        return all;
    }

    private static Verification sum(Verification some, Verification one) {
        List<Finding> findings = new ArrayList<>(some.findings());
        one.findings().stream().sorted(Comparator.comparing(Finding::toString)).forEach(findings::add);
        return new Verification(
                some.table(),
                some.runs() + one.runs(),
                some.files() + one.files(),
                some.bytes() + one.bytes(),
                some.images() + one.images(),
                some.instances() + one.instances(),
                findings);
    }
}
