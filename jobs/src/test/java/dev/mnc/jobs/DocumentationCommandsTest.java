package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** Every command that the documentation names, in a block or between backticks, can be typed as it stands there. */
@Tag("spark")
class DocumentationCommandsTest {

    private static final Pattern WORD = Pattern.compile("(?:[^\\s'\"]+|'[^']*'|\"[^\"]*\")+");
    private static final Pattern PROFILES = Pattern.compile("(?:^|\\s)-P([\\w-]+)");

    private static List<String> lines() {
        return DocumentationTest.pages().stream()
                .flatMap(page -> page.blocks("bash").stream())
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static List<String> inText() {
        return DocumentationTest.pages().stream()
                .flatMap(page -> page.code().stream())
                .toList();
    }

    /** The words of a command line, without the variables that are set before it. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        for (MatchResult match : WORD.matcher(line).results().toList()) {
            String word = match.group().replaceAll("['\"]", "");
            if (!words.isEmpty() || !word.matches("[A-Z_]+=.*")) {
                words.add(word);
            }
        }
        return words;
    }

    private static boolean isOurs(String line) {
        return line.matches("([A-Z_]+=('[^']*'|\\S*) )*(deploy/bin/)?mnc( .*)?");
    }

    /** Our own arguments: those before the options of spark-submit. */
    private static String[] arguments(String line) {
        List<String> words = words(line);
        int end = words.indexOf("--");
        return words.subList(1, end < 0 ? words.size() : end).toArray(String[]::new);
    }

    @Test
    void everyProgramOfACommandLineExists() {
        assertThat(lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(
                                DocumentationTest.ROOT.resolve(words(line).get(0)))
                        .isExecutable());
    }

    @Test
    void everyCommandLineOfOursParses() {
        assertThat(lines().stream().filter(DocumentationCommandsTest::isOurs))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(
                                Main.commandLine().parseArgs(arguments(line)).subcommand())
                        .isNotNull());
    }

    /** In running text what a command needs may be left out, but what is there must be right. */
    @Test
    void everyCommandInTheTextIsOne() {
        assertThat(inText().stream().filter(DocumentationCommandsTest::isOurs))
                .isNotEmpty()
                .allSatisfy(line -> {
                    CommandLine command = Main.commandLine();
                    for (String word : arguments(line)) {
                        CommandLine next = command.getSubcommands().get(word);
                        command = next == null ? command : next;
                    }
                    assertThat(command.getCommandSpec().optionsMap().keySet())
                            .as(line)
                            .containsAll(Stream.of(arguments(line))
                                    .filter(word -> word.startsWith("--"))
                                    .map(word -> word.split("=", 2)[0])
                                    .toList());
                    try {
                        Main.commandLine().parseArgs(arguments(line));
                    } catch (MissingParameterException e) {
                        assertThat(e).hasMessageStartingWith("Missing required");
                    } catch (ParameterException e) {
                        fail(line, e);
                    }
                });
    }

    @Test
    void theReadmeNamesEveryCommand() {
        TreeSet<String> commands =
                new TreeSet<>(Main.commandLine().getSubcommands().keySet());
        commands.remove("help");
        List<List<String>> rows =
                DocumentationTest.pages().get(0).section("Commands").rows();
        assertThat(rows.stream().map(cells -> cells.get(0).replaceFirst("mnc ", "")))
                .containsExactlyInAnyOrderElementsOf(commands);
    }

    @Test
    void everyOptionBelongsToACommand() throws ReflectiveOperationException {
        TreeSet<String> options = new TreeSet<>(optionsOfSparkSubmit());
        collectOptions(Main.commandLine(), options);
        List<String> named = inText().stream()
                .filter(text -> text.startsWith("--") && text.length() > 2)
                .map(text -> text.split("[ =]", 2)[0])
                .toList();
        assertThat(named).isNotEmpty();
        assertThat(options).containsAll(named);
    }

    /** Those that may stand behind the two dashes, as Spark's own parser has them, which is not public. */
    private static Set<String> optionsOfSparkSubmit() throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName("org.apache.spark.launcher.SparkSubmitOptionParser")
                .getDeclaredConstructor();
        constructor.setAccessible(true);
        Object parser = constructor.newInstance();
        TreeSet<String> options = new TreeSet<>();
        for (Field field : parser.getClass().getDeclaredFields()) {
            if (field.getType() == String.class) {
                field.setAccessible(true);
                options.add(String.valueOf(field.get(parser)));
            }
        }
        assertThat(options).contains("--master");
        return options;
    }

    private static void collectOptions(CommandLine command, Set<String> options) {
        options.addAll(command.getCommandSpec().optionsMap().keySet());
        command.getSubcommands().values().forEach(sub -> collectOptions(sub, options));
    }

    @Test
    void everyProfileOfMavenExists() {
        String poms = Stream.of("pom.xml", "schemas/pom.xml", "model/pom.xml", "jobs/pom.xml")
                .map(pom -> DocumentationPage.read(DocumentationTest.ROOT.resolve(pom))
                        .text())
                .reduce("", String::concat);
        List<String> profiles = Stream.concat(lines().stream(), inText().stream())
                .filter(line -> line.startsWith("./mvnw ") || line.startsWith("-P"))
                .flatMap(line -> PROFILES.matcher(line).results())
                .map(match -> match.group(1))
                .toList();
        assertThat(profiles).isNotEmpty().allSatisfy(profile -> assertThat(poms).contains("<id>" + profile + "</id>"));
    }
}
