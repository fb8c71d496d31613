package dev.mnc.jobs.bench;

import picocli.CommandLine.Command;

/** {@code mnc bench …}: how fast this machine is at what the other commands spend their time on. */
@Command(
        name = "bench",
        description = "Measures how fast this machine is.",
        subcommands = {
            BenchLabelCommand.class,
            BenchEvaluateCommand.class,
            BenchModelCommand.class,
            BenchTrainCommand.class,
            BenchAblationCommand.class
        })
public final class BenchCommand {

    private BenchCommand() {}
}
