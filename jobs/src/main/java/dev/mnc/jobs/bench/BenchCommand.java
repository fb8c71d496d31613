package dev.mnc.jobs.bench;

import picocli.CommandLine.Command;

/** The command {@code mnc bench …}, a group of benchmarks of the work of the other commands. */
@Command(
        name = "bench",
        description = "Measures how fast this machine is.",
        subcommands = {
            BenchLabelCommand.class,
            BenchNightCommand.class,
            BenchEvaluateCommand.class,
            BenchModelCommand.class,
            BenchTrainCommand.class,
            BenchAblationCommand.class
        })
public final class BenchCommand {

    private BenchCommand() {}
}
