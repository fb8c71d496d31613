package dev.mnc.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The voice of a command to its user. The result goes to standard output, as text or as one JSON object; what happens on the
 * way goes to standard error, so that {@code mnc … --json | jq} always works.
 */
public final class Console {

    /** The form in which the result is written. */
    public enum Format {
        TEXT,
        JSON
    }

    /** The choice of the user to hear what happens on the way, or not. */
    public enum Verbosity {
        NORMAL,
        QUIET
    }

    /** Set by the launcher where standard error is a terminal. */
    private static final String TERMINAL_PROPERTY = "mnc.terminal";

    private static final String CLEAR = "\r\u001b[K";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final @Nullable PrintStream UNFILTERED = openUnfiltered();

    /** A process runs one command, and tells its result again where nobody sees its standard output. */
    private static volatile String lastResult = "";

    private final PrintStream out;
    private final PrintStream err;
    private final Format format;
    private final Verbosity verbosity;

    public Console(PrintStream out, PrintStream err, Format format, Verbosity verbosity) {
        this.out = out;
        this.err = err;
        this.format = format;
        this.verbosity = verbosity;
    }

    /** File names may hold line ends and terminal codes; a log must not obey them. */
    public static String printable(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                clean.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                clean.appendCodePoint(c);
            }
        });
        return clean.toString();
    }

    /**
     * Where messages to people go. The launcher reads the process's own standard error through a filter, for the sake of
     * TensorFlow's native chatter, and names an unfiltered way to the terminal in the property {@code mnc.stderr}.
     */
    public static PrintStream standardError() {
        return UNFILTERED == null ? System.err : UNFILTERED;
    }

    private static @Nullable PrintStream openUnfiltered() {
        String file = System.getProperty("mnc.stderr");
        if (file == null) {
            return null;
        }
        try {
            return new PrintStream(new FileOutputStream(file, true), true, StandardCharsets.UTF_8);
        } catch (FileNotFoundException e) {
            return null;
        }
    }

    /** Says what is going on; one line, left out with {@code --quiet}. */
    public void note(String line) {
        if (verbosity == Verbosity.NORMAL) {
            err.println(line);
        }
    }

    /** Something the user should know though the command goes on; shown with {@code --quiet} too. */
    public void warn(String line) {
        err.println("warning: " + line);
    }

    /** Says what the user should know beside what the command itself says, over a line that is being rewritten. */
    static void warnAside(String line) {
        standardError().println((Boolean.getBoolean(TERMINAL_PROPERTY) ? CLEAR : "") + "warning: " + line);
    }

    /**
     * Rewrites the last line of a terminal; {@code \r} without a line end. The caller ends it with {@link #note}.
     *
     * @see #interactive
     */
    void rewrite(String line) {
        if (verbosity == Verbosity.NORMAL) {
            err.print(CLEAR + line);
            err.flush();
        }
    }

    /** Whether a person looks at a terminal, rather than a log file; the launcher knows. */
    boolean interactive() {
        return Boolean.getBoolean(TERMINAL_PROPERTY);
    }

    /**
     * The command's result.
     *
     * @param text for people, without a line end
     * @param json for programs: a record or map, written in snake_case
     */
    public void result(String text, Object json) {
        String printed = text;
        if (format == Format.JSON) {
            try {
                printed = JSON.writeValueAsString(json);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("cannot write " + json.getClass() + " as JSON", e);
            }
        }
        if (!printed.isEmpty()) {
            out.println(printed);
        }
        out.flush();
        lastResult = printed;
    }

    /** Returns the result that this process has printed last, empty if none. */
    public static String lastResult() {
        return lastResult;
    }
}
