package dev.mnc.jobs.failure;

import dev.mnc.dataset.UnreadableDatasetException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The handler of all errors, which turns each into one message and an exit code, the same way for all commands.
 *
 * <p>An operator's error is printed as what and where, then the remedy. An argument refused by our own code below the
 * command line (a file that is no model, a malformed annotation) counts as the operator's too. Anything else is a
 * defect: exit code 1 and the option that shows more.
 */
public final class ErrorMessages implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private static final String DEBUG_OPTION = "--debug";
    private static final Pattern NAME_OF_EXCEPTION =
            Pattern.compile("(software\\.amazon|org\\.apache\\.hadoop)\\.[\\w.$]*Exception: ");

    /** What Spark throws after another of its threads has stopped it, as when a cluster removes the application. */
    private static final Pattern STOPPED =
            Pattern.compile("^(Cannot call methods on a stopped SparkContext|.*SparkContext was shut down)");

    /**
     * An error as it was printed.
     *
     * @param what is wrong, and where
     * @param remedy a sentence or a command to type
     */
    public record Printed(String what, String remedy) {}

    private @Nullable Printed last;

    /** Returns the last error, if there was one. */
    public Optional<Printed> last() {
        return Optional.ofNullable(last);
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        // picocli repeats the word for options that take key=value.
        Printed error = new Printed(
                String.valueOf(e.getMessage()).replace("option option", "option"),
                "see: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        last = error;
        err.println("error: " + error.what());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("  " + error.remedy());
        }
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (parsed.originalArgs().contains(DEBUG_OPTION)) {
            e.printStackTrace(err);
        }
        OperatorException operatorError = asOperatorError(e);
        Printed error = operatorError == null
                ? unforeseen(e, command.getCommandSpec().qualifiedName())
                : new Printed(String.valueOf(operatorError.getMessage()), operatorError.remedy());
        last = error;
        err.println("error: " + error.what());
        err.println("  " + error.remedy());
        return operatorError == null ? ExitCode.FAILED : operatorError.kind().exitCode();
    }

    private static Printed unforeseen(Exception e, String command) {
        return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                        .anyMatch(cause -> STOPPED.matcher(String.valueOf(cause.getMessage()))
                                .find())
                ? new Printed(
                        "Spark was stopped while " + command + " ran: the cluster ended the application",
                        "see the driver's log for \"Application has been killed\" or the like, and those of Workers and"
                                + " executors for the reason")
                : new Printed(
                        "internal error in " + command + ": " + rootCause(e),
                        "this is a defect of mnc-spark, not yours; run it again with --debug to see where");
    }

    private static @Nullable OperatorException asOperatorError(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof OperatorException operator) {
                return operator;
            }
            Optional<OperatorException> damaged = DamagedDataFile.in(t);
            if (damaged.isPresent()) {
                return damaged.get();
            }
            if (t instanceof LinkageError || t instanceof ClassNotFoundException) {
                return MissingLibrary.in(t)
                        .map(what -> OperatorException.environment(what, MissingLibrary.REMEDY))
                        .orElse(null);
            }
            if (t instanceof UnreadableDatasetException || (t instanceof IllegalArgumentException && fromOurCode(t))) {
                return OperatorException.usage(String.valueOf(t.getMessage()), "fix the input and run it again");
            }
            if (t instanceof IOException io && (thrown instanceof UncheckedIOException || thrown == t)) {
                return OperatorException.environment(describe(io), "check the path and its permissions");
            }
        }
        boolean isForeign = thrown instanceof ExecutionException
                || thrown.getClass().getName().startsWith("org.apache.spark.")
                || thrown.getClass().getName().startsWith("software.amazon.");
        return isForeign
                ? EnvironmentFailure.in(thrown)
                        .map(failure -> OperatorException.environment(
                                failure.what(), failure.todo() + ", then run the same command again"))
                        .orElse(null)
                : null;
    }

    private static boolean fromOurCode(Throwable t) {
        StackTraceElement[] trace = t.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith("dev.mnc.");
    }

    /** Returns what an error says in one line, without the names of exceptions that stand in messages of S3A. */
    public static String firstLine(Throwable e) {
        String text =
                e instanceof IOException io ? describe(io) : e.getMessage() == null ? e.toString() : e.getMessage();
        String line = text.lines().filter(each -> !each.isBlank()).findFirst().orElse(e.toString());
        // S3A repeats a message with that of its cause, behind three blanks.
        return NAME_OF_EXCEPTION
                .matcher(line)
                .replaceAll("")
                .split(":\\s{2,}", 2)[0]
                .strip();
    }

    private static String describe(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory: " + e.getMessage();
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied: " + e.getMessage();
        }
        if (e instanceof FileAlreadyExistsException) {
            return "exists already: " + e.getMessage();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static Throwable rootCause(Throwable t) {
        Throwable root = t;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
