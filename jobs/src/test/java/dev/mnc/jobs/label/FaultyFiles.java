package dev.mnc.jobs.label;

import dev.mnc.jobs.store.FileWalkTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.Progressable;

/** A store over local files, some of which are never read to their end, and whose disk is full for files of one name. */
public final class FaultyFiles extends FileWalkTest.Objects {

    public static final String ROOT = "faulty://";

    /** The begin of the names of files that never end, unless a test says otherwise. */
    static final String STALLED = "stalled";

    /** Tells by their names which files never end. */
    static volatile Predicate<String> stalled = name -> name.startsWith(STALLED);

    private static volatile String full = "";

    /** What files that never end wait for. */
    static volatile CountDownLatch end = new CountDownLatch(1);

    /** Makes the store known. */
    public static void install(Configuration configuration) {
        configuration.set("fs.faulty.impl", FaultyFiles.class.getName());
        stalled = name -> name.startsWith(STALLED);
        full = "";
        end = new CountDownLatch(1);
    }

    /** Sets the end of the names of files that find the disk full; empty if none does. */
    public static void full(String end) {
        full = end;
    }

    /** Waits for the end of the test as native code and many a file system do, which do not look at interrupts. */
    static void hang() {
        boolean interrupted = true;
        while (interrupted) {
            try {
                end.await();
                interrupted = false;
            } catch (InterruptedException e) {
                // Go on.
            }
        }
    }

    @Override
    public URI getUri() {
        return URI.create(ROOT + "/");
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        if (stalled.test(path.getName())) {
            hang();
        }
        return super.open(path, bufferSize);
    }

    @Override
    public FSDataOutputStream create(
            Path path, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        boolean isFull = !full.isEmpty() && path.getName().endsWith(full);
        if (isFull) { // Linux has a device that answers as a full disk does.
            Files.createDirectories(pathToFile(path).toPath().getParent());
            Files.createSymbolicLink(pathToFile(path).toPath(), java.nio.file.Path.of("/dev/full"));
        }
        return super.create(path, overwrite || isFull, bufferSize, replication, blockSize, progress);
    }
}
