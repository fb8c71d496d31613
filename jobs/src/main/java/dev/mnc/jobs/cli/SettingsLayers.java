package dev.mnc.jobs.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sources of settings, the later over the earlier: built-in defaults, {@code conf/*.conf}, {@code --conf} files in
 * their order, {@code spark.mnc.*} properties, {@code --set}.
 *
 * <p>The built-in defaults stand in the config records and need no layer here. The {@code spark.mnc.} prefix is there
 * because spark-submit forwards only keys that start with {@code spark.}.
 */
final class SettingsLayers {

    static final String SPARK_PREFIX = "spark.mnc.";

    /** Names the files that settings of another machine were read from; their values travel as the other properties. */
    static final String FILES_PROPERTY = "spark.mnc.settings-files";

    /** Properties of our prefix that carry no setting: they tell drivers and executors what was started, and how. */
    private static final Set<String> NO_SETTINGS =
            Set.of(FILES_PROPERTY, SparkLaunch.INSTALLED, "spark.mnc.model-host", "spark.mnc.outcome");

    private SettingsLayers() {}

    /**
     * Merged layers.
     *
     * @param merged settings
     * @param files that were read, the later over the earlier
     */
    record Loaded(Config merged, List<String> files) {

        /** Every setting as text, by its full key; the entries of a list separated by commas. */
        Map<String, String> texts() {
            Map<String, String> texts = new TreeMap<>();
            merged.entrySet().forEach(setting -> {
                Object value = setting.getValue().unwrapped();
                texts.put(
                        setting.getKey(),
                        value instanceof List<?> list
                                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                                : String.valueOf(value));
            });
            return texts;
        }
    }

    /**
     * Returns the directory of {@code *.conf}: the one that the launcher names, else the one of the installation that our
     * jar lies in, else null.
     */
    static @Nullable Path directory(Properties properties) {
        String named = properties.getProperty(CommonOptions.CONF_DIRECTORY_PROPERTY);
        if (named != null) {
            return Path.of(named);
        }
        if (properties.containsKey(FILES_PROPERTY)) {
            return null; // They have been read where the command was given.
        }
        try {
            Path jar = Path.of(SettingsLayers.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path lib = jar.getParent();
            Path conf = lib == null ? jar : lib.resolveSibling("conf");
            return lib != null && lib.endsWith("lib") && Files.isDirectory(conf) ? conf : null;
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the address of our jar is none", e);
        }
    }

    /**
     * Reads and merges the layers.
     *
     * @param directory holds {@code *.conf}, or null where there is none, as in a cluster's driver
     * @param files of {@code --conf}
     * @param properties those of the JVM; spark-submit puts its own there
     * @param sets of {@code --set}
     */
    static Loaded load(@Nullable Path directory, List<Path> files, Properties properties, Map<String, String> sets) {
        Config merged =
                fromMap(sets, "--set").withFallback(fromMap(sparkKeys(properties), SPARK_PREFIX + "* property"));
        List<Path> read = new ArrayList<>(confFiles(directory));
        read.addAll(files);
        for (int i = read.size() - 1; i >= 0; i--) {
            merged = merged.withFallback(parse(read.get(i)));
        }
        String elsewhere = properties.getProperty(FILES_PROPERTY, "");
        List<String> names = new ArrayList<>(elsewhere.isEmpty() ? List.of() : List.of(elsewhere.split(",", -1)));
        read.forEach(file -> names.add(file.toString()));
        try {
            return new Loaded(merged.resolve(), names);
        } catch (ConfigException e) {
            throw OperatorException.usage("settings cannot be resolved: " + e.getMessage(), "see: mnc config show");
        }
    }

    /** Returns files in the same order, those that follow each other in one folder as the folder and their number. */
    static List<String> byFolder(List<String> files) {
        List<String> shorter = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= files.size(); to++) {
            if (to < files.size() && folder(files.get(to)).equals(folder(files.get(from)))) {
                continue;
            }
            shorter.add(to - from == 1 ? files.get(from) : folder(files.get(from)) + " (" + (to - from) + " files)");
            from = to;
        }
        return shorter;
    }

    private static String folder(String file) {
        Path parent = Path.of(file).getParent();
        return parent == null ? "." : parent.toString();
    }

    private static Map<String, String> sparkKeys(Properties properties) {
        Map<String, String> keys = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(SPARK_PREFIX) && !NO_SETTINGS.contains(name)) {
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
