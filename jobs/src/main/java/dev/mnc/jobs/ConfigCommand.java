package dev.mnc.jobs;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.label.LabelConfig;
import dev.mnc.jobs.train.TrainSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mnc config show}: every setting of every job with its value and where the value comes from. */
@Command(name = "config", description = "Shows every setting, its value and where the value comes from.")
final class ConfigCommand implements Callable<Integer> {

    /** Every section of the settings and the record that reads it. */
    static final Map<String, Function<Settings.Section, ?>> READERS =
            new TreeMap<>(Map.of("host", HostConfig::from, "label", LabelConfig::from, "train", TrainSettings::from));

    /** The actions on settings. */
    enum Action {
        SHOW
    }

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(arity = "0..1", defaultValue = "show", description = "show")
    private Action action = Action.SHOW;

    @Override
    public Integer call() {
        return switch (action) {
            case SHOW -> show();
        };
    }

    private int show() {
        Settings settings = common.settings();
        List<Settings.Entry> entries = new ArrayList<>();
        READERS.forEach((section, reader) -> entries.addAll(settings.entries(section, reader)));
        StringBuilder text = new StringBuilder();
        for (Settings.Entry entry : entries) {
            text.append(String.format(Locale.ROOT, "%-32s %-16s %s%n", entry.key(), entry.value(), entry.origin()));
        }
        common.console().result(text.toString().stripTrailing(), Map.of("settings", entries));
        return 0;
    }
}
