package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One command as its user sees it, run in this process.
 *
 * @param exitCode what the process would end with
 * @param out all of standard output
 * @param err all of standard error: notes, warnings and errors in their order
 */
public record CommandRun(int exitCode, String out, String err) {

    /** Runs {@code mnc} with these arguments, each by its text. */
    public static CommandRun of(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream standardOut = System.out;
        PrintStream standardError = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Main.run(Stream.of(args).map(Object::toString).toArray(String[]::new));
            return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(standardOut);
            System.setErr(standardError);
        }
    }

    /** Runs a command that must end well. */
    public static CommandRun succeeding(Object... args) {
        CommandRun run = of(args);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    /** Returns a run that printed nothing but an error, as {@link String#format} makes it. */
    public static CommandRun failed(int exitCode, String error, Object... values) {
        return new CommandRun(exitCode, "", String.format(Locale.ROOT, error, values));
    }

    public List<String> outLines() {
        return out.lines().toList();
    }
}
