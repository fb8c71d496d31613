package dev.mnc.jobs.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The packages whose code Java's optimising compiler (c2) compiles; the fast compiler (c1) keeps all other code. The option
 * files in {@code conf/jvm} name them in a property and say why.
 *
 * <p>Java takes such directives from a file when it starts. An executor on another machine has no such file, so they are
 * given to the JVM that runs already: on the driver by {@code Main}, on executors by this plugin.
 */
public final class OptimisedPackages implements SparkPlugin {

    /** Names the packages, separated by commas, with {@code /} between their parts. */
    static final String PROPERTY = "mnc.optimised-packages";

    /** Gives the directives to this JVM, if the property asks for it. A JVM without such directives compiles as it likes. */
    public static void apply() {
        String packages = System.getProperty(PROPERTY, "");
        if (packages.isEmpty()) {
            return;
        }
        try {
            Path file = Files.createTempFile("mnc-compiler", ".json");
            try {
                Files.writeString(file, directives(packages));
                ManagementFactory.getPlatformMBeanServer()
                        .invoke(
                                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                "compilerDirectivesAdd",
                                new Object[] {new String[] {'"' + file.toString() + '"'}},
                                new String[] {String[].class.getName()});
            } finally {
                Files.delete(file);
            }
        } catch (JMException | IOException e) {
            LoggerFactory.getLogger(OptimisedPackages.class)
                    .warn(
                            "the compilers of this JVM take no directives, so labelling costs more CPU: {}",
                            e.toString());
        }
    }

    /** Returns directives as Java reads them, the first that matches a method counts. */
    static String directives(String packages) {
        String matches = Arrays.stream(packages.split(",", -1))
                .map(name -> '"' + name + "/*.*\"")
                .collect(Collectors.joining(", "));
        return "[ { match: [" + matches + "], c2: { Exclude: false } }, { match: [\"*.*\"], c2: { Exclude: true } } ]";
    }

    @Override
    public @Nullable DriverPlugin driverPlugin() {
        return null;
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            @Override
            public void init(PluginContext context, Map<String, String> driver) {
                if (!context.executorID().equals("driver")) {
                    apply();
                }
            }
        };
    }
}
