package dev.mnc.jobs.runs;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ClaimRecord;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * One process's hold on a run: new, or begun by a process that is dead. It gives a sign of life every few seconds, so that
 * others leave the run alone. Closing it gives the run up, if it is not published.
 */
public final class RunClaim implements AutoCloseable {

    /** The time between signs of life, s. */
    static final double BEAT_SECONDS = 10;

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final RunFolder folder;
    private final int epoch;
    private final Configuration configuration;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "mnc-claim");
        thread.setDaemon(true);
        return thread;
    });
    private RunLog log;
    private ClaimRecord claim;
    private @Nullable RunPlan plan;
    private boolean closed;
    private volatile boolean lost;

    private RunClaim(RunFolder folder, int epoch, ClaimRecord claim, Configuration configuration) throws IOException {
        this.folder = folder;
        this.epoch = epoch;
        this.claim = claim;
        this.configuration = configuration;
        // Read after the claim is there: whoever had the run before may commit until it notices.
        this.plan = RunPlan.read(folder, configuration).orElse(null);
        this.log = RunLog.read(folder, configuration);
        long millis = Math.max(1, (long) (claim.beatSeconds() * 1000));
        var unused = clock.scheduleAtFixedRate(this::beat, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Returns a name that no other run has: the time, for people, and 32 random bits. */
    public static String newName(Instant now) {
        return NAME.format(now)
                + String.format(
                        Locale.ROOT, "-%08x", ThreadLocalRandom.current().nextInt());
    }

    /**
     * Takes hold of a run.
     *
     * @param runId its name, or null for the unfinished run of the same work, or else a new run
     * @param note told in a sentence when this waits, or takes a run over
     * @throws OperatorException if the run is published, another process is at work on it or on the same work, or a run of
     *     this name is about other work
     */
    public static RunClaim take(
            String table, @Nullable String runId, RunWork work, Consumer<String> note, Configuration configuration) {
        return take(table, runId, work, BEAT_SECONDS, note, configuration);
    }

    static RunClaim take(
            String table,
            @Nullable String runId,
            RunWork work,
            double beatSeconds,
            Consumer<String> note,
            Configuration configuration) {
        String trimmed = RunFolder.trimmed(table);
        try {
            UnfinishedRuns unfinished = new UnfinishedRuns(trimmed, configuration);
            if (runId != null && unfinished.isPublished(runId)) {
                throw OperatorException.conflict(
                        "run " + runId + " is published in " + trimmed + " already",
                        "choose another --run-id, or leave it out for a new name");
            }
            for (UnfinishedRuns.Run run : unfinished.all()) {
                if (runId == null
                        ? work.equals(run.claim().work())
                        : runId.equals(run.folder().runId())) {
                    requireSameWork(run, work);
                    unfinished.requireDead(run, note);
                    Optional<RunClaim> taken = takeOver(run, unfinished, beatSeconds, note, configuration);
                    if (taken.isPresent()) {
                        return taken.get();
                    }
                }
            }
            RunClaim claim = begin(trimmed, runId, work, beatSeconds, configuration);
            claim.requireFirst(unfinished, note);
            return claim;
        } catch (IOException e) {
            throw cannot("claim a run in " + trimmed, e);
        }
    }

    private static void requireSameWork(UnfinishedRuns.Run run, RunWork work) {
        if (!run.claim().work().equals(work)) {
            RunWork other = run.claim().work();
            throw OperatorException.conflict(
                    "run " + run.folder().runId() + " in " + run.folder().table() + " was begun for other "
                            + (other.labelsAs(work)
                                    ? "images: " + other.images()
                                    : "labels: another model, or other settings that change labels"),
                    "choose another --run-id, or leave it out for a new name");
        }
    }

    /** Takes a dead process's run over; returns empty if it turns out to be published. */
    private static Optional<RunClaim> takeOver(
            UnfinishedRuns.Run run,
            UnfinishedRuns unfinished,
            double beatSeconds,
            Consumer<String> note,
            Configuration configuration)
            throws IOException {
        RunFolder folder = run.folder();
        int epoch = run.epoch() + 1;
        ClaimRecord claim =
                newClaim(folder.runId(), run.claim().number(), run.claim().work(), beatSeconds);
        try {
            create(folder, epoch, claim, configuration);
        } catch (FileAlreadyExistsException e) {
            throw OperatorException.conflict(
                    "run " + folder.runId() + " in " + folder.table() + " was taken over by another process just now",
                    "nothing to do: the other process goes on");
        }
        boolean anew = unfinished.dropIfDamaged(folder, note);
        RunClaim taken = new RunClaim(folder, epoch, claim, configuration);
        if (anew || taken.number() == ClaimRecord.NO_NUMBER) {
            taken.takeNumber();
        }
        if (unfinished.isPublished(folder.runId())) {
            taken.end();
            taken.deleteState();
            return Optional.empty();
        }
        taken.plan()
                .ifPresent(plan -> note.accept("going on with run " + folder.runId() + ": " + taken.log.images()
                        + " of " + plan.record().images() + " images are committed"));
        return Optional.of(taken);
    }

    private static RunClaim begin(
            String table, @Nullable String runId, RunWork work, double beatSeconds, Configuration configuration)
            throws IOException {
        String name = runId == null ? newName(Instant.now()) : runId;
        RunFolder folder = new RunFolder(table, name);
        // Claimed before it has a number: whoever takes a higher one after that sees that somebody is before it.
        ClaimRecord claim = newClaim(name, ClaimRecord.NO_NUMBER, work, beatSeconds);
        try {
            create(folder, 1, claim, configuration);
        } catch (FileAlreadyExistsException e) {
            throw OperatorException.conflict(
                    "run " + name + " in " + table + " was begun by another process just now",
                    "choose another --run-id, or leave it out for a new name");
        }
        RunClaim begun = new RunClaim(folder, 1, claim, configuration);
        try {
            begun.takeNumber();
            return begun;
        } catch (IOException | RuntimeException e) {
            begun.close();
            throw e;
        }
    }

    private synchronized void takeNumber() throws IOException {
        write(claim.withNumber(RunNumbers.take(folder.table(), runId() + " " + claim.owner(), configuration)));
    }

    private static ClaimRecord newClaim(String runId, long number, RunWork work, double beatSeconds) {
        ProcessIdentity own = ProcessIdentity.own();
        return new ClaimRecord(
                runId,
                number,
                UUID.randomUUID().toString(),
                own.host(),
                own.space(),
                own.pid(),
                own.started(),
                Instant.now().toString(),
                0,
                beatSeconds,
                work);
    }

    private static void create(RunFolder folder, int epoch, ClaimRecord claim, Configuration configuration)
            throws IOException {
        Store.createOwn(folder.state(RunFolder.claimName(epoch)), bytes(claim.toJson()), configuration);
    }

    /** Of two processes that begin the same work at once, the one with the lower number goes on. */
    private void requireFirst(UnfinishedRuns unfinished, Consumer<String> note) throws IOException {
        for (UnfinishedRuns.Run other : unfinished.all()) {
            if (other.claim().work().equals(claim.work()) && other.claim().number() < claim.number()) {
                try {
                    unfinished.requireDead(other, note);
                } catch (OperatorException e) {
                    close();
                    throw e;
                }
            }
        }
    }

    public String runId() {
        return folder.runId();
    }

    /** Returns the run's number among all of its table. */
    public long number() {
        return claim.number();
    }

    /** Returns what the run is about. */
    public RunWork work() {
        return claim.work();
    }

    /** Returns how many processes have held the run one after the other, this one included. */
    public int processes() {
        return epoch;
    }

    public RunFolder folder() {
        return folder;
    }

    /** Returns the plan; empty if none is stored yet. */
    public Optional<RunPlan> plan() {
        return Optional.ofNullable(plan);
    }

    /** Returns the run's commits. */
    public RunLog log() {
        return log;
    }

    /**
     * Stores the plan of the run.
     *
     * @param images in their order
     * @param record of the plan, given the files
     */
    public RunPlan store(Iterator<ImageRef> images, Function<List<PlanRecord.PlanFile>, PlanRecord> record) {
        requireHeld();
        try {
            plan = RunPlan.store(folder, claim.owner(), images, record, configuration);
            return plan;
        } catch (IOException e) {
            throw cannot("store the plan of run " + runId(), e);
        }
    }

    /**
     * Stores the plan of the run, whose files are written already.
     *
     * @param files in their order, named as {@link #planPrefix} says
     * @param record of the plan, given the files
     */
    public RunPlan store(List<PlanRecord.PlanFile> files, Function<List<PlanRecord.PlanFile>, PlanRecord> record) {
        requireHeld();
        try {
            plan = RunPlan.store(folder, files, record, configuration);
            return plan;
        } catch (IOException e) {
            throw cannot("store the plan of run " + runId(), e);
        }
    }

    /** Returns the start of the uris of the plan's files, the name of which is behind the last slash. */
    public String planPrefix() {
        return folder.state("plan-" + claim.owner().substring(0, 8) + "-");
    }

    /**
     * Drops the plan and the commits of a dead process, whose images are labelled elsewhere. The run takes a number of its
     * own time.
     */
    public void beginAnew() {
        requireHeld();
        try {
            for (String name : Store.names(folder.state(), configuration)) {
                if (!RunFolder.isClaim(name)) {
                    Store.delete(folder.state(name), configuration);
                }
            }
            takeNumber();
            plan = null;
            log = RunLog.read(folder, configuration);
        } catch (IOException e) {
            throw cannot("begin run " + runId() + " anew", e);
        }
    }

    /** A commit of a wave, given its number among the run's commits and the owner of the claim. */
    public interface Commit {
        WaveRecord made(int entry, String owner);
    }

    /** Commits a wave. */
    public WaveRecord commit(Commit wave) {
        try {
            return log.append(entry -> wave.made(entry, claim.owner()));
        } catch (IOException e) {
            throw cannot("commit a wave of run " + runId(), e);
        }
    }

    /** Makes a record, given the file that names the run's data files. */
    public interface Publication {
        RunRecord made(RunRecord.Manifest manifest);
    }

    /**
     * Makes the run visible to readers, with all files of its commits.
     *
     * @throws OperatorException if another process has published a run of this name meanwhile
     */
    public RunRecord publish(Publication publication) {
        requireHeld();
        List<RunRecord.DataFile> files =
                log.entries().stream().flatMap(entry -> entry.files().stream()).toList();
        try {
            RunRecord.Manifest manifest =
                    DataFiles.store(folder.table(), folder.manifestPath(claim.owner()), files, configuration);
            RunRecord record = publication.made(manifest);
            Store.createOwn(folder.record(), bytes(record.toJson()), configuration);
            end();
            deleteState();
            return record;
        } catch (FileAlreadyExistsException e) {
            throw OperatorException.conflict(
                    "run " + runId() + " in " + folder.table() + " was published by another process meanwhile",
                    "nothing to do: what it published stands");
        } catch (IOException e) {
            throw cannot("publish run " + runId(), e);
        }
    }

    /** The run is published, so what is left of its state is waste. */
    private void deleteState() {
        try {
            Store.delete(folder.state(), configuration);
        } catch (IOException e) {
            // Nobody reads it.
        }
    }

    /**
     * Throws if another process has taken the run over.
     *
     * @throws OperatorException then
     */
    public void requireHeld() {
        if (lost) {
            throw OperatorException.conflict(
                    "run " + runId() + " in " + folder.table() + " was taken over by another process",
                    "nothing is lost and nothing to do: the other process goes on");
        }
    }

    private synchronized void beat() {
        if (closed || lost) {
            return;
        }
        try {
            List<String> names = Store.names(folder.state(), configuration);
            if (names.contains(RunFolder.claimName(epoch + 1))) {
                lost = true;
            } else {
                write(claim.withBeat(claim.beat() + 1));
            }
        } catch (IOException | RuntimeException e) {
            // A store that is away for a while: if for too long, another process takes over, and a commit tells us.
        }
    }

    private void write(ClaimRecord next) throws IOException {
        Store.replaceWhole(folder.state(RunFolder.claimName(epoch)), bytes(next.toJson()), configuration);
        claim = next;
    }

    private synchronized void end() {
        closed = true;
        clock.shutdownNow();
    }

    /** Ends the hold: a run without a plan leaves nothing, another one can be taken over at once. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            end();
        }
        if (lost) {
            return;
        }
        try {
            if (plan == null) {
                Store.delete(folder.state(), configuration);
            } else {
                write(claim.withBeat(ClaimRecord.GIVEN_UP));
            }
        } catch (IOException | RuntimeException e) {
            // Others find out by themselves that nobody is at work.
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static UncheckedIOException cannot(String what, IOException e) {
        return new UncheckedIOException(new IOException(
                "cannot " + what + ": " + requireNonNull(e.getMessage() == null ? e.toString() : e.getMessage()), e));
    }
}
