package dev.mnc.jobs;

import dev.mnc.jobs.bench.BenchCommand;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.JavaRuntime;
import dev.mnc.jobs.cli.OptimisedPackages;
import dev.mnc.jobs.cli.SparkDefaults;
import dev.mnc.jobs.cli.SparkLaunch;
import dev.mnc.jobs.cli.Version;
import dev.mnc.jobs.demo.DemoCommand;
import dev.mnc.jobs.demo.ScenesCommand;
import dev.mnc.jobs.doctor.DoctorCommand;
import dev.mnc.jobs.drill.DrillCommand;
import dev.mnc.jobs.evaluate.EvaluateCommand;
import dev.mnc.jobs.evaluate.GroundTruthCommand;
import dev.mnc.jobs.evaluate.compare.CompareCommand;
import dev.mnc.jobs.export.ExportCommand;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.LabelCommand;
import dev.mnc.jobs.maintenance.GcCommand;
import dev.mnc.jobs.maintenance.RetractCommand;
import dev.mnc.jobs.maintenance.StatusCommand;
import dev.mnc.jobs.maintenance.VerifyCommand;
import dev.mnc.jobs.models.ModelCommand;
import dev.mnc.jobs.outcome.ClusterSubmission;
import dev.mnc.jobs.outcome.CommandFailedException;
import dev.mnc.jobs.outcome.DriverEnd;
import dev.mnc.jobs.outcome.Outcome;
import dev.mnc.jobs.report.ReportCommand;
import dev.mnc.jobs.train.TrainCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * The command line, and the main class for spark-submit. A command is one class: picocli parses its options, it builds
 * the config record of its job, and calls the job's {@code run}.
 */
@Command(
        name = "mnc",
        description = "Instance masks for image corpora of any size.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 ok, 1 our fault, 2 usage, 3 too many images failed, 4 conflict,",
            "5 verification failed, 6 environment.",
            "Options of spark-submit follow after --:",
            "  mnc label ... -- --master spark://host:7077"
        })
public final class Main {

    /** It runs here whatever the master is, and on any Java, to say what is wrong with them. */
    private static final String DOCTOR = "doctor";

    private static final List<String> COMMANDS = List.of(
            "demo",
            "label",
            "evaluate",
            "compare",
            "ground-truth",
            "report",
            "export",
            "status",
            "verify",
            "gc",
            "retract",
            "train",
            "model",
            "scenes",
            "bench",
            "drill",
            "submit",
            "config",
            DOCTOR);

    /** They read and write files with Spark's settings, and run here whatever the master is. */
    private static final Set<String> HERE = Set.of("status", "verify", "gc", "retract");

    private static final Set<String> WITHOUT_SPARK = Set.of("train", "model", "scenes", "config", "drill", "help");

    /** The word between our arguments and those of spark-submit. */
    private static final String SEPARATOR = "--";

    private Main() {}

    public static void main(String[] args) {
        OptimisedPackages.apply();
        Outcome outcome = outcome(args);
        DriverEnd end = new DriverEnd(System.getProperties(), System.getenv());
        end.report(outcome);
        switch (end.way(outcome)) {
            case EXIT -> System.exit(outcome.exitCode());
            case THROW -> throw new CommandFailedException(outcome);
            case RETURN -> {}
        }
    }

    /** Runs one command and returns its exit code. */
    static int run(String... args) {
        return outcome(args).exitCode();
    }

    /** Runs one command and returns what came of it. */
    static Outcome outcome(String... args) {
        int separator = Arrays.asList(args).indexOf(SEPARATOR);
        List<String> command = Arrays.asList(args).subList(0, separator < 0 ? args.length : separator);
        List<String> spark = separator < 0 ? null : Arrays.asList(args).subList(separator + 1, args.length);
        ErrorMessages errors = new ErrorMessages();
        CommandLine commandLine = command.isEmpty() ? commandLine() : commandLine(command.get(0));
        commandLine
                .setExecutionExceptionHandler(errors)
                .setParameterExceptionHandler(errors)
                .setExecutionStrategy(parsed -> execute(parsed, command, spark));
        int exitCode =
                commandLine.execute(command.isEmpty() ? new String[] {"--help"} : command.toArray(String[]::new));
        return Outcome.of(exitCode, errors.last().orElse(null));
    }

