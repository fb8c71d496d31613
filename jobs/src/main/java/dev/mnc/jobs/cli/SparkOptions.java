package dev.mnc.jobs.cli;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The options of spark-submit that follow {@code --} on the command line. With a local master Spark runs in this process,
 * and they become {@code spark.*} properties; a cluster's go to Spark's own submit, see {@link SparkLaunch}.
 */
final class SparkOptions {

    private static final String MASTER = "spark.master";

    /** Options that are another spelling of a property. */
    private static final Map<String, String> PROPERTY_OF = Map.of(
            "--master", MASTER,
            "--name", "spark.app.name",
            "--deploy-mode", "spark.submit.deployMode",
            "--driver-memory", "spark.driver.memory",
            "--executor-memory", "spark.executor.memory",
            "--executor-cores", "spark.executor.cores",
            "--total-executor-cores", "spark.cores.max",
            "--num-executors", "spark.executor.instances",
            "--files", "spark.files",
            "--archives", "spark.archives");

    private static final Set<String> CONF = Set.of("--conf", "-c");
    private static final String PROPERTIES_FILE = "--properties-file";

    /** Options that need what spark-submit does before an application starts: fetching jars, logging in. */
    private static final Set<String> NEED_SUBMIT = Set.of(
            "--jars",
            "--packages",
            "--exclude-packages",
            "--repositories",
            "--proxy-user",
            "--principal",
            "--keytab",
            "--verbose",
            "-v");

    /** Options about a driver or a queue that a local master does not have. */
    private static final Set<String> NEED_CLUSTER = Set.of(
            "--driver-cores",
            "--driver-java-options",
            "--driver-class-path",
            "--driver-library-path",
            "--queue",
            "--supervise");

    private static final Set<String> WITHOUT_VALUE = Set.of("--verbose", "-v", "--supervise");

    /** An option as it was given. */
    private record Given(String name, String value) {}

    private final List<String> words;
    private final List<Given> given;
    private final Map<String, String> properties;

    private SparkOptions(List<String> words, List<Given> given, Map<String, String> properties) {
        this.words = List.copyOf(words);
        this.given = given;
        this.properties = properties;
    }

    /**
     * Reads options and the properties they stand on: those of {@code conf/spark-defaults.conf} or of the file that
     * {@code --properties-file} names in its place, then {@code --conf}, then the named options.
     *
     * @param words what follows {@code --}
     * @param conf the directory of the settings, null where there is none
     * @throws OperatorException if an option is unknown, lacks its value, or has no meaning to its master
     */
    static SparkOptions read(List<String> words, @Nullable Path conf) {
        List<Given> given = parse(words);
        Map<String, String> properties = new TreeMap<>();
        Path file = propertiesFile(given);
        if (file != null) {
            readInto(properties, file);
        } else if (conf != null && Files.exists(conf.resolve("spark-defaults.conf"))) {
            readInto(properties, conf.resolve("spark-defaults.conf"));
            // Which cluster a command runs on is said where it is started.
            properties.remove(MASTER);
        }
        for (Given option : given) {
            if (CONF.contains(option.name)) {
                setPair(properties, option);
            }
        }
        for (Given option : given) {
            String property = PROPERTY_OF.get(option.name);
            if (property != null) {
                properties.put(property, option.value);
            }
        }
        SparkOptions options = new SparkOptions(words, given, properties);
        if (options.hasLocalMaster()) {
            options.requireLocalMeaning();
        }
        return options;
    }

