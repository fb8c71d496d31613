package dev.mnc.jobs.cli;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The options of spark-submit that follow {@code --} on the command line. With a local master Spark runs in this process,
 * and they become {@code spark.*} properties; a cluster's go to Spark's own submit, see {@link SparkLaunch}.
 */
final class SparkOptions {

    private static final String MASTER = "spark.master";
    private static final String DEPLOY_MODE = "spark.submit.deployMode";

    private static final String DRIVER_JAVA_OPTIONS = "--driver-java-options";

    /** Options that are another spelling of a property. */
    private static final Map<String, String> PROPERTY_OF = Map.ofEntries(
            Map.entry("--master", MASTER),
            Map.entry("--name", "spark.app.name"),
            Map.entry("--deploy-mode", DEPLOY_MODE),
            Map.entry("--driver-memory", "spark.driver.memory"),
            Map.entry(DRIVER_JAVA_OPTIONS, "spark.driver.extraJavaOptions"),
            Map.entry("--executor-memory", "spark.executor.memory"),
            Map.entry("--executor-cores", "spark.executor.cores"),
            Map.entry("--total-executor-cores", "spark.cores.max"),
            Map.entry("--num-executors", "spark.executor.instances"),
            Map.entry("--files", "spark.files"),
            Map.entry("--archives", "spark.archives"));

    private static final Set<String> CONF = Set.of("--conf", "-c");
    private static final String PROPERTIES_FILE = "--properties-file";
    private static final String JARS = "--jars";
    private static final String SPARK_JARS = "spark.jars";
    private static final String DEFAULTS = "spark-defaults.conf";

    /** Options that need what spark-submit does before an application starts: fetching jars, logging in. */
    private static final Set<String> NEED_SUBMIT = Set.of(
            JARS,
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
            DRIVER_JAVA_OPTIONS,
            "--driver-class-path",
            "--driver-library-path",
            "--queue",
            "--supervise");

    /** Properties that spark-submit acts on and a session does not. */
    private static final Set<String> OF_SUBMIT = Set.of("spark.jars.packages", "spark.kerberos.keytab");

    private static final Set<String> WITHOUT_VALUE = Set.of("--verbose", "-v", "--supervise");

    /** An option as it was given. */
    private record Given(String name, String value) {}

    private final List<Given> given;
    private final Map<String, String> properties;

    private SparkOptions(List<Given> given, Map<String, String> properties) {
        this.given = given;
        this.properties = properties;
    }

    /** Reads options with our own defaults alone, where Spark has none of its own. */
    static SparkOptions read(List<String> words, @Nullable Path conf) {
        return read(words, conf, null);
    }

