package dev.mnc.jobs.maintenance;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.runs.RunFolder;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.jobs.store.PendingUpload;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.store.StoreClock;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc gc}, which finds and deletes what no published run refers to. */
@Command(
        name = "gc",
        description =
                "Finds what no published run of a table refers to: files of killed runs, leftovers of runs, uploads"
                        + " without an end. Deletes nothing without --delete.")
public final class GcCommand implements Callable<Integer> {

    private static final Pattern AGE = Pattern.compile("(\\d+)([smhd])");

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--table", required = true, paramLabel = "DIR|URI", description = "The label table.")
    private String table = "";

    @Option(names = "--delete", description = "Delete what is found. Default: only say what it is.")
    private boolean delete;

    @Option(
            names = "--compact",
            description =
                    "Also bring data files smaller than 64 MiB together, run by run, with the same rows. The files that"
                            + " they replace are deleted by a later mnc gc. Does so only with --delete.")
    private boolean compact;

    @Option(
            names = "--older-than",
            defaultValue = "24h",
            paramLabel = "AGE",
            description = "Leave alone what is younger, by the store's clock: a number and s, m, h or d."
                    + " Default: ${DEFAULT-VALUE}.")
    private String olderThan = "24h";

    @Option(
            names = "--unfinished",
            paramLabel = "ID",
            description = "Give up this unfinished run too, which the next mnc label would go on with.")
    private @Nullable String unfinished;

    @Override
    public Integer call() throws IOException {
        Console console = common.console();
        Configuration configuration = Sessions.hadoop();
        String uri = RunFolder.trimmed(table);
        Duration age = age(olderThan);
        if (Store.names(RunFolder.below(uri, "runs"), configuration).isEmpty()) {
            throw OperatorException.environment(uri + " is no label table: it has no runs", "check --table");
        }
        Instant before =
                StoreClock.now(RunFolder.below(uri, "runs"), configuration).minus(age);
        if (unfinished != null) {
            giveUp(uri, unfinished, console, configuration);
        }
        Leftovers leftovers = new Leftovers(uri, unfinished, console::note, configuration);
        List<Leftover> found = leftovers.before(before);
        List<PendingUpload> uploads = leftovers.uploadsBefore(before);
        if (delete) {
            delete(uri, found, uploads, configuration);
        }
        GarbageReport report = new GarbageReport(
                uri,
                delete,
                found.stream()
                        .map(each -> new GarbageReport.Item(
                                each.path(),
                                each.files().size(),
                                each.bytes(),
                                each.newest().toString(),
                                each.why()))
                        .toList(),
                uploads.stream().map(PendingUpload::path).toList(),
                found.stream().mapToLong(each -> each.files().size()).sum(),
                found.stream().mapToLong(Leftover::bytes).sum(),
                leftovers.since(before),
                age.toSeconds(),
                leftovers.unfinished(),
                compact ? compacted(uri, console, configuration) : null);
        console.result(report.text(), report);
        return ExitCode.OK;
    }

    /** Requires that a run is unfinished and nobody works on it; with {@code --delete} nobody can go on with it then. */
    private void giveUp(String uri, String runId, Console console, Configuration configuration) throws IOException {
        UnfinishedRuns runs = new UnfinishedRuns(uri, configuration);
        for (UnfinishedRuns.Run run : runs.all()) {
            if (run.folder().runId().equals(runId)) {
                runs.requireDead(run, console::note);
                if (delete) {
                    runs.drop(run, console::note);
                }
                return;
            }
        }
        throw OperatorException.usage(
                "the table " + uri + " has no unfinished run " + runId, "see them: mnc status --table " + uri);
    }

    private List<CompactedRun> compacted(String uri, Console console, Configuration configuration) throws IOException {
        PublishedRuns runs = new PublishedRuns(uri, configuration);
        PublishedRuns.Contents contents = runs.contents();
        List<CompactedRun> compacted = new ArrayList<>();
        contents.damaged().forEach((runId, what) -> compacted.add(CompactedRun.refused(runId, what)));
        for (RunRecord run : contents.records()) {
            int version = requireNonNull(contents.versions().get(run.runId()));
            RunCompaction compaction = new RunCompaction(runs, run, version, RunCompaction.SMALL_BYTES, configuration);
            CompactedRun planned = compaction.planned();
            if (delete && planned.files() > 0) {
                console.note("compacting run " + run.runId());
                compacted.add(compaction.done());
            } else if (planned.isNews()) {
                compacted.add(planned);
            }
        }
        return compacted;
    }

    private static void delete(
            String uri, List<Leftover> found, List<PendingUpload> uploads, Configuration configuration)
            throws IOException {
        for (Leftover leftover : found) {
            leftover.delete(uri, configuration);
        }
        for (PendingUpload upload : uploads) {
            upload.abort();
        }
    }

    private static Duration age(String text) {
        Matcher age = AGE.matcher(text);
        if (!age.matches()) {
            throw OperatorException.usage("--older-than is " + text, "give a number and s, m, h or d, for example 24h");
        }
        long count = Long.parseLong(age.group(1));
        return switch (age.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
