package dev.mnc.jobs.cli;

import dev.mnc.jobs.failure.OperatorException;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.deploy.SparkSubmit;
import org.jspecify.annotations.Nullable;

/**
 * The start of Spark for one command. With a local master a command opens its session in this process, for which the
 * options become properties of it; a cluster's driver and jars are arranged by Spark's own SparkSubmit, in this process too.
 */
public final class SparkLaunch {

    /** Names the option files that this process was started with, below {@code conf/jvm}, without their suffix. */
    private static final String OPTION_FILES = "mnc.jvm.options";

    /** Names our own part of the class path, the primary jar among it; the rest is Spark's. */
    private static final String CLASS_PATH = "mnc.class-path";

    private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
    private static final String DRIVER_OPTIONS = "spark.driver.extraJavaOptions";
    private static final String PLUGINS = "spark.plugins";
    private static final String EXECUTOR_CLASS_PATH = "spark.executor.extraClassPath";

    /** Where mnc-spark is installed on every machine of the cluster: jars are named there instead of travelling. */
    static final String INSTALLED = "spark.mnc.installed-at";

    /** Options of a JVM that two cannot share: they would write one file, listen at one port, or need an open file of ours. */
    private static final List<String> OF_ONE_PROCESS =
            List.of("-XX:ArchiveClassesAtExit", "-Dmnc.class-archive", "-agentlib:", "-javaagent:", "-Dmnc.stderr");

    private static final String ATTEMPTS = "spark.yarn.maxAppAttempts";

    private static final String INSTALLED_IN_IMAGES = "/opt/mnc-spark";
    private static final Pattern PRIMARY_JAR = Pattern.compile("mnc-jobs-.*\\.jar");

    private final SparkOptions options;
    private final List<String> ours;
    private final String classPath;
    private final List<String> jvmOptions;

    /**
     * @param options what the user asked for
     * @param ours our part of this process's class path
     * @param classPath of this process
     * @param jvmOptions of this process as its option files hold them; executors get them too
     */
    SparkLaunch(SparkOptions options, List<String> ours, String classPath, List<String> jvmOptions) {
        this.options = options;
        this.ours = List.copyOf(ours);
        this.classPath = classPath;
        this.jvmOptions = List.copyOf(jvmOptions);
    }

    /**
     * Reads what the user asked for.
     *
     * @param words the options that follow {@code --}
     * @param system the properties of this process, of which the launcher sets some
     * @param environment of this process
     */
    public static SparkLaunch of(List<String> words, Properties system, Map<String, String> environment) {
        String conf = system.getProperty(CommonOptions.CONF_DIRECTORY_PROPERTY);
        List<String> jvmOptions = new ArrayList<>();
        if (conf != null) {
            for (String name : system.getProperty(OPTION_FILES, "").split(",", -1)) {
                if (!name.isEmpty()) {
                    jvmOptions.addAll(JvmOptions.read(Path.of(conf, "jvm", name + ".options")));
                }
            }
        }
        String all = system.getProperty("java.class.path", "");
        return new SparkLaunch(
                SparkOptions.read(words, conf == null ? null : Path.of(conf), site(environment)),
                jars(system.getProperty(CLASS_PATH, all)),
                all,
                jvmOptions);
    }

    /** The directory of the settings of the Spark in use, as Spark's own scripts find it. */
    private static @Nullable Path site(Map<String, String> environment) {
        String conf = environment.get("SPARK_CONF_DIR");
        String home = environment.get("SPARK_HOME");
        if (conf != null) {
            return Path.of(conf);
        }
        return home == null ? null : Path.of(home, "conf");
    }

    /** Splits a class path; a folder's {@code /*} stands for its jars. */
    private static List<String> jars(String text) {
        List<String> entries = new ArrayList<>();
        for (String entry : text.split(File.pathSeparator, -1)) {
            if (!entry.endsWith("/*")) {
                entries.add(entry);
                continue;
            }
            Path folder = Path.of(entry.substring(0, entry.length() - 2));
            try (Stream<Path> files = Files.list(folder)) {
                files.map(Path::toString)
                        .filter(file -> file.endsWith(".jar"))
                        .sorted()
                        .forEach(entries::add);
            } catch (IOException e) {
                throw OperatorException.environment(
                        "cannot read the libraries in " + folder, "unpack the archive of mnc-spark again");
            }
        }
        return entries;
    }

    /** Whether the command opens its session in this process. */
    public boolean inProcess() {
        return options.openInProcess();
    }

