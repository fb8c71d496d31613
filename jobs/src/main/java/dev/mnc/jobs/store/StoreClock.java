package dev.mnc.jobs.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/** The clock of a store, by which its files have their times. That of this machine may go wrong by days. */
public final class StoreClock {

    private StoreClock() {}

    /**
     * Returns the time in the store now: that of a file made for this, which is deleted.
     *
     * @param folder where to make it
     */
    public static Instant now(String folder, Configuration configuration) throws IOException {
        String uri = folder + "/.clock-" + UUID.randomUUID() + ".tmp";
        try (OutputStream out = Store.replace(uri, configuration)) {
            out.write('t');
        }
        try {
            if (Store.isLocal(uri)) {
                return Files.getLastModifiedTime(Store.local(uri)).toInstant();
            }
            org.apache.hadoop.fs.Path path = Store.hadoop(uri);
            return Instant.ofEpochMilli(
                    path.getFileSystem(configuration).getFileStatus(path).getModificationTime());
        } finally {
            Store.delete(uri, configuration);
        }
    }
}
