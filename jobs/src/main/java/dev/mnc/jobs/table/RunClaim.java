package dev.mnc.jobs.table;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The claim of one process to a run's name: the object {@code runs/<run-id>.claim}, created only if absent. Publishing
 * creates {@code runs/<run-id>.json}, only if absent too, and deletes the claim. A claim without a record belongs to a
 * run that is going on or was killed.
 */
public final class RunClaim {

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String table;
    private final String runId;
    private final Configuration configuration;

    private RunClaim(String table, String runId, Configuration configuration) {
        this.table = table;
        this.runId = runId;
        this.configuration = configuration;
    }

    /** Returns a name that no other run has: the time, for people, and 32 random bits. */
    public static String newName(Instant now) {
        return NAME.format(now)
                + String.format(
                        Locale.ROOT, "-%08x", ThreadLocalRandom.current().nextInt());
    }

    /**
     * Claims a run's name.
     *
     * @throws OperatorException if the run is published, going on, or was killed
     */
    public static RunClaim take(LabelTable table, String runId, Configuration configuration) {
        RunClaim claim = new RunClaim(table.uri(), runId, configuration);
        String holder = "pid " + ProcessHandle.current().pid() + ", started " + Instant.now();
        try {
            if (claim.exists(".json")) {
                throw OperatorException.conflict(
                        "run " + runId + " is published in " + table.uri() + " already",
                        "choose another --run-id, or leave it out for a new name");
            }
            Store.create(claim.uri(".claim"), holder.getBytes(StandardCharsets.UTF_8), configuration);
        } catch (FileAlreadyExistsException e) {
            throw OperatorException.conflict(
                    "run " + runId + " in " + table.uri() + " was started before and never published: it is still"
                            + " going on, or was killed",
                    "choose another --run-id; if the run is dead, delete " + claim.uri(".claim") + " and the folders "
                            + claim.folder("instances") + " and " + claim.folder("images"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to the table " + table.uri() + ": " + e.getMessage(), e);
        }
        return claim;
    }

    public String runId() {
        return runId;
    }

    /** Returns the folder of one part of the run, e.g. {@code <table>/instances/run=<run-id>}. */
    public String folder(String part) {
        return table + "/" + part + "/run=" + runId;
    }

    /**
     * Makes the run visible to readers.
     *
     * @throws OperatorException if another process has published a run of this name meanwhile
     */
    public void publish(RunRecord record) {
        try {
            Store.create(uri(".json"), record.toJson().getBytes(StandardCharsets.UTF_8), configuration);
            file(".claim").getFileSystem(configuration).delete(file(".claim"), false);
        } catch (FileAlreadyExistsException e) {
            throw OperatorException.conflict(
                    "run " + runId + " in " + table + " was published by another process meanwhile",
                    "the other one stands; this one's rows are below the same folders, so run: mnc label --run-id OTHER");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot publish run " + runId + ": " + e.getMessage(), e);
        }
    }

    String uri(String suffix) {
        return table + "/runs/" + runId + suffix;
    }

    private boolean exists(String suffix) throws IOException {
        FileSystem store = file(suffix).getFileSystem(configuration);
        return store.exists(file(suffix));
    }

    private Path file(String suffix) {
        return Store.hadoop(uri(suffix));
    }
}
