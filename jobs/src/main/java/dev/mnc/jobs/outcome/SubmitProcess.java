package dev.mnc.jobs.outcome;

import dev.mnc.jobs.failure.OperatorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SparkSubmit in a process of its own. For a driver elsewhere it ends its process from one of its own threads, with 0 whatever
 * became of the driver of a standalone cluster; the one who waits for the outcome must live on.
 */
final class SubmitProcess {

    private static final Pattern DRIVER = Pattern.compile("State of (?:driver )?(driver-\\S+) is (\\w+)");
    private static final Pattern RUNNING = Pattern.compile("Driver running on (\\S+):\\d+ \\(worker-");

    /** What Spark's client of a standalone cluster logs; conf/log4j2.properties lets it. */
    private static final Pattern CLIENT = Pattern.compile("^\\S+ INFO ClientEndpoint: ");

    /** States that need no line: another one tells where the driver runs, and the command's result follows its end. */
    private static final Set<String> EXPECTED = Set.of("", "RUNNING", "FINISHED");

    private static final Pattern APPLICATION = Pattern.compile("Application (application_\\S+) .*?(\\w+)(?: status)?$");
    private static final Pattern SUBMITTED = Pattern.compile("(Submitted) application (application_\\S+)");

    /**
     * The end of SparkSubmit, and of the driver as far as Spark told.
     *
     * @param exitCode of SparkSubmit
     * @param driver what the cluster's manager calls it, empty if Spark did not tell
     * @param state the last one, in the manager's word, empty if Spark did not tell
     */
    record End(int exitCode, String driver, String state) {

        /** Returns the end after one more line of Spark's log. */
        End after(String line) {
            Matcher submitted = SUBMITTED.matcher(line);
            if (submitted.find()) {
                return new End(exitCode, submitted.group(2), "SUBMITTED");
            }
            for (Pattern pattern : List.of(DRIVER, APPLICATION)) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    return new End(exitCode, matcher.group(1), matcher.group(2));
                }
            }
            return this;
        }

        /**
         * Returns what a line of Spark's log tells the user: the line itself, or of the log of a standalone cluster's client,
         * which repeats itself every few seconds, where the driver runs and what becomes of it.
         *
         * @param before the end as it was before the line
         * @return empty if there is nothing new
         */
        Optional<String> news(String line, End before) {
            if (!CLIENT.matcher(line).find()) {
                return Optional.of(line);
            }
            Matcher running = RUNNING.matcher(line);
            if (running.find()) {
                return Optional.of("the driver " + driver + " runs on " + running.group(1));
            }
            return state.equals(before.state) || EXPECTED.contains(state)
                    ? Optional.empty()
                    : Optional.of("the driver " + driver + " is " + state);
        }
    }

    private SubmitProcess() {}

    /**
     * Runs Java, and hands on what it prints, as {@link End#news} puts it.
     *
     * @param words the options of Java, the main class and its arguments, which may hold secrets: they go by a file that only
     *     this user can read
     * @param driver gets what the manager calls the driver, as soon as Spark tells
     * @throws OperatorException if there is no process
     */
    static End run(List<String> words, PrintStream err, Consumer<String> driver) {
        try {
            Path file = Files.createTempFile("mnc-submit-", ".arguments");
            // Where this process is told to end, nobody comes back to the block below.
            file.toFile().deleteOnExit();
            try {
                Files.writeString(file, argumentFile(words));
                String java =
                        Path.of(System.getProperty("java.home"), "bin", "java").toString();
                Process process = new ProcessBuilder(java, "@" + file)
                        .redirectInput(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
                return follow(process, err, driver);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw OperatorException.environment(
                    "cannot start Spark's submit: " + e.getMessage(),
                    "see whether the folder of java.io.tmpdir is full");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OperatorException.environment("interrupted while the driver runs", "it goes on by itself");
        }
    }

    private static End follow(Process process, PrintStream err, Consumer<String> driver)
            throws IOException, InterruptedException {
        End end = new End(0, "", "");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                End next = end.after(line);
                next.news(line, end).ifPresent(err::println);
                end = next;
                driver.accept(end.driver());
            }
        }
        return new End(process.waitFor(), end.driver(), end.state());
    }

    /** Returns the words as Java reads them from a file: each in quotes, one a line. */
    static String argumentFile(List<String> words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            text.append('"')
                    .append(word.replace("\\", "\\\\")
                            .replace("\"", "\\\"")
                            .replace("\n", "\\n")
                            .replace("\r", "\\r"))
                    .append("\"\n");
        }
        return text.toString();
    }
}
