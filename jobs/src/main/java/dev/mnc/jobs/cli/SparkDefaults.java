package dev.mnc.jobs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Our settings of Spark ({@code conf/spark-defaults.conf}) for an application that the spark-submit of others has started.
 * Without them it would write to object stores with a committer that is not safe there.
 */
public final class SparkDefaults {

    private static final String NAME = "spark-defaults.conf";
    private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

    private SparkDefaults() {}

    /** Sets what nobody has set: before there is a session, Spark's settings are properties of this process. */
    public static void apply(Properties system) {
        Properties defaults = read(SettingsLayers.directory(system));
        for (String name : defaults.stringPropertyNames()) {
            String ours = defaults.getProperty(name).strip();
            String theirs = system.getProperty(name);
            if (theirs == null) {
                system.setProperty(name, ours);
            } else if (name.equals(EXECUTOR_OPTIONS) && !theirs.contains(ours)) {
                system.setProperty(name, ours + " " + theirs);
            }
        }
    }

    /** Reads the file of the installation, or else the one in our jar. */
    private static Properties read(@Nullable Path directory) {
        Properties defaults = new Properties();
        try {
            if (directory != null && Files.exists(directory.resolve(NAME))) {
                try (Reader in = Files.newBufferedReader(directory.resolve(NAME))) {
                    defaults.load(in);
                }
            } else {
                try (InputStream in = SparkDefaults.class.getResourceAsStream("/conf/" + NAME)) {
                    if (in == null) {
                        throw new IllegalStateException("our jar lacks conf/" + NAME);
                    }
                    defaults.load(new InputStreamReader(in, StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + NAME, e);
        }
        return defaults;
    }
}
