package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void refusesAnUnknownCommandAndSuggestsOne() {
        assertThat(run("labl")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("error: Unmatched argument at index 0: 'labl'")
                .contains("mnc label");
    }

    @Test
    void refusesAMissingOptionWithoutAStackTrace() {
        assertThat(run("label", "--images", "x")).isEqualTo(2);
        assertThat(err)
                .hasToString(String.format("error: Missing required option: '--table=URI'%n  see: mnc label --help%n"));
    }

    @Test
    void refusesASettingThatIsNoPair() {
        assertThat(run("config", "--set", "x")).isEqualTo(2);
        assertThat(err)
                .hasToString(String.format("error: Value for option '--set' (key=value) should be in KEY=VALUE format"
                        + " but was x%n  see: mnc config --help%n"));
    }

    @Test
    void printsWhatIsWrongAndTheRemedy() {
        assertThat(run("config", "show", "--set", "label.batch-sise=3")).isEqualTo(2);
        assertThat(err)
                .hasToString(String.format(
                        "error: unknown setting \"label.batch-sise\" (--set)%n  did you mean \"label.batch-size\"?%n"));
    }

    @Test
    void printsAStackTraceOnlyOnRequest() {
        assertThat(run("config", "show", "--set", "label.batch-sise=3", "--debug"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("\tat dev.mnc.jobs.cli.Settings");
    }

    @Test
    void blamesTheOperatorForAModelThatIsNotThere() {
        String missing = temporary.resolve("none").toString();
        assertThat(run("model", "info", missing)).isEqualTo(2);
        assertThat(err.toString()).startsWith("error: ").contains(missing).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--iou-type=segm", "--area-rule=compared"})
    void refusesOptionsOfAnotherProtocolOfEvaluation(String option) {
        assertThat(run(
                        "evaluate",
                        "--ground-truth=t",
                        "--predictions=p",
                        "--out=" + temporary,
                        "--protocol=voc-sds",
                        option))
                .isEqualTo(2);
        assertThat(err)
                .hasToString(String.format(
                        "error: %s means nothing to --protocol voc-sds%n"
                                + "  that protocol compares masks of any size: leave the option out%n",
                        option.substring(0, option.indexOf('='))));
    }

    static List<String> commands() {
        List<String> names = new ArrayList<>();
        collect("", Main.commandLine(), names);
        return names;
    }

    private static void collect(String prefix, CommandLine command, List<String> names) {
        command.getSubcommands().forEach((name, sub) -> {
            if (!name.equals("help")) {
                names.add(prefix + name);
                collect(prefix + name + " ", sub, names);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        List<String> args = new ArrayList<>(List.of(command.split(" ", -1)));
        args.add("--help");
        assertThat(run(args.toArray(String[]::new))).isZero();
        assertThat(out.toString()).startsWith("Usage: mnc " + command);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandThatDoesSomethingHasTheCommonOptions(String command) {
        CommandLine sub = Main.commandLine();
        for (String name : command.split(" ", -1)) {
            sub = Objects.requireNonNull(sub.getSubcommands().get(name));
        }
        if (sub.getSubcommands().isEmpty()) {
            assertThat(sub.getCommandSpec().optionsMap())
                    .containsKeys("--conf", "--set", "--json", "--quiet", "--debug");
        }
    }
}
