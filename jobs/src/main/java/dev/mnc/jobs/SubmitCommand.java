package dev.mnc.jobs;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.SparkLaunch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mnc submit}: hands a command to spark-submit, or shows the line that does, for those with a scheduler of their own. */
@Command(name = "submit", description = "Hands a command to spark-submit, or prints the line that does.")
final class SubmitCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--print", description = "Print the spark-submit line instead of running it.")
    private boolean print;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "A command with its options, e.g. label ...")
    private List<String> command = new ArrayList<>();

    private List<String> spark = List.of();

    /** Sets the options that stand after {@code --}. */
    void sparkOptions(List<String> words) {
        spark = List.copyOf(words);
    }

    @Override
    public Integer call() {
        Main.requireCommand(command);
        SparkLaunch launch = SparkLaunch.of(spark, System.getProperties(), System.getenv());
        if (!print) {
            return Main.submit(launch, command);
        }
        List<String> line = launch.submitLine(Main.class.getName(), command);
        common.console()
                .result(
                        String.join(
                                " ", line.stream().map(SubmitCommand::quoted).toList()),
                        Map.of("line", line));
        return 0;
    }

    /** Quotes a word for a shell where it needs that. */
    private static String quoted(String word) {
        return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