    /** Whether a session that is opened in this process would lack something that the user asked for. */
    public boolean needsSubmit() {
        return options.needSubmit();
    }

    /** Returns the same launch with the driver in this process, whatever the deploy mode. */
    public SparkLaunch inClientMode() {
        return new SparkLaunch(options.inClientMode(), ours, classPath, jvmOptions);
    }

    /** Returns what the user should know of options that cannot do what they say. */
    public List<String> warnings() {
        String memory = options.lastOf("--driver-memory");
        return memory.isEmpty() || !options.hasLocalMaster()
                ? List.of()
                : List.of("--driver-memory " + memory + " comes too late for this process; give MNC_JAVA_OPTS=-Xmx"
                        + memory);
    }

    /** Returns the properties of a session in this process, which is the driver then whatever the deploy mode. */
    public Map<String, String> properties() {
        Map<String, String> properties = options.properties();
        if (options.hasLocalCluster() || !options.hasLocalMaster()) {
            properties.putAll(processProperties());
        }
        if (!options.hasLocalMaster()) {
            properties.remove("spark.submit.deployMode");
            List<String> jars = new ArrayList<>(List.of(onTheCluster(primary())));
            jars.addAll(libraries());
            properties.put("spark.jars", String.join(",", jars));
        }
        return properties;
    }

    /**
     * Returns the arguments of SparkSubmit in this process: all properties, ours that the user may change among them, and
     * the jars.
     *
     * @param mainClass of the application
     * @param command the words of the command with its options
     * @param settings of mnc, as properties
     * @throws OperatorException if a secret would go to Kubernetes
     */
    List<String> submitArguments(String mainClass, List<String> command, Map<String, String> settings) {
        List<String> arguments = new ArrayList<>(List.of("--class", mainClass));
        arguments.addAll(options.submitWords());
        Map<String, String> properties = options.submitProperties();
        SubmittedSecrets.refuse(options.master(), options.submitted());
        properties.putAll(processProperties());
        properties.putAll(settings);
        properties.remove(INSTALLED);
        return withJars(arguments, properties, command);
    }

    /**
     * Returns the line that does the same with a spark-submit of others. It holds what the user gave and what no other
     * place tells: the application brings its defaults along, and Spark reads its own.
     *
     * @param mainClass of the application
     * @param command the words of the command with its options
     * @throws OperatorException if a secret would go to Kubernetes
     */
    public List<String> submitLine(String mainClass, List<String> command) {
        SubmittedSecrets.refuse(options.master(), options.submitted());
        List<String> line = new ArrayList<>(List.of("spark-submit", "--class", mainClass));
        line.addAll(options.givenWords());
        TravellingSettings travelling = travelling(command);
        Map<String, String> properties = processProperties();
        properties.putAll(travelling.properties());
        return withJars(line, properties, travelling.command());
    }

    /** The settings for a machine that has neither our folder conf nor the files named here. */
    private TravellingSettings travelling(List<String> command) {
        return TravellingSettings.of(command, System.getProperties(), options.submitProperties());
    }

    private List<String> withJars(List<String> arguments, Map<String, String> properties, List<String> command) {
        arguments.addAll(List.of("--master", options.master()));
        properties.forEach((name, value) -> arguments.addAll(List.of("--conf", name + "=" + value)));
        List<String> jars = libraries();
        if (!jars.isEmpty()) {
            arguments.addAll(List.of("--jars", String.join(",", jars)));
        }
        arguments.add(options.hasDistantDriver() ? onTheCluster(primary()) : primary());
        arguments.addAll(command);
        return arguments;
    }

    /** The jar of our main class. */
    private String primary() {
        return ours.stream()
                .filter(SparkLaunch::isPrimary)
                .findFirst()
                .orElseThrow(() -> OperatorException.environment(
                        "there is no mnc-jobs-*.jar among the libraries",
                        "start the command with deploy/bin/mnc, or bin/mnc"));
    }

    private static boolean isPrimary(String jar) {
        return PRIMARY_JAR.matcher(Path.of(jar).getFileName().toString()).matches();
    }

    /**
     * The other jars that machines of a cluster lack, and the user's. Pods have ours on their class path; an executor would copy
     * each that is named to its own disk, and a driver outside the cluster would look for it here.
     */
    private List<String> libraries() {
        List<String> jars = new ArrayList<>();
        boolean lacking = !options.hasLocalMaster() && !options.hasKubernetes();
        for (String jar : ours) {
            if (lacking && jar.endsWith(".jar") && !isPrimary(jar)) {
                jars.add(onTheCluster(jar));
            }
        }
        jars.addAll(options.jars());
        return jars;
    }

