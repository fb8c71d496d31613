package dev.mnc.jobs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The settings of a command that runs on another machine. That machine has neither our folder {@code conf} nor the files of
 * {@code --conf}, so their values travel as {@code spark.mnc.*} properties, and {@code --conf} and {@code --set} are taken out
 * of the command.
 *
 * @param command the words that are left
 * @param properties of Spark
 */
public record TravellingSettings(List<String> command, Map<String, String> properties) {

    public TravellingSettings {
        command = List.copyOf(command);
        properties = Map.copyOf(properties);
    }

    /**
     * Reads the settings that a command would have here.
     *
     * @param command its words
     * @param system the properties of this process, of which the launcher sets some
     * @param spark what the user set of Spark; {@code spark.mnc.*} among them
     */
    public static TravellingSettings of(List<String> command, Properties system, Map<String, String> spark) {
        List<String> left = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        Map<String, String> sets = new LinkedHashMap<>();
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            String option = word.split("=", 2)[0];
            boolean separate = word.equals(option) && i + 1 < command.size();
            if (!option.equals("--conf") && !option.equals("--set")) {
                left.add(word);
                continue;
            }
            String value = separate ? command.get(++i) : word.substring(Math.min(word.length(), option.length() + 1));
            if (option.equals("--conf")) {
                files.add(Path.of(value));
            } else {
                String[] pair = value.split("=", 2);
                sets.put(pair[0], pair.length == 2 ? pair[1] : "");
            }
        }
        Properties properties = new Properties();
        properties.putAll(spark);
        SettingsLayers.Loaded loaded = SettingsLayers.load(SettingsLayers.directory(system), files, properties, sets);
        Map<String, String> travelling = new TreeMap<>();
        loaded.texts().forEach((key, value) -> travelling.put(SettingsLayers.SPARK_PREFIX + key, value));
        travelling.put(SettingsLayers.FILES_PROPERTY, String.join(",", loaded.files()));
        return new TravellingSettings(left, travelling);
    }
}
