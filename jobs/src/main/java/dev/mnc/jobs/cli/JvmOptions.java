package dev.mnc.jobs.cli;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of a JVM as {@code conf/jvm/*.options} holds them. The launcher starts {@code java @FILE}, and executors get
 * the words of the same file, so that both run as the figures in the documentation were measured.
 */
final class JvmOptions {

    /** A comment, or a word of which parts may be quoted. */
    private static final Pattern WORD = Pattern.compile("#.*|(?:\"[^\"]*\"|'[^']*'|[^\\s\"'#])+");

    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC");

    private JvmOptions() {}

    /**
     * Reads the options of a file in their order, without comments and quotes.
     *
     * @throws OperatorException if the file cannot be read
     */
    static List<String> read(Path file) {
        List<String> options = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher words = WORD.matcher(line);
                while (words.find()) {
                    if (!words.group().startsWith("#")) {
                        options.add(words.group().replaceAll("[\"']", ""));
                    }
                }
            }
        } catch (IOException e) {
            throw OperatorException.environment(
                    "cannot read the JVM options in " + file, "restore the file from the repository");
        }
        return options;
    }

    /**
     * Returns one line of options for executors, in which the user's come last and win. A JVM refuses two garbage
     * collectors, so ours is left out where the user names one. Settings of Spark are left out: they reach executors on
     * their own, and Spark refuses them here.
     *
     * @param theirs what the user set {@code spark.executor.extraJavaOptions} to, may be empty
     */
    static String forExecutors(List<String> ours, String theirs) {
        boolean theirCollector = COLLECTOR.matcher(theirs).find();
        List<String> words = new ArrayList<>();
        for (String option : ours) {
            boolean collector = COLLECTOR.matcher(option).matches();
            if (!(collector && theirCollector) && !option.startsWith("-Dspark.")) {
                words.add(option.contains(" ") ? '"' + option + '"' : option);
            }
        }
        if (!theirs.isBlank()) {
            words.add(theirs.strip());
        }
        return String.join(" ", words);
    }
}