    private static List<Given> parse(List<String> words) {
        List<Given> given = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            requireKnown(name);
            if (equals >= 0) {
                given.add(new Given(name, word.substring(equals + 1)));
            } else if (WITHOUT_VALUE.contains(name)) {
                given.add(new Given(name, ""));
            } else if (i + 1 < words.size()) {
                i++;
                given.add(new Given(name, words.get(i)));
            } else {
                throw OperatorException.usage(
                        name + " after -- has no value", "write for example -- --master 'local[4]'");
            }
        }
        return given;
    }

    private static void requireKnown(String name) {
        TreeSet<String> known = new TreeSet<>(PROPERTY_OF.keySet());
        known.addAll(CONF);
        known.add(PROPERTIES_FILE);
        known.addAll(NEED_SUBMIT);
        known.addAll(NEED_CLUSTER);
        if (!known.contains(name)) {
            throw OperatorException.usage(
                    String.format(
                            Locale.ROOT, "\"%s\" after -- is no option of spark-submit that can be used here", name),
                    NearestWord.of(name, List.copyOf(known))
                            .map(near -> "did you mean " + near + "?")
                            .orElse("options of mnc itself come before --"));
        }
    }

    private static @Nullable Path propertiesFile(List<Given> given) {
        Path file = null;
        for (Given option : given) {
            if (option.name.equals(PROPERTIES_FILE)) {
                file = Path.of(option.value);
            }
        }
        return file;
    }

    private static void readInto(Map<String, String> properties, Path file) {
        Properties read = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            read.load(in);
        } catch (IOException e) {
            throw OperatorException.usage(
                    "--properties-file " + file + ": no such file, or not readable", "give a readable file");
        }
        for (String name : read.stringPropertyNames()) {
            set(properties, name, read.getProperty(name).strip(), file.toString());
        }
    }

    private static void setPair(Map<String, String> properties, Given option) {
        int equals = option.value.indexOf('=');
        if (equals < 0) {
            throw OperatorException.usage(
                    option.name + " " + option.value + " after -- has no value",
                    "write key=value, e.g. --conf spark.executor.cores=4");
        }
        set(properties, option.value.substring(0, equals), option.value.substring(equals + 1), option.name);
    }

    private static void set(Map<String, String> properties, String key, String value, String origin) {
        if (!key.startsWith("spark.")) {
            throw OperatorException.usage(
                    String.format(Locale.ROOT, "\"%s\" (%s) is no setting of Spark", key, origin),
                    "Spark's begin with spark.; settings of mnc are given with --set before --");
        }
        properties.put(key, value);
    }

    private void requireLocalMeaning() {
        for (Given option : given) {
            if (NEED_CLUSTER.contains(option.name)) {
                throw OperatorException.usage(
                        option.name + " has no meaning to the master " + master(),
                        "leave it out; MNC_JAVA_OPTS holds options of this JVM");
            }
        }
        String mode = properties.remove("spark.submit.deployMode");
        if (mode != null && !mode.equals("client")) {
            throw OperatorException.usage(
                    "--deploy-mode " + mode + " needs a cluster, and the master is " + master(), "leave it out");
        }
    }

    /** Where Spark runs, as Spark writes it: {@code spark://host:7077}, {@code yarn}; all cores here if nobody said. */
    String master() {
        return properties.getOrDefault(MASTER, "local[*]");
    }

    /** Whether Spark runs on this machine alone. */
    boolean hasLocalMaster() {
        return master().startsWith("local");
    }

    /** Whether several executors are started as processes of this machine. */
    boolean hasLocalCluster() {
        return master().startsWith("local-cluster");
    }

    /** Whether Spark can be opened in this process without the help of spark-submit. */
    boolean openInProcess() {
        return hasLocalMaster() && given.stream().noneMatch(option -> NEED_SUBMIT.contains(option.name));
    }

    /** The words as they were given. */
    List<String> words() {
        return words;
    }

    /** The value of a property, or what stands in its place if nobody set it. */
    String property(String name, String absent) {
        return properties.getOrDefault(name, absent);
    }

    /** The last value of an option that is no property, or empty. */
    String lastOf(String name) {
        String last = "";
        for (Given option : given) {
            if (option.name.equals(name)) {
                last = option.value;
            }
        }
        return last;
    }

    /** Everything that was set, by name; where there are options at all, the master among it. */
    Map<String, String> properties() {
        Map<String, String> all = new TreeMap<>(properties);
        if (!words.isEmpty()) {
            all.putIfAbsent(MASTER, master());
        }
        return all;
    }
}
