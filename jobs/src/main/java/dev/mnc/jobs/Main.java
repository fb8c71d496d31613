package dev.mnc.jobs;

import dev.mnc.jobs.bench.BenchCommand;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Version;
import dev.mnc.jobs.demo.DemoCommand;
import dev.mnc.jobs.demo.ScenesCommand;
import dev.mnc.jobs.evaluate.EvaluateCommand;
import dev.mnc.jobs.evaluate.GroundTruthCommand;
import dev.mnc.jobs.evaluate.compare.CompareCommand;
import dev.mnc.jobs.export.ExportCommand;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.label.LabelCommand;
import dev.mnc.jobs.models.ModelCommand;
import dev.mnc.jobs.report.ReportCommand;
import dev.mnc.jobs.train.TrainCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/**
 * The command line, and the main class for spark-submit. A command is one class: picocli parses its options, it builds
 * the config record of its job, and calls the job's {@code run}.
 */
@Command(
        name = "mnc",
        description = "Instance masks for image corpora of any size.",
        subcommands = {
            DemoCommand.class,
            LabelCommand.class,
            EvaluateCommand.class,
            CompareCommand.class,
            GroundTruthCommand.class,
            ReportCommand.class,
            ExportCommand.class,
            TrainCommand.class,
            ModelCommand.class,
            ScenesCommand.class,
            BenchCommand.class,
            ConfigCommand.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 ok, 1 our fault, 2 usage, 3 too many images failed, 4 conflict,",
            "5 verification failed, 6 environment.",
            "Options of spark-submit follow after --:",
            "  mnc label ... -- --master spark://host:7077"
        })
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        int exitCode = run(args);
        // In cluster mode a driver that returns has succeeded, and one that calls exit is suspect to YARN.
        boolean clusterDriver = "cluster".equals(System.getProperty("spark.submit.deployMode"));
        if (exitCode != ExitCode.OK || !clusterDriver) {
            System.exit(exitCode);
        }
    }

    /** Runs one command and returns its exit code. */
    static int run(String... args) {
        // Done in seconds, so the time it takes to set up all the other commands would show.
        Callable<Integer> quick = args.length == 0
                ? null
                : switch (args[0]) {
                    case "evaluate" -> new EvaluateCommand();
                    case "compare" -> new CompareCommand();
                    default -> null;
                };
        if (quick != null) {
            return prepared(new CommandLine(quick).setCommandName("mnc " + args[0]))
                    .execute(Arrays.copyOfRange(args, 1, args.length));
        }
        return commandLine().execute(args.length == 0 ? new String[] {"--help"} : args);
    }

    static CommandLine commandLine() {
        return prepared(new CommandLine(new Main()));
    }

    private static CommandLine prepared(CommandLine commandLine) {
        ErrorMessages errors = new ErrorMessages();
        commandLine
                .setErr(new PrintWriter(Console.standardError(), true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler(errors)
                .setParameterExceptionHandler(errors)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        withHelp(commandLine);
        return commandLine;
    }

    private static void withHelp(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
        command.getSubcommands().values().forEach(Main::withHelp);
    }
}
