package dev.mnc.jobs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** The options every command has; mixed in with {@code @Mixin private final CommonOptions common = new CommonOptions();}. */
public final class CommonOptions {

    /** Names the directory of the {@code *.conf} files; the launcher sets it. */
    public static final String CONF_DIRECTORY_PROPERTY = "mnc.conf.dir";

    @Option(names = "--conf", paramLabel = "FILE", description = "Settings file (HOCON); repeatable, the last wins.")
    private final List<Path> files = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "key=value",
            description = "One setting, e.g. label.batch-size=4; repeatable. See: mnc config show")
    private final Map<String, String> sets = new LinkedHashMap<>();

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Option(names = "--quiet", description = "Print nothing but the result, warnings and errors.")
    private boolean quiet;

    @Option(names = "--debug", description = "Print stack traces of errors.")
    private boolean debug;

    /** The settings of all layers, these options included. */
    public Settings settings() {
        return Settings.of(load().merged());
    }

    /** The files that {@link #settings} come from, the later over the earlier; none if all are built in. */
    public List<String> settingsFiles() {
        return load().files();
    }

    /** Returns where {@link #settings} come from, in one line: the files, and with {@code --debug} each by its name. */
    public String settingsOrigin() {
        List<String> read = settingsFiles();
        return read.isEmpty()
                ? "all settings are built in: no file was read"
                : "settings from " + String.join(", ", debug ? read : SettingsLayers.byFolder(read));
    }

    private SettingsLayers.Loaded load() {
        Properties system = System.getProperties();
        return SettingsLayers.load(SettingsLayers.directory(system), files, system, sets);
    }

    /** Where the command's result and messages go. */
    public Console console() {
        return new Console(
                System.out,
                Console.standardError(),
                json ? Console.Format.JSON : Console.Format.TEXT,
                quiet ? Console.Verbosity.QUIET : Console.Verbosity.NORMAL);
    }

    /** Whether the user asked for stack traces. */
    public boolean debug() {
        return debug;
    }
}
