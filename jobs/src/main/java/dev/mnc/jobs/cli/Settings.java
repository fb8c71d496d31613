package dev.mnc.jobs.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.mnc.jobs.failure.OperatorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The settings of all jobs as the layers left them, read section by section: section {@code label} is the block
 * {@code label { … }} of {@code conf/label.conf}.
 *
 * <p>{@link #read} hands a section to the function that builds a job's config record from it. Every key the function
 * asks for counts as known, with the default it gives; a key that stands in the section and was not asked for is refused.
 * So the record is the one place where keys, defaults and legal ranges stand.
 */
public final class Settings {

    /** The sections there are: one a job, and one for the machines that jobs run on. A setting outside them is refused whatever the command. */
    public static final List<String> SECTIONS = List.of("host", "label", "train");

    /** One setting as a section was asked for it: its full key, its value, and where the value comes from. */
    public record Entry(String key, String value, String origin) {}

    private static final String BUILT_IN = "built-in default";

    private final Config root;

    private Settings(Config root) {
        this.root = root;
    }

    /** Settings from merged layers; a test's way in, commands use {@link CommonOptions#settings}. */
    public static Settings of(Config merged) {
        return new Settings(merged);
    }

    /** Nothing but built-in defaults. */
    public static Settings defaults() {
        return new Settings(ConfigFactory.empty());
    }

    /**
     * Builds a config record from its section.
     *
     * @param name one of {@link #SECTIONS}
     * @param reader asks the section for each of its keys
     * @throws OperatorException if a key is unknown or a value has the wrong type or lies outside its range
     */
    public <T> T read(String name, Function<Section, T> reader) {
        return read(new Section(name), reader);
    }

    /** Every setting of a section with its value and origin, in key order, as {@code reader} asks for them. */
    public List<Entry> entries(String name, Function<Section, ?> reader) {
        Section section = new Section(name);
        Object unused = read(section, reader);
        return List.copyOf(section.used.values());
    }

    private <T> T read(Section section, Function<Section, T> reader) {
        requireKnownSections();
        T value;
        try {
            value = reader.apply(section);
        } catch (IllegalArgumentException e) {
            throw OperatorException.usage(String.valueOf(e.getMessage()), "see: mnc config show");
        }
        section.requireAllRead();
        return value;
    }

    private void requireKnownSections() {
        for (Map.Entry<String, ConfigValue> top : root.root().entrySet()) {
            if (!SECTIONS.contains(top.getKey())) {
                throw unknown(top.getKey(), top.getValue(), SECTIONS);
            }
        }
    }

    private static OperatorException unknown(String key, ConfigValue value, List<String> known) {
        String what = String.format(
                Locale.ROOT, "unknown setting \"%s\" (%s)", key, value.origin().description());
        return OperatorException.usage(
                what,
                NearestWord.of(key, known)
                        .map(near -> "did you mean \"" + near + "\"?")
                        .orElse("known are: " + String.join(", ", known)));
    }

    /** One block of the settings; remembers which of its keys were asked for. */
    public final class Section {

        private final String name;
        private final Map<String, Entry> used = new TreeMap<>();

        private Section(String name) {
            if (!SECTIONS.contains(name)) {
                throw new IllegalStateException("section " + name + " is missing in Settings.SECTIONS");
            }
            this.name = name;
        }

        public int integer(String key, int fallback) {
            return value(key, fallback, () -> root.getInt(path(key)));
        }

        public long whole(String key, long fallback) {
            return value(key, fallback, () -> root.getLong(path(key)));
        }

        public double number(String key, double fallback) {
            return value(key, fallback, () -> root.getDouble(path(key)));
        }

        public String text(String key, String fallback) {
            return value(key, fallback, () -> root.getString(path(key)));
        }

        /** A list; on the command line {@code --set key=a,b}. */
        public List<String> texts(String key, List<String> fallback) {
            return value(key, fallback, () -> {
                if (root.getValue(path(key)).valueType() == ConfigValueType.LIST) {
                    return root.getStringList(path(key));
                }
                return Arrays.stream(root.getString(path(key)).split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
            });
        }

        /** Yes or no: {@code true}, {@code false}, {@code on}, {@code off}. */
        public boolean flag(String key, boolean fallback) {
            return value(key, fallback, () -> root.getBoolean(path(key)));
        }

        /** A size such as {@code 64 MiB}, in bytes. */
        public long bytes(String key, String fallback) {
            long standard = ConfigFactory.parseMap(Map.of("size", fallback)).getBytes("size");
            Entry entry = entry(key, fallback);
            long bytes = checked(key, () -> root.hasPath(path(key)) ? root.getBytes(path(key)) : standard);
            used.put(entry.key(), entry);
            return bytes;
        }

        /** A length of time such as {@code 30 s}. */
        public Duration duration(String key, Duration fallback) {
            return value(key, fallback, () -> root.getDuration(path(key)));
        }

        /** One of an enum's constants, written in lower case with {@code -} for {@code _}. */
        public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
            String text = text(key, spelled(fallback));
            for (E constant : type.getEnumConstants()) {
                if (spelled(constant).equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s.%s must be one of %s, got \"%s\"",
                    name,
                    key,
                    Arrays.stream(type.getEnumConstants()).map(Section::spelled).collect(Collectors.joining(", ")),
                    text));
        }

        private static String spelled(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private <V> V value(String key, V fallback, Supplier<V> present) {
            Entry entry = entry(key, fallback);
            V value = checked(key, () -> root.hasPath(path(key)) ? present.get() : fallback);
            used.put(entry.key(), entry);
            return value;
        }

        private <V> V checked(String key, Supplier<V> value) {
            try {
                return value.get();
            } catch (ConfigException e) {
                ConfigValue wrong = root.getValue(path(key));
                throw OperatorException.usage(
                        String.format(
                                Locale.ROOT,
                                "%s.%s cannot be %s (%s)",
                                name,
                                key,
                                wrong.render(),
                                wrong.origin().description()),
                        "the default is " + fallbackOf(key) + "; see: mnc config show");
            }
        }

        private String fallbackOf(String key) {
            Entry entry = used.get(path(key));
            return entry == null ? "built in" : entry.value();
        }

        private Entry entry(String key, Object fallback) {
            // Registered before the value is read, so that a wrong value's message can name the default.
            used.put(path(key), new Entry(path(key), String.valueOf(fallback), BUILT_IN));
            if (!root.hasPath(path(key))) {
                return new Entry(path(key), String.valueOf(fallback), BUILT_IN);
            }
            ConfigValue value = root.getValue(path(key));
            return new Entry(
                    path(key), String.valueOf(value.unwrapped()), value.origin().description());
        }

        private String path(String key) {
            return name + "." + key;
        }

        private void requireAllRead() {
            if (!root.hasPath(name)) {
                return;
            }
            if (root.getValue(name).valueType() != ConfigValueType.OBJECT) {
                throw OperatorException.usage(
                        name + " is a group of settings and has no value of its own",
                        "write for example --set " + used.keySet().iterator().next() + "=...");
            }
            Map<String, ConfigValue> present = new TreeMap<>();
            root.getConfig(name)
                    .entrySet()
                    .forEach(e -> present.put(String.join(".", ConfigUtil.splitPath(e.getKey())), e.getValue()));
            present.forEach((key, value) -> {
                if (!used.containsKey(path(key))) {
                    throw unknown(path(key), value, new ArrayList<>(used.keySet()));
                }
            });
        }
    }
}