    /** Opens the way to Spark, then runs the command that was parsed. */
    private static int execute(ParseResult parsed, List<String> command, @Nullable List<String> spark) {
        boolean isDoctor = !command.isEmpty() && command.get(0).equals(DOCTOR);
        try {
            if (!isDoctor && !asksForHelp(parsed)) {
                JavaRuntime.requireUsable();
            }
            if (parsed.subcommand() != null
                    && parsed.subcommand().commandSpec().userObject() instanceof SubmitCommand submit) {
                submit.sparkOptions(spark == null ? List.of() : spark);
            } else if (!useSpark(command)) {
                requireNoOptions(command, spark);
            } else if (isSubmitted()) {
                SparkDefaults.apply(System.getProperties());
            } else if (!asksForHelp(parsed)) {
                SparkLaunch launch = launch(spark);
                launch.warnings().forEach(line -> Console.standardError().println("warning: " + line));
                if (isDoctor ? needsSubmit(launch) : !HERE.contains(command.get(0)) && !launch.inProcess()) {
                    return submit(isDoctor ? launch.inClientMode() : launch, command);
                }
                launch.properties().forEach(System::setProperty);
            }
            return new RunLast().execute(parsed);
        } catch (OperatorException | Error e) { // picocli hands on no other exceptions
            throw new ExecutionException(parsed.commandSpec().commandLine(), "cannot run the command", e);
        }
    }

    /** Refuses a command that there is not, or that its options are wrong for, before it goes to a cluster. */
    static void requireCommand(List<String> command) {
        ParseResult unused = commandLine(command.get(0)).parseArgs(command.toArray(String[]::new));
    }

    /** Hands a command to Spark's own submit, waits for its end, and returns its exit code. */
    static int submit(SparkLaunch launch, List<String> command) {
        if (launch.hasDistantDriver()) {
            return ClusterSubmission.run(launch, Main.class.getName(), command, System.out, Console.standardError());
        }
        launch.submit(Main.class.getName(), command); // It ends this process, where our main class ran again.
        return ExitCode.OK;
    }

    private static SparkLaunch launch(@Nullable List<String> spark) {
        return SparkLaunch.of(spark == null ? List.of() : spark, System.getProperties(), System.getenv());
    }

    /** What doctor looks at is what a run would have: packages that are fetched, a login, a queue. On some Java none would. */
    private static boolean needsSubmit(SparkLaunch launch) {
        return launch.needsSubmit() && JavaRuntime.current().refusal().isEmpty();
    }

    private static boolean useSpark(List<String> command) {
        return !command.isEmpty() && !command.get(0).startsWith("-") && !WITHOUT_SPARK.contains(command.get(0));
    }

    private static void requireNoOptions(List<String> command, @Nullable List<String> spark) {
        if (spark != null) {
            throw OperatorException.environment(
                    "mnc " + (command.isEmpty() ? "" : command.get(0)) + " does not use Spark",
                    "leave out what follows --");
        }
    }

    private static boolean asksForHelp(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last.isUsageHelpRequested() || last.isVersionHelpRequested();
    }

    /** Returns whether spark-submit started this process and has set its properties. */
    private static boolean isSubmitted() {
        return System.getProperty("spark.submit.deployMode") != null;
    }

    /** The command line with all commands. */
    static CommandLine commandLine() {
        return commandLine("help");
    }

    /**
     * The command line with the command of a name: setting up all of them takes longer than many a command does. With all
     * if there is no such command, for help and suggestions.
     */
    private static CommandLine commandLine(String name) {
        CommandLine commandLine = new CommandLine(new Main());
        if (COMMANDS.contains(name)) {
            commandLine.addSubcommand(command(name));
        } else {
            COMMANDS.forEach(each -> commandLine.addSubcommand(command(each)));
            commandLine.addSubcommand(HelpCommand.class);
        }
        CommandLine submit = commandLine.getSubcommands().get("submit");
        if (submit != null) {
            submit.setStopAtPositional(true); // What follows are options of another command.
        }
        commandLine
                .setErr(new PrintWriter(Console.standardError(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        withHelp(commandLine);
        return commandLine;
    }

    /** The class of a command, which only then is loaded. */
    private static Class<?> command(String name) {
        return switch (name) {
            case "demo" -> DemoCommand.class;
            case "label" -> LabelCommand.class;
            case "evaluate" -> EvaluateCommand.class;
            case "compare" -> CompareCommand.class;
            case "ground-truth" -> GroundTruthCommand.class;
            case "report" -> ReportCommand.class;
            case "export" -> ExportCommand.class;
            case "status" -> StatusCommand.class;
            case "verify" -> VerifyCommand.class;
            case "gc" -> GcCommand.class;
            case "retract" -> RetractCommand.class;
            case "train" -> TrainCommand.class;
            case "model" -> ModelCommand.class;
            case "scenes" -> ScenesCommand.class;
            case "bench" -> BenchCommand.class;
            case "drill" -> DrillCommand.class;
            case "submit" -> SubmitCommand.class;
            case "config" -> ConfigCommand.class;
            case DOCTOR -> DoctorCommand.class;
            default -> throw new IllegalStateException("no class for the command " + name);
        };
    }

    private static void withHelp(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
        command.getSubcommands().values().forEach(Main::withHelp);
    }
}
