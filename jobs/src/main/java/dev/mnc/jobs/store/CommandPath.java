package dev.mnc.jobs.store;

import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A path as it stands on a command line. One without a scheme lies in the file system that {@code fs.defaultFS} of Hadoop's
 * settings names, as everywhere in Spark: in HDFS where {@code HADOOP_CONF_DIR} says so, else on the machine's own disk.
 */
public final class CommandPath {

    private static final String DEFAULT = "fs.defaultFS";

    /** {@code hdfs:/labels} is short for an address at the name node of the settings. */
    private static final Pattern SHORT = Pattern.compile("(hdfs|viewfs):(/[^/].*)", Pattern.DOTALL);

    private CommandPath() {}

    /** Returns the address of a path by the settings of this process; a path of this machine's disk as it is. */
    public static String address(String path) {
        return isPlain(path) && !hasSettings() ? path : address(path, Sessions.hadoop());
    }

    /** Returns the address of a path by Hadoop's settings; a path of this machine's disk as it is. */
    public static String address(String path, Configuration configuration) {
        if (!isPlain(path)) {
            return SHORT.matcher(path).replaceFirst("$1://$2");
        }
        URI store = FileSystem.getDefaultUri(configuration);
        if ("file".equals(store.getScheme())) {
            return path;
        }
        return store.getScheme() + "://"
                + Optional.ofNullable(store.getAuthority()).orElse("")
                + (path.startsWith("/") ? path : home(store, configuration) + "/" + path);
    }

    private static String home(URI store, Configuration configuration) {
        try {
            return FileSystem.get(store, configuration)
                    .getHomeDirectory()
                    .toUri()
                    .getPath();
        } catch (IOException e) {
            throw OperatorException.environment(
                    "cannot open " + store + ", where paths without a scheme lie (" + DEFAULT + "): "
                            + ErrorMessages.firstLine(e),
                    "write file:// before the absolute path of a file of this machine, or check HADOOP_CONF_DIR");
        }
    }

    /**
     * Returns the address of a folder that executors write to.
     *
     * @param option of the command line
     * @throws OperatorException if each of them would write to its own machine's disk, unless {@code file:} says that they
     *     share it
     */
    public static String ofExecutors(String option, String path) {
        return ofExecutors(option, path, master(), address(path));
    }

    static String ofExecutors(String option, String path, String master, String address) {
        if (!isPlain(address)) {
            return address;
        }
        if (hasOtherMachines(master)) {
            throw refusal(option, path, "each executor of " + master + " would write to its own");
        }
        // Executors of local-cluster have working directories of their own.
        return master.startsWith("local-cluster") ? absolute(address) : address;
    }

    /**
     * Returns the address of what a driver on another machine reads or writes.
     *
     * @param option of the command line
     * @param configuration of Hadoop for that driver
     * @throws OperatorException if it lies on this machine's disk, unless {@code file:} says that both share it
     */
    public static String ofDriver(String option, String path, String master, Configuration configuration) {
        String address = address(path, configuration);
        if (isPlain(address)) {
            throw refusal(option, path, "the driver of " + master + " runs on another");
        }
        return address;
    }

    /** Returns a warning about a path that executors on other machines read at their own disks, if it is one. */
    public static Optional<String> warning(String option, String path) {
        return warning(option, path, master(), address(path));
    }

    static Optional<String> warning(String option, String path, String master, String address) {
        return isPlain(address) && hasOtherMachines(master)
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "%s %s: executors of %s look for it on their own machines; if it is there at the same path, say"
                                + " so: %s %s",
                        option,
                        path,
                        master,
                        option,
                        shared(path)))
                : Optional.empty();
    }

    private static OperatorException refusal(String option, String path, String why) {
        String name = Path.of(path).toAbsolutePath().normalize().getFileName() + "";
        return OperatorException.usage(
                option + " " + path + " is a path of one machine, and " + why,
                String.format(
                        Locale.ROOT,
                        "give an address that all machines reach, as s3a://BUCKET/%s or hdfs:///%s; if they share this"
                                + " disk, say so: %s %s",
                        name,
                        name,
                        option,
                        shared(path)));
    }

    private static String shared(String path) {
        return "file://" + absolute(path);
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    private static boolean isPlain(String path) {
        return Store.isLocal(path)
                && !path.startsWith("file:")
                && !SHORT.matcher(path).matches();
    }

    private static boolean hasOtherMachines(String master) {
        return !master.startsWith("local");
    }

    private static String master() {
        return System.getProperty("spark.master", "local");
    }

    /** Looks before Hadoop is loaded, which takes longer than many a command. */
    private static boolean hasSettings() {
        return System.getProperty("spark.hadoop." + DEFAULT) != null
                || CommandPath.class.getClassLoader().getResource("core-site.xml") != null;
    }
}
