package dev.mnc.jobs.runs;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ClaimRecord;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** The runs of a table that were begun and are not published, and whether somebody is at work on them. */
public final class UnfinishedRuns {

    /** Intervals without a sign of life after which a process counts as dead. */
    private static final double PATIENCE_BEATS = 3.5;

    private static final int NUMBER_LOOKS = 100;

    /** Folders among those of runs that are none. */
    private static final Set<String> OTHERS = Set.of("numbers", RunFolder.LISTINGS);

    private final String table;
    private final Configuration configuration;

    public UnfinishedRuns(String table, Configuration configuration) {
        this.table = RunFolder.trimmed(table);
        this.configuration = configuration;
    }

    /**
     * An unfinished run.
     *
     * @param epoch number of its latest claim
     * @param claim the latest
     */
    public record Run(RunFolder folder, int epoch, ClaimRecord claim) {}

    boolean isPublished(String runId) throws IOException {
        return Store.names(RunFolder.below(table, "runs"), configuration).contains(runId + ".json");
    }

    /** Returns the runs in the order of their numbers; one whose claim is damaged cannot go on and is left out. */
    public List<Run> all() throws IOException {
        List<String> names = Store.names(RunFolder.below(table, "runs"), configuration);
        List<Run> runs = new ArrayList<>();
        for (String runId : runIds(names)) {
            newest(new RunFolder(table, runId)).ifPresent(runs::add);
        }
        runs.sort(Comparator.comparingLong(run -> run.claim().number()));
        return runs;
    }

    /** Returns how many commits a run has, without reading them. */
    public long commits(Run run) throws IOException {
        return Store.names(run.folder().state(), configuration).stream()
                .filter(RunFolder::isWave)
                .count();
    }

    /**
     * Returns the runs that have a folder and no record.
     *
     * @param names of the objects in the folder of runs
     */
    public static List<String> runIds(List<String> names) {
        Set<String> known = Set.copyOf(names);
        return names.stream()
                .filter(name -> name.endsWith("/"))
                .map(name -> name.substring(0, name.length() - 1))
                .filter(runId -> !OTHERS.contains(runId) && !known.contains(runId + ".json"))
                .toList();
    }

    private Optional<Run> newest(RunFolder folder) throws IOException {
        int epoch = Store.names(folder.state(), configuration).stream()
                .filter(RunFolder::isClaim)
                .mapToInt(RunFolder::epochOf)
                .max()
                .orElse(0);
        if (epoch == 0) {
            return Optional.empty();
        }
        Optional<ClaimRecord> claim = claim(folder, epoch);
        // A run gets its number at once, unless its process dies.
        for (int attempt = 0; attempt < NUMBER_LOOKS && isChoosing(claim); attempt++) {
            pause(100);
            claim = claim(folder, epoch);
        }
        return claim.map(known -> new Run(folder, epoch, known));
    }

    private static boolean isChoosing(Optional<ClaimRecord> claim) {
        return claim.filter(known -> known.number() == ClaimRecord.NO_NUMBER
                        && known.beat() != ClaimRecord.GIVEN_UP
                        && ProcessIdentity.own().lifeOf(known) != ProcessIdentity.Life.DEAD)
                .isPresent();
    }

