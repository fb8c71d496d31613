package dev.mnc.jobs.drill;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.jobs.bench.S3ProxyProcess;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mnc drill}: kills runs and shows that nothing is lost. */
@Command(
        name = "drill",
        description =
                "Labels scenes, kills drivers and executors at random moments, starts them again, and compares all rows"
                        + " with those of a run that nobody disturbed.")
public final class DrillCommand implements Callable<Integer> {

    private static final String ROUNDS = "rounds.jsonl";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--rounds", defaultValue = "10", description = "How many in all. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--seed", defaultValue = "1", description = "Decides every kill. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--images", defaultValue = "48", description = "Scenes to label. Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(
            names = "--out",
            defaultValue = "mnc-drill",
            paramLabel = "DIR",
            description = "Where scenes, logs and results go. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("");

    @Option(names = "--continue", description = "Goes on after the last round whose result lies in --out.")
    private boolean goesOn;

    @Option(
            names = "--minutes",
            defaultValue = "15",
            description = "Begins no round after so many minutes. Default: ${DEFAULT-VALUE}.")
    private int minutes;

    @Option(
            names = "--s3proxy",
            paramLabel = "JAR",
            description = "S3Proxy with its dependencies: half of the rounds write to S3. Default: to the disk alone.")
    private @Nullable Path s3proxy;

    @Option(
            names = "--resume-at",
            paramLabel = "SHARE",
            description =
                    "Instead: kills one run when this share of its images is committed, and measures what going on"
                            + " with it costs. Needs --s3proxy.")
    private @Nullable Double resumeAt;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = out.toAbsolutePath();
        Path results = folder.resolve(ROUNDS);
        if (Files.exists(folder) && !goesOn) {
            throw OperatorException.conflict(
                    "--out: " + folder + " exists already", "give --continue to go on there, or another --out");
        }
        Files.createDirectories(folder);
        return resumeAt == null ? rounds(folder, results) : measureResume(folder, resumeAt);
    }

    private int measureResume(Path folder, double share) throws IOException, InterruptedException {
        if (!(share > 0 && share < 1)) {
            throw OperatorException.usage("--resume-at is " + share, "give a share between 0 and 1, such as 0.99");
        }
        if (s3proxy == null) {
            throw OperatorException.usage(
                    "--resume-at counts the bytes of a store, but there is none", "give --s3proxy too");
        }
        try (S3ProxyProcess server = new S3ProxyProcess(s3proxy, folder, 0)) {
            ResumeCost cost = ResumeCost.measure(folder, images, share, server);
            common.console().result(cost.text(), cost);
        }
        return ExitCode.OK;
    }

    private int rounds(Path folder, Path results) throws IOException, InterruptedException {
        List<RoundResult> all = new ArrayList<>();
        if (Files.exists(results)) {
            for (String line : Files.readAllLines(results, StandardCharsets.UTF_8)) {
                all.add(JSON.readValue(line, RoundResult.class));
            }
        }
        long end = System.nanoTime() + minutes * 60_000_000_000L;
        try (S3ProxyProcess server = s3proxy == null ? null : new S3ProxyProcess(s3proxy, folder, 0)) {
            common.console().note("labelling " + images + " scenes undisturbed");
            Drill drill = new Drill(folder, images, server);
            while (all.size() < rounds && System.nanoTime() < end) {
                int number = all.size() + 1;
                RoundResult result = drill.round(number, seed * 1_000_003 + number);
                all.add(result);
                Files.writeString(
                        results,
                        JSON.writeValueAsString(result) + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                common.console().note(line(result));
            }
        }
        DrillSummary summary = DrillSummary.of(all, rounds);
        common.console().result(summary.text(), summary);
        return summary.clean() ? ExitCode.OK : ExitCode.VERIFICATION_FAILED;
    }

    private static String line(RoundResult result) {
        return String.format(
                Locale.ROOT,
                "round %d: %s, %s, %d kills, %d processes, %.0f s: %s",
                result.round(),
                result.plan().place().name().toLowerCase(Locale.ROOT),
                result.plan().cluster() ? "two executors" : "one process",
                result.killed(),
                result.processes(),
                result.seconds(),
                result.isClean()
                        ? "nothing lost"
                        : result.lost() + " lost, " + result.doubled() + " doubled, " + result.differing()
                                + " differing, " + result.redone() + " committed files redone "
                                + String.join("; ", result.trouble()));
    }
}
