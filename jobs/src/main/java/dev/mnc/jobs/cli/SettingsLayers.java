package dev.mnc.jobs.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from, the later over the earlier: built-in defaults, {@code conf/*.conf}, {@code --conf} files in
 * their order, {@code spark.mnc.*} properties, {@code --set}.
 *
 * <p>The built-in defaults stand in the config records and need no layer here. The {@code spark.mnc.} prefix is there
 * because spark-submit forwards only keys that start with {@code spark.}.
 */
final class SettingsLayers {

    private static final String SPARK_PREFIX = "spark.mnc.";

    private SettingsLayers() {}

    /**
     * @param directory holds {@code *.conf}, or null where there is none, as in a cluster's driver
     * @param files of {@code --conf}
     * @param properties those of the JVM; spark-submit puts its own there
     * @param sets of {@code --set}
     */
    static Settings load(@Nullable Path directory, List<Path> files, Properties properties, Map<String, String> sets) {
        Config merged =
                fromMap(sets, "--set").withFallback(fromMap(sparkKeys(properties), SPARK_PREFIX + "* property"));
        for (int i = files.size() - 1; i >= 0; i--) {
            merged = merged.withFallback(parse(files.get(i)));
        }
        for (Path file : confFiles(directory)) {
            merged = merged.withFallback(parse(file));
        }
        try {
            return Settings.of(merged.resolve());
        } catch (ConfigException e) {
            throw OperatorException.usage("settings cannot be resolved: " + e.getMessage(), "see: mnc config show");
        }
    }

    private static Map<String, String> sparkKeys(Properties properties) {
        Map<String, String> keys = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(SPARK_PREFIX)) {
                keys.put(name.substring(SPARK_PREFIX.length()), properties.getProperty(name));
            }
        }
        return keys;
    }

    private static Config fromMap(Map<String, String> values, String origin) {
        try {
            return ConfigFactory.parseMap(new LinkedHashMap<>(values), origin);
        } catch (ConfigException e) {
            throw OperatorException.usage(origin + ": " + e.getMessage(), "write key=value, e.g. label.batch-size=4");
        }
    }

    private static List<Path> confFiles(@Nullable Path directory) {
        if (directory == null || !Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().endsWith(".conf") && !isSparks(f))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    private static boolean isSparks(Path file) {
        return file.getFileName().toString().equals("spark-defaults.conf");
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file)) {
            throw OperatorException.usage("--conf " + file + ": no such file, or not readable", "give a readable file");
        }
        try {
            return ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        } catch (ConfigException e) {
            throw OperatorException.usage(String.valueOf(e.getMessage()), "fix the file; it is HOCON (or JSON)");
        }
    }
}
