package dev.mnc.jobs.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.deploy.SparkSubmit;

/**
 * The start of Spark for one command. With a local master a command opens its session in this process, for which the
 * options become properties of it; a cluster's driver and jars are arranged by Spark's own SparkSubmit, in this process too.
 */
public final class SparkLaunch {

    /** Names the option files that this process was started with, below {@code conf/jvm}, without their suffix. */
    private static final String OPTION_FILES = "mnc.jvm.options";

    private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
    private static final String PLUGINS = "spark.plugins";
    private static final String EXECUTOR_CLASS_PATH = "spark.executor.extraClassPath";

    /** Jars that no cluster has; Spark's own, and what those need, are there already. */
    private static final Pattern NOT_OF_SPARK = Pattern.compile(".*/(mnc-[^/]*\\.jar|spark-hadoop-cloud_[^/]*\\.jar"
            + "|(org/tensorflow|org/bytedeco|info/picocli|com/typesafe/config|com/drewnoakes|com/adobe/xmp|io/jhdf"
            + "|us/hebi|org/jspecify|org/apache/hadoop/hadoop-aws|software/amazon)/.*)");

    private final SparkOptions options;
    private final List<String> classPath;
    private final List<String> jvmOptions;

    /**
     * @param options what the user asked for
     * @param classPath of this process, its own jar first
     * @param jvmOptions of this process as its option files hold them; executors get them too
     */
    SparkLaunch(SparkOptions options, List<String> classPath, List<String> jvmOptions) {
        this.options = options;
        this.classPath = List.copyOf(classPath);
        this.jvmOptions = List.copyOf(jvmOptions);
    }

    /**
     * Reads what the user asked for.
     *
     * @param words the options that follow {@code --}
     * @param system the properties of this process, of which the launcher sets some
     */
    public static SparkLaunch of(List<String> words, Properties system) {
        String conf = system.getProperty(CommonOptions.CONF_DIRECTORY_PROPERTY);
        List<String> jvmOptions = new ArrayList<>();
        if (conf != null) {
            for (String name : system.getProperty(OPTION_FILES, "").split(",", -1)) {
                if (!name.isEmpty()) {
                    jvmOptions.addAll(JvmOptions.read(Path.of(conf, "jvm", name + ".options")));
                }
            }
        }
        return new SparkLaunch(
                SparkOptions.read(words, conf == null ? null : Path.of(conf)),
                Arrays.asList(system.getProperty("java.class.path", "").split(File.pathSeparator, -1)),
                jvmOptions);
    }

    /** Whether the command opens its session in this process. */
    public boolean inProcess() {
        return options.openInProcess();
    }

    /** Returns what the user should know of options that cannot do what they say. */
    public List<String> warnings() {
        String memory = options.lastOf("--driver-memory");
        return memory.isEmpty() || !options.hasLocalMaster()
                ? List.of()
                : List.of("--driver-memory " + memory + " comes too late for this process; give MNC_JAVA_OPTS=-Xmx"
                        + memory);
    }

    /** Returns the properties of a session in this process. */
    public Map<String, String> properties() {
        Map<String, String> properties = options.properties();
        if (options.hasLocalCluster()) {
            properties.putAll(executorProperties());
        }
        return properties;
    }

    /**
     * Returns the arguments of SparkSubmit: ours that the user may change, the user's, and those made of both.
     *
     * @param mainClass of the application
     * @param defaults properties where the user names no other file
     * @param command the words of the command with its options
     * @throws dev.mnc.jobs.failure.OperatorException if a secret would go to Kubernetes
     */
    List<String> submitArguments(String mainClass, Path defaults, List<String> command) {
        SubmittedSecrets.refuse(options.master(), options.properties());
        List<String> arguments =
                new ArrayList<>(List.of("--properties-file", defaults.toString(), "--class", mainClass));
        arguments.addAll(options.words());
        arguments.addAll(List.of("--master", options.master()));
        if (!options.hasLocalMaster()) {
            arguments.addAll(List.of("--jars", jars()));
        }
        executorProperties().forEach((name, value) -> arguments.addAll(List.of("--conf", name + "=" + value)));
        arguments.add("spark-internal");
        arguments.addAll(command);
        return arguments;
    }

    /** What executors need to run as this process does: its options, and on this machine its class path. */
    private Map<String, String> executorProperties() {
        Map<String, String> properties = new TreeMap<>();
        properties.put(EXECUTOR_OPTIONS, JvmOptions.forExecutors(jvmOptions, options.property(EXECUTOR_OPTIONS, "")));
        if (options.hasLocalCluster()) {
            String theirs = options.property(EXECUTOR_CLASS_PATH, "");
            properties.put(
                    EXECUTOR_CLASS_PATH,
                    String.join(File.pathSeparator, classPath) + (theirs.isEmpty() ? "" : File.pathSeparator + theirs));
        }
        if (jvmOptions.stream().anyMatch(option -> option.startsWith("-D" + OptimisedPackages.PROPERTY))) {
            String theirs = options.property(PLUGINS, "");
            properties.put(PLUGINS, OptimisedPackages.class.getName() + (theirs.isEmpty() ? "" : "," + theirs));
        }
        return properties;
    }

    /** Runs a command by SparkSubmit, which starts our main class again, with the command alone. */
    public void submit(String mainClass, List<String> command) {
        Path defaults =
                Path.of(System.getProperty(CommonOptions.CONF_DIRECTORY_PROPERTY, "conf"), "spark-defaults.conf");
        SparkSubmit.main(submitArguments(mainClass, defaults, command).toArray(String[]::new));
    }

    /** Our jars and the user's. */
    private String jars() {
        String theirs = options.lastOf("--jars");
        if (theirs.isEmpty()) {
            theirs = options.property("spark.jars", "");
        }
        return classPath.stream()
                        .filter(jar -> NOT_OF_SPARK.matcher(jar).matches())
                        .collect(Collectors.joining(","))
                + (theirs.isEmpty() ? "" : "," + theirs);
    }
}
