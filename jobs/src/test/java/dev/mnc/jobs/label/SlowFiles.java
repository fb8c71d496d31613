package dev.mnc.jobs.label;

import dev.mnc.jobs.store.FileWalkTest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * A store whose files take their time to open. As on HDFS and S3, a thread that was interrupted can delete nothing there;
 * one that tries leaves a mark.
 */
public final class SlowFiles extends FileWalkTest.Objects {

    /** The time that each file takes, ms. */
    static final String MILLIS = "fs.objects.slow.millis";

    /** The name of a file that does not open for whoever is the first to try, in all processes. */
    static final String STALLED = "fs.objects.slow.stalled";

    /** The local folder for marks: one with the name of the file that stalled, and one of an interrupted deletion. */
    static final String MARKS = "fs.objects.slow.marks";

    static final String INTERRUPTED = "interrupted";

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        pause(getConf().getLong(MILLIS, 0));
        if (path.getName().equals(getConf().get(STALLED, ""))) {
            stallFirst(path);
        }
        return super.open(path, bufferSize);
    }

    private void stallFirst(Path path) throws IOException {
        try {
            Files.createFile(mark(path.getName()));
        } catch (FileAlreadyExistsException e) {
            return;
        }
        pause(TimeUnit.HOURS.toMillis(1)); // This process ends before.
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private java.nio.file.Path mark(String name) {
        return java.nio.file.Path.of(getConf().get(MARKS, ""), name);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            Files.writeString(mark(INTERRUPTED), path.toString());
            throw new InterruptedIOException("deletion of " + path);
        }
        return super.delete(path, recursive);
    }
}
