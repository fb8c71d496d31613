package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.runs.PublishedRuns;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc retract}, which takes a published run out of sight, or brings it back. */
@Command(
        name = "retract",
        description = "Takes a published run out of sight of all readers: its images are work again. Deletes nothing.")
public final class RetractCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--table", required = true, paramLabel = "DIR|URI", description = "The label table.")
    private String table = "";

    @Option(names = "--run", required = true, paramLabel = "ID", description = "The run.")
    private String runId = "";

    @Option(names = "--undo", description = "Bring the run back into sight.")
    private boolean undo;

    @Override
    public Integer call() throws IOException {
        PublishedRuns runs = new PublishedRuns(table, Sessions.hadoop());
        boolean changed = undo ? runs.restore(runId) : runs.retract(runId);
        String state = undo ? "in sight" : "out of sight";
        common.console()
                .result(
                        "run " + runId + " is " + state + (changed ? "" : " already"),
                        Map.of("run_id", runId, "retracted", !undo, "changed", changed));
        return ExitCode.OK;
    }
}
