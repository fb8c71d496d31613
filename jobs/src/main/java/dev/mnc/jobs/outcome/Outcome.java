package dev.mnc.jobs.outcome;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The end of a command, as its driver leaves it in an object for whoever waits elsewhere.
 *
 * @param exitCode one of {@link ExitCode}
 * @param message what went wrong, empty if nothing did
 * @param remedy what to do about it, empty if nothing went wrong
 * @param result what the command printed to standard output as its result, empty if it came to none; a run's id is in it
 * @param time of the end, in ISO 8601
 */
public record Outcome(int exitCode, String message, String remedy, String result, String time) {

    /** The options that say where a command's output goes. */
    static final List<String> OUTPUTS = List.of("--table", "--out");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * Returns the outcome of the command that this process has run.
     *
     * @param exitCode of the command
     * @param error that it ended with, or null
     */
    public static Outcome of(int exitCode, ErrorMessages.@Nullable Printed error) {
        String message = "";
        String remedy = "";
        if (exitCode != ExitCode.OK && error != null) {
            message = error.what();
            remedy = error.remedy();
        } else if (exitCode == ExitCode.TOO_MANY_ERRORS) {
            message = "more images failed than label.max-error-rate allows";
            remedy = "the run is published; its record and its result say why they failed";
        } else if (exitCode != ExitCode.OK) {
            message = "the command ended with exit code " + exitCode;
            remedy = "see its result and its log";
        }
        return new Outcome(
                exitCode, message, remedy, Console.lastResult(), Instant.now().toString());
    }

    /** Returns the address of the outcome of a submission: below the output of the command or beside it, empty if it has none. */
    static String address(List<String> command, String submission) {
        String out = option(command, "--out");
        String table = option(command, "--table");
        if (!out.isEmpty()) {
            return out + ".outcome-" + submission + ".json";
        }
        return table.isEmpty() ? "" : table + "/outcomes/" + submission + ".json";
    }

    /** Returns the value of an option of a command, empty if it has none. */
    static String option(List<String> command, String name) {
        String value = "";
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            if (word.equals(name) && i + 1 < command.size()) {
                value = command.get(i + 1);
            } else if (word.startsWith(name + "=")) {
                value = word.substring(name.length() + 1);
            }
        }
        return value.replaceAll("(?<=.)/+$", "");
    }

    /** Writes the object, over that of an earlier attempt: the last attempt's outcome is the command's. */
    void write(String address, Configuration configuration) throws IOException {
        try (OutputStream out = Store.replace(address, configuration)) {
            out.write(JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * Reads the object.
     *
     * @throws IOException if there is none, or it cannot be read
     */
    static Outcome read(String address, Configuration configuration) throws IOException {
        try (InputStream in = Store.open(address, configuration)) {
            return JSON.readValue(new String(in.readAllBytes(), StandardCharsets.UTF_8), Outcome.class);
        } catch (JsonProcessingException e) {
            throw new IOException("not an outcome of mnc: " + address, e);
        }
    }

    /** Returns whether another attempt could end otherwise: all codes but that for an unforeseen error would come again. */
    boolean isWorthRepeating() {
        return exitCode == ExitCode.FAILED;
    }

    /** Returns message and remedy in one line. */
    String sentence() {
        return "error: " + message + " (exit code " + exitCode + "); " + remedy;
    }
}