    /**
     * Reads options and the properties they stand on, the later over the earlier: {@code spark-defaults.conf} of ours, that of
     * the Spark in use, the file of {@code --properties-file}, {@code --conf}, the named options.
     *
     * @param words what follows {@code --}
     * @param conf the directory of our settings, null where there is none
     * @param site the directory of Spark's own settings, null where there is none
     * @throws OperatorException if an option is unknown, lacks its value, or has no meaning to its master
     */
    static SparkOptions read(List<String> words, @Nullable Path conf, @Nullable Path site) {
        List<Given> given = parse(words);
        Map<String, String> properties = new TreeMap<>();
        for (Path directory : Arrays.asList(conf, site)) {
            if (directory != null && Files.exists(directory.resolve(DEFAULTS))) {
                readInto(properties, directory.resolve(DEFAULTS));
            }
        }
        // Which cluster a command runs on is said where it is started.
        properties.remove(MASTER);
        readFiles(properties, given);
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
        SparkOptions options = new SparkOptions(given, properties);
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

    private static void readFiles(Map<String, String> properties, List<Given> given) {
        for (Given option : given) {
            if (option.name.equals(PROPERTIES_FILE)) {
                readInto(properties, Path.of(option.value));
            }
        }
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
        String mode = properties.remove(DEPLOY_MODE);
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

    /** Whether Spark runs in pods. */
    boolean hasKubernetes() {
        return master().startsWith("k8s://");
    }

    /** Whether several executors are started as processes of this machine. */
    boolean hasLocalCluster() {
        return master().startsWith("local-cluster");
    }

    /** Whether Spark can be opened in this process without the help of spark-submit. */
    boolean openInProcess() {
        return hasLocalMaster() && given.stream().noneMatch(option -> NEED_SUBMIT.contains(option.name));
    }

    /** Whether only spark-submit does all that was asked for: a session alone fetches no packages and does not log in. */
    boolean needSubmit() {
        return given.stream()
                        .anyMatch(option -> NEED_SUBMIT.contains(option.name) || NEED_CLUSTER.contains(option.name))
                || !Collections.disjoint(properties.keySet(), OF_SUBMIT);
    }

    /** Returns the same options with the driver in the process that submits. */
    SparkOptions inClientMode() {
        Map<String, String> client = new TreeMap<>(properties);
        client.remove(DEPLOY_MODE);
        return new SparkOptions(given, client);
    }

    /** Whether the driver runs on another machine. */
    boolean hasDistantDriver() {
        return property(DEPLOY_MODE, "client").equals("cluster");
    }

    /** Returns the options that are no properties, as spark-submit takes them; jars and files of properties left out. */
    List<String> submitWords() {
        return words(option -> !PROPERTY_OF.containsKey(option.name)
                && !CONF.contains(option.name)
                && !option.name.equals(PROPERTIES_FILE));
    }

    /**
     * Returns the options as they were given, without the master, jars, and Java's options, which ours are joined with. Of several
     * files of properties spark-submit would read the last alone, so what they hold takes their place.
     */
    List<String> givenWords() {
        boolean several = given.stream()
                        .filter(option -> option.name.equals(PROPERTIES_FILE))
                        .count()
                > 1;
        List<String> words = new ArrayList<>();
        if (several) {
            Map<String, String> held = new TreeMap<>();
            readFiles(held, given);
            held.keySet().removeAll(Set.of(MASTER, SPARK_JARS));
            held.forEach((name, value) -> words.addAll(List.of("--conf", name + "=" + value)));
        }
        words.addAll(words(option -> !option.name.equals("--master")
                && !option.name.equals(DRIVER_JAVA_OPTIONS)
                && !(several && option.name.equals(PROPERTIES_FILE))));
        return words;
    }

    /** Returns everything that Spark would write down for a cluster: properties, and options by their own names. */
    Map<String, String> submitted() {
        Map<String, String> all = submitProperties();
        for (Given option : given) {
            if (!PROPERTY_OF.containsKey(option.name) && !CONF.contains(option.name)) {
                all.put(option.name, option.value);
            }
        }
        return all;
    }

    private List<String> words(Predicate<Given> wanted) {
        List<String> words = new ArrayList<>();
        for (Given option : given) {
            if (!option.name.equals(JARS) && wanted.test(option)) {
                words.add(option.name);
                if (!WITHOUT_VALUE.contains(option.name)) {
                    words.add(option.value);
                }
            }
        }
        return words;
    }

    /** The jars that the user wants along, of the option or else of the property. */
    List<String> jars() {
        String jars = property(SPARK_JARS, "");
        for (Given option : given) {
            if (option.name.equals(JARS)) {
                jars = option.value;
            }
        }
        return Arrays.stream(jars.split(",", -1)).filter(jar -> !jar.isBlank()).toList();
    }

    /** Everything that was set but the master and jars, by name. */
    Map<String, String> submitProperties() {
        Map<String, String> all = new TreeMap<>(properties);
        all.keySet().removeAll(Set.of(MASTER, SPARK_JARS));
        return all;
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
        if (!given.isEmpty()) {
            all.putIfAbsent(MASTER, master());
        }
        return all;
    }
}
