package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.cli.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What README.md names exists: paths, commands and their options, classes, packages, settings. */
class ReadmeTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String README = read(ROOT.resolve("README.md"));
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");
    private static final Pattern QUOTED = Pattern.compile("`([^`\\n]+)`");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What stands between backticks in running text and tables. */
    private static List<String> quoted() {
        return QUOTED.matcher(BLOCK.matcher(README).replaceAll(""))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static List<String> commandLines() {
        return BLOCK.matcher(README)
                .results()
                .filter(block -> block.group(1).equals("bash"))
                .flatMap(block -> block.group(2).lines())
                .filter(line -> !line.isBlank())
                .toList();
    }

    @Test
    void everyPathExists() {
        List<String> paths = quoted().stream()
                .filter(text -> text.matches("(conf|deploy|jobs|model|schemas|\\.ci)/.*|LICENSE|mvnw"))
                .toList();
        assertThat(paths)
                .isNotEmpty()
                .allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
    }

    @Test
    void everyLinkedFileExists() {
        List<String> links = LINK.matcher(README)
                .results()
                .map(match -> match.group(1))
                .filter(link -> !link.startsWith("http"))
                .toList();
        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
    }

    @Test
    void everyProgramOfACommandLineExists() {
        assertThat(commandLines())
                .isNotEmpty()
                .allSatisfy(
                        line -> assertThat(ROOT.resolve(line.split(" ", -1)[0])).isExecutable());
    }

    @Test
    void everyCommandLineOfOursParses() {
        List<String> ours = commandLines().stream()
                .filter(line -> line.startsWith("deploy/bin/mnc "))
                .toList();
        assertThat(ours).isNotEmpty().allSatisfy(line -> {
            List<String> words = Arrays.asList(line.split(" ", -1)).subList(1, line.split(" ", -1).length);
            int end = words.indexOf("--");
            String[] arguments = words.subList(0, end < 0 ? words.size() : end).toArray(String[]::new);
            assertThat(Main.commandLine().parseArgs(arguments).subcommand()).isNotNull();
        });
    }

    @Test
    void theTableOfCommandsIsComplete() {
        TreeSet<String> named = quoted().stream()
                .filter(text -> text.matches("mnc [a-z-]+"))
                .map(text -> text.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> commands =
                new TreeSet<>(Main.commandLine().getSubcommands().keySet());
        commands.remove("help");
        assertThat(named).isEqualTo(commands);
    }

    @Test
    void everyOptionBelongsToACommand() {
        TreeSet<String> options = new TreeSet<>();
        collectOptions(Main.commandLine(), options);
        List<String> named = quoted().stream()
                .filter(text -> text.startsWith("--") && text.length() > 2)
                .map(text -> text.split(" ", -1)[0])
                .toList();
        assertThat(named).isNotEmpty();
        assertThat(options).containsAll(named);
    }

    private static void collectOptions(CommandLine command, Set<String> options) {
        options.addAll(command.getCommandSpec().optionsMap().keySet());
        command.getSubcommands().values().forEach(sub -> collectOptions(sub, options));
    }

    @Test
    void everyClassAndPackageExists() throws IOException {
        TreeSet<String> simple = new TreeSet<>();
        TreeSet<String> full = new TreeSet<>();
        for (String module : List.of("schemas", "model", "jobs")) {
            for (String kind : List.of("main", "test")) {
                Path sources = ROOT.resolve(module).resolve("src/" + kind + "/java");
                if (Files.isDirectory(sources)) {
                    collectClasses(sources, simple, full);
                }
            }
        }
        List<String> classes = quoted().stream()
                .filter(text -> text.matches("[A-Z][a-z]+[A-Za-z]*"))
                .toList();
        List<String> packages =
                quoted().stream().filter(text -> text.startsWith("dev.mnc.")).toList();
        assertThat(classes).isNotEmpty();
        assertThat(simple).containsAll(classes);
        assertThat(packages).isNotEmpty();
        assertThat(full).containsAll(packages);
    }

    private static void collectClasses(Path sources, Set<String> simple, Set<String> full) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                String name = file.getFileName().toString().replace(".java", "");
                String folder = sources.relativize(file.getParent()).toString().replace('/', '.');
                simple.add(name);
                full.add(folder);
                full.add(folder + "." + name);
            });
        }
    }

    @Test
    void theTableOfLabelSettingsIsComplete() {
        TreeMap<String, String> documented = new TreeMap<>();
        Pattern row = Pattern.compile("(?m)^\\| `(label\\.[a-z-]+)` \\| ([^|]+) \\|");
        for (MatchResult match : row.matcher(README).results().toList()) {
            documented.put(match.group(1), match.group(2).strip());
        }
        TreeMap<String, String> builtIn = new TreeMap<>();
        Settings.defaults()
                .entries("label", Objects.requireNonNull(ConfigCommand.READERS.get("label")))
                .forEach(entry -> builtIn.put(entry.key(), entry.value()));
        assertThat(documented).isEqualTo(builtIn);
    }

    @Test
    void everyOtherSettingThatIsNamedExists() {
        List<String> known = new ArrayList<>();
        ConfigCommand.READERS.forEach((section, reader) ->
                Settings.defaults().entries(section, reader).forEach(entry -> known.add(entry.key())));
        assertThat(quoted().stream().filter(text -> text.matches("(label|train)\\.[a-z-]+")))
                .isNotEmpty()
                .allSatisfy(key -> assertThat(known).contains(key));
    }
}
