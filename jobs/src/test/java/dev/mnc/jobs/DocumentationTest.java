package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.table.LabelColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Names in the documentation exist, and its tables are complete. {@link DocumentationCommandsTest} sees to commands. */
@Tag("spark")
class DocumentationTest {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final List<String> MODULES = List.of("schemas", "model", "jobs");
    private static final Pattern PATH =
            Pattern.compile("(?:(?:conf|deploy|docs|jobs|model|schemas|\\.ci|\\.mvn)/[^ *<]*"
                    + "|LICENSE|mvnw|pom\\.xml|README\\.md|CHANGELOG\\.md|CONTRIBUTING\\.md|SECURITY\\.md)");
    private static final Pattern SETTING = Pattern.compile("(?:host|label|train)\\.(?!options|conf)[a-z-]+");
    private static final Pattern CLASS = Pattern.compile("[A-Z][a-z]+[A-Za-z]*");
    private static final Pattern DRAWN = Pattern.compile("\\b(?:[a-z]+\\.)+[A-Z][A-Za-z]+\\b");
    private static final Pattern OUR_VERSION = Pattern.compile("mnc-spark (\\d+\\.\\d+\\.\\d+[\\w.-]*)");
    private static final List<String> DRAWINGS = List.of("The way of an image", "The way of a detection");
    private static final Pattern RIDDLE = Pattern.compile(
            "/\\*\\*[\\s*]*(?:What|How|Where|Which|Whether|Who) (?:[^*]|\\*(?!/))*+\\*/\\s*(?:@[^\\n]*\\n\\s*)*"
                    + "(?:(?:public|private|protected|static|final|sealed|non-sealed|abstract) )*"
                    + "(?:class|record|interface|enum|package) [\\w.]+");
    private static final int FILES_IN_A_DRAWING = 6;
    private static final int README_LINES = 180;

    /** The README first, then all others. */
    static List<DocumentationPage> pages() {
        List<Path> files = new ArrayList<>();
        for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")) {
            files.add(ROOT.resolve(name));
        }
        try (Stream<Path> below = Files.walk(ROOT.resolve("docs"))) {
            below.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream().map(DocumentationPage::read).toList();
    }

    private static DocumentationPage page(String name) {
        return DocumentationPage.read(ROOT.resolve(name));
    }

    /** Everything between backticks on any page that looks like something. */
    private static List<String> named(Pattern kind) {
        List<String> named = pages().stream()
                .flatMap(page -> page.code(text -> kind.matcher(text).matches()).stream())
                .toList();
        assertThat(named).isNotEmpty();
        return named;
    }

    @Test
    void theReadmeIsReadInOneGo() {
        assertThat(page("README.md").text().lines().count()).isLessThanOrEqualTo(README_LINES);
    }

