package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.failure.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc status}, which shows the runs of a label table. */
@Command(name = "status", description = "Shows the runs of a label table, past and present, and how far they are.")
public final class StatusCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--table", required = true, paramLabel = "DIR|URI", description = "The label table.")
    private String table = "";

    @Option(names = "--run", paramLabel = "ID", description = "Only this run, with its errors. Default: all.")
    private @Nullable String runId;

    @Override
    public Integer call() throws IOException {
        Console console = common.console();
        TableStatus status =
                TableStatus.of(table, console::note, Sessions.hadoop()).only(runId);
        console.result(status.text(), status);
        return ExitCode.OK;
    }
}