    /** Where machines of the cluster find a jar: in their own installation, as in images, or where it lies here. */
    private String onTheCluster(String jar) {
        String home = options.property(INSTALLED, options.hasKubernetes() ? INSTALLED_IN_IMAGES : "");
        return home.isEmpty() ? jar : "local://" + home + "/lib/" + Path.of(jar).getFileName();
    }

    /** What processes of the cluster need to run as this one does: its options, and on this machine its class path. */
    private Map<String, String> processProperties() {
        Map<String, String> properties = new TreeMap<>();
        properties.put(EXECUTOR_OPTIONS, JvmOptions.forExecutors(jvmOptions, options.property(EXECUTOR_OPTIONS, "")));
        if (options.hasDistantDriver()) {
            properties.put(DRIVER_OPTIONS, JvmOptions.forExecutors(jvmOptions, options.property(DRIVER_OPTIONS, "")));
            if (ClusterClient.of(options.master()) == ClusterClient.YARN) {
                // YARN cannot tell a mistyped option from a lost machine, and repeats both.
                properties.put(ATTEMPTS, options.property(ATTEMPTS, "1"));
            }
        }
        if (options.hasLocalCluster()) {
            String theirs = options.property(EXECUTOR_CLASS_PATH, "");
            properties.put(EXECUTOR_CLASS_PATH, classPath + (theirs.isEmpty() ? "" : File.pathSeparator + theirs));
        }
        if (jvmOptions.stream().anyMatch(option -> option.startsWith("-D" + OptimisedPackages.PROPERTY))) {
            String theirs = options.property(PLUGINS, "");
            properties.put(PLUGINS, OptimisedPackages.class.getName() + (theirs.isEmpty() ? "" : "," + theirs));
        }
        return properties;
    }

    /**
     * Runs a command by SparkSubmit, which starts our main class again in this process, with the command alone.
     *
     * @throws OperatorException if this Spark cannot talk to the cluster, or a secret would go to Kubernetes
     */
    public void submit(String mainClass, List<String> command) {
        requireCluster();
        SparkSubmit.main(submitArguments(mainClass, command, Map.of()).toArray(String[]::new));
    }

    private void requireCluster() {
        ClusterClient.of(options.master()).require(System.getenv());
        SubmittedSecrets.refuseFiles(options, System.getenv());
    }

    /** Whether the driver runs on another machine, so that its end is not that of this process. */
    public boolean hasDistantDriver() {
        return !inProcess() && options.hasDistantDriver();
    }

    /** Returns the master's address. */
    public String master() {
        return options.master();
    }

    /** Whether SparkSubmit ends only when a distant driver has ended. */
    public boolean waitsForDriver() {
        String waits = switch (ClusterClient.of(options.master())) {
            case CORE -> options.property("spark.standalone.submit.waitAppCompletion", "false");
            case YARN -> options.property("spark.yarn.submit.waitAppCompletion", "true");
            case KUBERNETES -> options.property("spark.kubernetes.submission.waitAppCompletion", "true");
        };
        return Boolean.parseBoolean(waits);
    }

    /** Returns Spark's settings as the driver will have them. */
    public SparkConf conf() {
        SparkConf conf = new SparkConf(false).setMaster(options.master());
        options.submitProperties().forEach(conf::set);
        return conf;
    }

    /** Returns Hadoop's settings as the driver will have them. */
    public Configuration hadoop() {
        return SparkHadoopUtil.get().newConfiguration(conf());
    }

    /**
     * Returns what Java is given to hand a command to a distant driver by SparkSubmit, in a process like this one.
     *
     * @param mainClass of the application
     * @param command the words of the command with its options
     * @param more properties for the driver
     * @throws OperatorException if this Spark cannot talk to the cluster, or a secret would go to Kubernetes
     */
    public List<String> distantSubmit(String mainClass, List<String> command, Map<String, String> more) {
        requireCluster();
        TravellingSettings travelling = travelling(command);
        Map<String, String> properties = new TreeMap<>(travelling.properties());
        properties.putAll(more);
        List<String> words = new ArrayList<>();
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (OF_ONE_PROCESS.stream().noneMatch(option::startsWith)) {
                words.add(option);
            }
        }
        words.addAll(List.of("-cp", classPath, SparkSubmit.class.getName()));
        words.addAll(submitArguments(mainClass, travelling.command(), properties));
        return words;
    }
}
