package dev.mnc.jobs.runs;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Digests;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.store.StoredInput;
import dev.mnc.schemas.RunRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * A data file of a published run.
 *
 * @param table uri of the table
 * @param runId names the run
 * @param file as the run names it
 */
public record PublishedFile(String table, String runId, RunRecord.DataFile file) implements Serializable {

    private static final int CHUNK = 1 << 17;

    public PublishedFile {
        requireNonNull(table, "table");
        requireNonNull(runId, "runId");
        requireNonNull(file, "file");
    }

    /** Returns where the file is. */
    public String uri() {
        return RunFolder.below(table, file.path());
    }

    /** Returns the fault of the run that something wrong with this file is. */
    public RunDamage damage(String what) {
        return new RunDamage(table, runId, uri() + " " + what);
    }

    /**
     * Reads the file once and throws if it is not the one that was published. Files of old runs have no digest; of them only
     * the length is known.
     *
     * @throws OperatorException then
     */
    public void requireIntact(Configuration configuration) throws IOException {
        Optional<String> fault = fault(configuration);
        if (fault.isPresent()) {
            throw damage(fault.get()).error();
        }
    }

    /** Reads the file once and returns what {@link #requireIntact} throws about, if anything. */
    public Optional<String> fault(Configuration configuration) throws IOException {
        try {
            Optional<String> wrongLength =
                    ofLength(StoredInput.status(uri(), configuration).size());
            return wrongLength.isPresent() || file.sha256() == null || hasDigest(configuration)
                    ? wrongLength
                    : Optional.of("is not what was written: its sha256 is another");
        } catch (FileNotFoundException | NoSuchFileException e) {
            return Optional.of("is missing");
        }
    }

    /** Reads the file and returns whether its digest is the one that was published. */
    boolean hasDigest(Configuration configuration) throws IOException {
        MessageDigest digest = Digests.sha256();
        try (InputStream in = Store.open(uri(), configuration)) {
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
            }
        }
        return Digests.hex(digest).equals(file.sha256());
    }

    /** Returns what is wrong with a length, if anything. */
    public Optional<String> ofLength(long bytes) {
        return bytes == file.bytes()
                ? Optional.empty()
                : Optional.of("has " + bytes + " bytes, not " + file.bytes() + " as published");
    }
}
