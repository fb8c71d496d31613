package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.runs.RunFolder;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.jobs.store.StoredFile;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunRecord.DataFile;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a table, past and present.
 *
 * @param table uri
 * @param runs those that somebody works on or could go on with first, then the others, the newest first
 */
record TableStatus(String table, List<RunStatus> runs) {

    private static final String CLAIM = ".claim";
    private static final List<String> COLUMNS =
            List.of("run", "state", "images", "instances", "errors", "size", "images/s", "finished");

    TableStatus {
        runs = List.copyOf(runs);
    }

    /**
     * Looks at a table. This waits for half a minute where only signs of life tell whether a process is alive.
     *
     * @param note told of that
     */
    static TableStatus of(String table, Consumer<String> note, Configuration configuration) throws IOException {
        PublishedRuns published = new PublishedRuns(table, configuration);
        UnfinishedRuns unfinished = new UnfinishedRuns(table, configuration);
        Map<String, Instant> files = new TreeMap<>();
        for (StoredFile file : StoredFile.below(RunFolder.below(published.uri(), "runs"), configuration)) {
            files.put(file.path(), file.modified());
        }
        List<RunStatus> runs = new ArrayList<>();
        for (UnfinishedRuns.Run run : unfinished.all()) {
            runs.add(unfinished(unfinished, run, files, note));
        }
        PublishedRuns.Contents contents = published.contents();
        contents.damaged().forEach((runId, what) -> runs.add(RunStatus.of(runId, RunStatus.State.DAMAGED, what)));
        for (RunRecord record : contents.records()) {
            runs.add(RunStatus.of(record, RunStatus.State.PUBLISHED, bytes(record)));
        }
        for (String runId : contents.retracted()) {
            runs.add(retracted(published, runId));
        }
        for (String file : files.keySet()) {
            String runId = file.endsWith(CLAIM) ? file.substring(0, file.length() - CLAIM.length()) : "";
            if (!runId.isEmpty() && !files.containsKey(runId + ".json")) {
                runs.add(RunStatus.of(
                        runId,
                        RunStatus.State.KILLED,
                        "begun by a version that could not go on with runs; mnc gc removes what it left"));
            }
        }
        return new TableStatus(published.uri(), runs);
    }

    private static RunStatus unfinished(
            UnfinishedRuns unfinished, UnfinishedRuns.Run run, Map<String, Instant> files, Consumer<String> note)
            throws IOException {
        String claim = run.folder().runId() + "/" + RunFolder.claimName(run.epoch());
        Instant sign = files.get(claim);
        String lastSign =
                sign == null ? null : sign.truncatedTo(ChronoUnit.SECONDS).toString();
        boolean atWork = unfinished.isAlive(run, note);
        try {
            return RunStatus.of(
                    run.claim(),
                    atWork ? RunStatus.State.AT_WORK : RunStatus.State.UNFINISHED,
                    unfinished.progress(run),
                    lastSign,
                    atWork
                            ? "at work"
                            : "has ended; the next mnc label of "
                                    + run.claim().work().images() + " goes on");
        } catch (OperatorException | IllegalArgumentException e) {
            return RunStatus.of(run.folder().runId(), RunStatus.State.DAMAGED, ErrorMessages.firstLine(e));
        }
    }

    private static RunStatus retracted(PublishedRuns published, String runId) throws IOException {
        try {
            RunRecord record = published.retracted(runId);
            return RunStatus.of(record, RunStatus.State.RETRACTED, bytes(record));
        } catch (IllegalArgumentException e) {
            return RunStatus.of(runId, RunStatus.State.RETRACTED, ErrorMessages.firstLine(e));
        }
    }

    private static long bytes(RunRecord run) {
        RunRecord.Manifest manifest = run.manifest();
        List<DataFile> files = run.files();
        return manifest != null
                ? manifest.fileBytes()
                : files == null ? 0 : files.stream().mapToLong(DataFile::bytes).sum();
    }

    /**
     * Returns the status of one run alone.
     *
     * @param runId names it; null for all
     * @throws OperatorException if there is none of that name
     */
    TableStatus only(@Nullable String runId) {
        if (runId == null) {
            return this;
        }
        List<RunStatus> some =
                runs.stream().filter(run -> run.runId().equals(runId)).toList();
        if (some.isEmpty()) {
            throw OperatorException.usage(
                    "the table " + table + " has no run " + runId, "see them: mnc status --table " + table);
        }
        return new TableStatus(table, some);
    }

    /** Returns the runs as a table with remarks below it; of a single run also its errors. */
    String text() {
        if (runs.isEmpty()) {
            return "no run in " + table;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS);
        runs.forEach(run -> rows.add(run.columns()));
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(padded(rows, row, column)).append("  ");
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        for (RunStatus run : runs) {
            if (!run.remark().isEmpty()) {
                text.append(System.lineSeparator())
                        .append(run.runId())
                        .append(": ")
                        .append(run.remark());
            }
        }
        if (runs.size() == 1) {
            for (RunRecord.ErrorCount error : runs.get(0).errors()) {
                text.append(System.lineSeparator())
                        .append(Quantity.of(error.images(), "image"))
                        .append("  ")
                        .append(error.stage())
                        .append(": ")
                        .append(error.reason())
                        .append(" (")
                        .append(String.join(", ", error.samples()))
                        .append(")");
            }
        }
        return text.toString().stripTrailing();
    }

    private static String padded(List<List<String>> rows, List<String> row, int column) {
        int width =
                rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        String blanks = " ".repeat(width - row.get(column).length());
        boolean left = column < 2;
        return left ? row.get(column) + blanks : blanks + row.get(column);
    }
}