    @Test
    void everyPathExists() {
        // A build makes the folder target.
        assertThat(named(PATH))
                .allSatisfy(path -> assertThat(ROOT.resolve(path.replaceFirst("/target(/.*)?$", "")))
                        .exists());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(DocumentationPage page) {
        assertThat(page.links())
                .filteredOn(link -> !link.matches("(https?|mailto):.*"))
                .allSatisfy(link -> {
                    String[] parts = link.split("#", 2);
                    Path target = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]);
                    assertThat(target).exists();
                    if (parts.length == 2) {
                        assertThat(DocumentationPage.read(target).anchors()).contains(parts[1]);
                    }
                });
    }

    @Test
    void everyPageIsReachedFromTheReadme() {
        TreeSet<Path> reached = new TreeSet<>();
        List<DocumentationPage> next = new ArrayList<>(List.of(page("README.md")));
        while (!next.isEmpty()) {
            DocumentationPage page = next.remove(0);
            if (reached.add(page.file().normalize())) {
                page.links().stream()
                        .map(link -> link.split("#", 2)[0])
                        .filter(link -> link.endsWith(".md") && !link.startsWith("http"))
                        .map(link -> DocumentationPage.read(page.file().resolveSibling(link)))
                        .forEach(next::add);
            }
        }
        assertThat(reached)
                .containsExactlyInAnyOrderElementsOf(
                        pages().stream().map(page -> page.file().normalize()).toList());
    }

    @Test
    void everyClassAndPackageExists() {
        TreeSet<String> classes = new TreeSet<>();
        TreeSet<String> full = new TreeSet<>();
        for (Path source : sources(List.of("main", "test", "jmh"))) {
            String name = className(source);
            classes.add(name.substring(name.lastIndexOf('.') + 1));
            full.add(name);
            for (int end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
                full.add(name.substring(0, end));
            }
        }
        assertThat(named(CLASS)).isSubsetOf(classes);
        assertThat(named(Pattern.compile("dev\\.mnc\\..*"))).isSubsetOf(full);
    }

    @Test
    void everyClassOfSparkExists() {
        assertThat(named(Pattern.compile("org\\.apache\\.spark\\..*\\.[A-Z]\\w+")))
                .allSatisfy(
                        name -> assertThat(DocumentationTest.class.getResource("/" + name.replace('.', '/') + ".class"))
                                .as(name)
                                .isNotNull());
    }

    private static List<Path> sources(List<String> kinds) {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            for (String kind : kinds) {
                Path folder = ROOT.resolve(module).resolve("src/" + kind + "/java");
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.walk(folder)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }
        return sources;
    }

    private static String className(Path source) {
        String path = source.toString().replace('\\', '/');
        return path.substring(path.indexOf("/java/") + "/java/".length(), path.length() - ".java".length())
                .replace('/', '.');
    }

    @Test
    void theTableOfPackagesIsThatOfTheArchitectureTest() {
        List<String> documented = page("docs/architecture.md").section("Modules and packages").rows().stream()
                .map(cells -> cells.get(1))
                .toList();
        assertThat(documented).isEqualTo(ArchitectureTest.packageNames());
    }

    @Test
    void drawingsShowAFewClassesThatExist() {
        List<String> classes = sources(List.of("main")).stream()
                .map(DocumentationTest::className)
                .toList();
        assertThat(DRAWINGS).allSatisfy(heading -> {
            String drawing = String.join(
                    "", page("docs/architecture.md").section(heading).blocks("text"));
            List<String> drawn = DRAWN.matcher(drawing)
                    .results()
                    .map(MatchResult::group)
                    .distinct()
                    .toList();
            assertThat(drawn)
                    .hasSizeBetween(2, FILES_IN_A_DRAWING)
                    .allSatisfy(name -> assertThat(classes)
                            .anyMatch(
                                    known -> known.equals("dev.mnc." + name) || known.equals("dev.mnc.jobs." + name)));
        });
    }

    static List<Arguments> settingsTables() {
        return List.of(arguments("label", "docs/labelling.md"), arguments("train", "docs/training.md"));
    }

    @ParameterizedTest
    @MethodSource("settingsTables")
    void theTableOfSettingsIsComplete(String section, String page) {
        TreeMap<String, String> documented = new TreeMap<>();
        for (List<String> cells : page(page).rows()) {
            if (cells.get(0).startsWith(section + ".")) {
                documented.put(cells.get(0), cells.get(1));
            }
        }
        TreeMap<String, String> builtIn = new TreeMap<>();
        Settings.defaults()
                .entries(section, Objects.requireNonNull(ConfigCommand.READERS.get(section)))
                .forEach(entry -> builtIn.put(entry.key(), entry.value()));
        assertThat(documented).isEqualTo(builtIn);
    }

    @Test
    void everySettingThatIsNamedExists() {
        List<String> known = new ArrayList<>();
        ConfigCommand.READERS.forEach((section, reader) ->
                Settings.defaults().entries(section, reader).forEach(entry -> known.add(entry.key())));
        assertThat(named(SETTING)).isSubsetOf(known);
    }

    static List<Arguments> partsOfTheLabelTable() {
        return List.of(
                arguments("Columns of instances", LabelColumns.INSTANCES),
                arguments("Columns of images", LabelColumns.IMAGES));
    }

    @ParameterizedTest
    @MethodSource("partsOfTheLabelTable")
    void theColumnsOfTheLabelTableAreThoseItHas(String heading, StructType schema) {
        List<List<String>> columns = new ArrayList<>();
        addColumns("", schema, columns);
        assertThat(page("docs/labelling.md").section(heading).rows().stream()
                        .map(cells -> cells.subList(0, 3))
                        .toList())
                .isEqualTo(columns);
    }

    private static void addColumns(String prefix, StructType schema, List<List<String>> columns) {
        for (StructField field : schema.fields()) {
            if (field.dataType() instanceof StructType struct) {
                addColumns(field.name() + ".", struct, columns);
            } else {
                columns.add(
                        List.of(prefix + field.name(), field.dataType().typeName(), field.nullable() ? "yes" : "no"));
            }
        }
    }

    @Test
    void theTableOfExitCodesIsComplete() throws IllegalAccessException {
        TreeSet<String> codes = new TreeSet<>();
        for (var field : ExitCode.class.getFields()) {
            assertThat(Modifier.isStatic(field.getModifiers())).isTrue();
            codes.add(String.valueOf(field.getInt(null)));
        }
        assertThat(page("docs/operations.md").section("Exit codes").rows().stream()
                        .map(cells -> cells.get(0)))
                .containsExactlyInAnyOrderElementsOf(codes);
    }

    @Test
    void everyMetricThatIsNamedIsRegistered() throws IOException {
        String plugin = Files.readString(ROOT.resolve("jobs/src/main/java/dev/mnc/jobs/label/ModelHostPlugin.java"));
        List<String> metrics = page("docs/operations.md").section("Metrics").rows().stream()
                .map(cells -> cells.get(0))
                .toList();
        assertThat(metrics)
                .isNotEmpty()
                .filteredOn(name -> !name.startsWith("device.wait."))
                .allSatisfy(name -> assertThat(plugin).contains("\"" + name + "\""));
        assertThat(metrics)
                .filteredOn(name -> name.startsWith("device.wait."))
                .containsExactlyInAnyOrderElementsOf(HostReport.CAUSES.stream()
                        .map(cause -> "device.wait." + cause + ".seconds")
                        .toList());
    }

    @Test
    void everyVersionIsThatOfThePom() {
        String pom = read(ROOT.resolve("pom.xml"));
        List<String> named = pages().stream()
                .flatMap(page -> OUR_VERSION.matcher(page.text()).results())
                .map(match -> match.group(1))
                .toList();
        assertThat(named).isNotEmpty().containsOnly(firstElement(pom, "revision"));
        List<List<String>> others =
                page("docs/architecture.md").section("Versions").rows();
        assertThat(others)
                .isNotEmpty()
                .allSatisfy(cells -> assertThat(cells.get(1)).isEqualTo(firstElement(pom, cells.get(0))));
    }

    private static String firstElement(String xml, String name) {
        String start = "<" + name + ">";
        assertThat(xml).contains(start);
        int from = xml.indexOf(start) + start.length();
        return xml.substring(from, xml.indexOf('<', from));
    }

    private static String read(Path file) {
        return DocumentationPage.read(file).text();
    }

    /** Of a message that an error block shows, every run of words between names and numbers must stand in the code. */
    @Test
    void everyMessageThatIsShownIsInTheCode() {
        String code = sources(List.of("main")).stream()
                .map(DocumentationTest::read)
                .collect(Collectors.joining())
                .replaceAll("\"\\s*\\+\\s*\"", "")
                .replaceAll("\\s+", " ");
        Map<String, List<String>> unknown = new TreeMap<>();
        for (DocumentationPage page : pages()) {
            for (String block : page.blocks("")) {
                if (block.startsWith("error: ")) {
                    for (String words : wordsOf(block)) {
                        if (!code.contains(words)) {
                            unknown.computeIfAbsent(words, key -> new ArrayList<>())
                                    .add(page.file().toString());
                        }
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static List<String> wordsOf(String message) {
        List<String> runs = Arrays.stream(
                        message.replaceFirst("error: ", "").split("(?:\\s|^)\\S*[0-9/\"]\\S*(?=\\s|$)|[\\n:;\"()]", -1))
                .map(String::strip)
                .filter(run -> run.contains(" "))
                .toList();
        assertThat(runs).as(message).isNotEmpty();
        return runs;
    }

    @Test
    void commentsOfTypesBeginWithWhatTheTypeIs() throws IOException {
        assertThat(RIDDLE.matcher("/**\n * Whether it fits.\n * Yes.\n */\n@Deprecated\npublic final class Fit {}")
                        .find())
                .isTrue();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                    assertThat(RIDDLE.matcher(Files.readString(file)).results().map(MatchResult::group))
                            .as("comments in %s that begin with a question", file)
                            .isEmpty();
                }
            }
        }
    }
}
