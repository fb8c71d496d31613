package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.outcome.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Tag("spark")
class MainTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void refusesAnUnknownCommandAndSuggestsOne() {
        CommandRun run = CommandRun.of("labl");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("error: Unmatched argument at index 0: 'labl'")
                .contains("mnc label");
    }

    /** Tests run outside a jar, where there is no manifest. */
    @ParameterizedTest
    @ValueSource(strings = {"", "label", "evaluate", "model info"})
    void everyCommandTellsTheVersion(String command) {
        List<Object> words = new ArrayList<>(List.of(command.isEmpty() ? new Object[0] : command.split(" ", -1)));
        words.add("--version");
        assertThat(CommandRun.of(words.toArray()))
                .isEqualTo(new CommandRun(0, String.format("mnc-spark development build%n"), ""));
    }

    @Test
    void refusesAMissingOptionWithoutAStackTrace() {
        assertThat(CommandRun.of("label", "--images", "x"))
                .isEqualTo(CommandRun.failed(
                        2, "error: Missing required option: '--table=URI'%n  see: mnc label --help%n"));
    }

    @Test
    void refusesASettingThatIsNoPair() {
        assertThat(CommandRun.of("config", "--set", "x"))
                .isEqualTo(CommandRun.failed(
                        2,
                        "error: Value for option '--set' (key=value) should be in KEY=VALUE format"
                                + " but was x%n  see: mnc config --help%n"));
    }

    @Test
    void printsWhatIsWrongAndTheRemedy() {
        assertThat(CommandRun.of("config", "show", "--set", "label.batch-sise=3"))
                .isEqualTo(CommandRun.failed(
                        2,
                        "error: unknown setting \"label.batch-sise\" (--set)%n  did you mean \"label.batch-size\"?%n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config show --set label.batch-sise=3 | unknown setting \"label.batch-sise\" (--set) | did you mean \"label.batch-size\"?",
                "label --images x | Missing required option: '--table=URI' | see: mnc label --help",
            })
    void theOutcomeHoldsWhatWasPrinted(String command, String message, String remedy) {
        Outcome outcome = Main.outcome(command.split(" ", -1));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.message()).isEqualTo(message);
        assertThat(outcome.remedy()).isEqualTo(remedy);
    }

    @Test
    void theOutcomeHoldsTheResult() {
        Outcome outcome = Main.outcome("config", "show");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.message()).isEmpty();
        assertThat(outcome.result()).contains("label.batch-size");
    }

    @Test
    void printsAStackTraceOnlyOnRequest() {
        CommandRun run = CommandRun.of("config", "show", "--set", "label.batch-sise=3", "--debug");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("\tat dev.mnc.jobs.cli.Settings");
    }

    @Test
    void blamesTheOperatorForAModelThatIsNotThere() {
        String missing = temporary.resolve("none").toString();
        CommandRun run = CommandRun.of("model", "info", missing);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: ").contains(missing).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--iou-type=segm", "--area-rule=compared"})
    void refusesOptionsOfAnotherProtocolOfEvaluation(String option) {
        assertThat(CommandRun.of(
                        "evaluate",
                        "--ground-truth=t",
                        "--predictions=p",
                        "--out=" + temporary,
                        "--protocol=voc-sds",
                        option))
                .isEqualTo(CommandRun.failed(
                        2,
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
        assertThat(CommandRun.succeeding(args.toArray()).out()).startsWith("Usage: mnc " + command);
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