    /** Reads a claim, which its owner may be writing anew. */
    private Optional<ClaimRecord> claim(RunFolder folder, int epoch) throws IOException {
        String uri = folder.state(RunFolder.claimName(epoch));
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                return Optional.of(ClaimRecord.fromJson(Store.text(uri, configuration), uri));
            } catch (IllegalArgumentException e) {
                pause(100);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the runs that others are at work on and that label images as this one does, in the order of their numbers.
     *
     * @param except the run that asks
     */
    public List<Run> beside(String except, RunWork work, Consumer<String> note) throws IOException {
        List<Run> beside = new ArrayList<>();
        for (Run run : all()) {
            if (!run.folder().runId().equals(except) && run.claim().work().labelsAs(work) && isAlive(run, note)) {
                beside.add(run);
            }
        }
        return beside;
    }

    /** Returns the files that unfinished runs have committed, by path below the table. */
    public List<String> committedFiles() throws IOException {
        List<String> files = new ArrayList<>();
        for (Run run : all()) {
            RunLog.read(run.folder(), configuration)
                    .entries()
                    .forEach(entry -> entry.files().forEach(file -> files.add(file.path())));
        }
        return files;
    }

    /**
     * The progress of a run.
     *
     * @param planned images; null if it has no plan yet
     * @param committed of these
     * @param failed of the committed ones
     * @param instances found in them
     * @param bytes of the data files
     * @param imagesPerSecond in the last wave; null if there is none
     */
    public record Progress(
            @Nullable Long planned,
            long committed,
            long failed,
            long instances,
            long bytes,
            @Nullable Double imagesPerSecond) {}

    /**
     * Returns how far a run is.
     *
     * @throws OperatorException if one of its commits is damaged
     * @throws IllegalArgumentException if its plan is damaged
     */
    public Progress progress(Run run) throws IOException {
        Optional<RunPlan> plan = plan(run);
        RunLog log = RunLog.read(run.folder(), configuration);
        List<WaveRecord> entries = log.entries();
        return new Progress(
                plan.map(known -> known.record().images()).orElse(null),
                log.images(),
                entries.stream().mapToLong(entry -> entry.outcome().failed()).sum(),
                entries.stream().mapToLong(entry -> entry.outcome().instances()).sum(),
                entries.stream()
                        .flatMap(entry -> entry.files().stream())
                        .mapToLong(RunRecord.DataFile::bytes)
                        .sum(),
                entries.isEmpty()
                        ? null
                        : entries.get(entries.size() - 1).pace().imagesPerSecond());
    }

    /**
     * Deletes the plan and the commits of a run if one of them is damaged: its images are then planned anew.
     *
     * @param note told what is damaged
     * @return whether that was so
     */
    boolean dropIfDamaged(RunFolder folder, Consumer<String> note) throws IOException {
        try {
            Optional<RunPlan> unused = RunPlan.read(folder, configuration);
            RunLog unusedLog = RunLog.read(folder, configuration);
            return false;
        } catch (OperatorException | IllegalArgumentException e) {
            note.accept("run " + folder.runId() + " begins anew, since it cannot go on: " + e.getMessage());
            for (String name : Store.names(folder.state(), configuration)) {
                if (!RunFolder.isClaim(name)) {
                    Store.delete(folder.state(name), configuration);
                }
            }
            return true;
        }
    }

    /**
     * Drops a run for good: its images are work again. Its data files are then referred to by nothing.
     *
     * @throws OperatorException if somebody is at work on it
     */
    public void drop(Run run, Consumer<String> note) throws IOException {
        String runId = run.folder().runId();
        try (RunClaim claim = RunClaim.take(table, runId, run.claim().work(), note, configuration)) {
            claim.beginAnew(); // A run without a plan is gone when its claim is closed.
        }
    }

    /** Returns the plan of a run; empty if it has none yet, or is published meanwhile. */
    public Optional<RunPlan> plan(Run run) throws IOException {
        return RunPlan.read(run.folder(), configuration);
    }

    /**
     * Throws if somebody is at work on a run.
     *
     * @throws OperatorException then
     */
    public void requireDead(Run run, Consumer<String> note) throws IOException {
        if (isAlive(run, note)) {
            ClaimRecord claim = run.claim();
            throw OperatorException.conflict(
                    "run " + run.folder().runId() + " in " + table + " is at work on these images: process "
                            + claim.pid() + " on " + claim.host() + ", begun at " + claim.startedAt(),
                    "wait until it has ended; if it was killed, this command goes on in its place half a minute later");
        }
    }

    /** Returns whether the owner of a run is alive. Where it runs elsewhere this waits for its next sign of life. */
    public boolean isAlive(Run run, Consumer<String> note) throws IOException {
        ClaimRecord seen = run.claim();
        if (seen.beat() == ClaimRecord.GIVEN_UP) {
            return false;
        }
        ProcessIdentity.Life life = ProcessIdentity.own().lifeOf(seen);
        if (life != ProcessIdentity.Life.UNKNOWN) {
            return life == ProcessIdentity.Life.ALIVE;
        }
        double patience = PATIENCE_BEATS * seen.beatSeconds();
        note.accept("run " + run.folder().runId() + " was begun on " + seen.host()
                + ": looking whether it is at work still, for up to " + Math.round(patience) + " s");
        long end = System.nanoTime() + (long) (patience * 1e9);
        while (System.nanoTime() < end) {
            pause((long) Math.max(1, seen.beatSeconds() * 100));
            Optional<Run> now = newest(run.folder());
            if (now.isEmpty()) {
                return false; // published, or given up before it had a plan
            }
            if (!now.get().claim().equals(seen)) {
                return now.get().claim().beat() != ClaimRecord.GIVEN_UP;
            }
        }
        return false;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking at the runs of a table", e);
        }
    }
}
