package dev.mnc.jobs.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file of which parts are read. On an object store each part takes one request for just that range, and the length is
 * known, so that no request is spent on it.
 *
 * @param uri of the file
 * @param length of the file, or of the part from the start within which will be read, bytes
 */
public record StoredInput(String uri, long length, Configuration configuration) implements InputFile {

    /** The bytes that S3A reads beyond the range. */
    private static final String READ_AHEAD = "4096";

    /**
     * The size and version of a file now.
     *
     * @param size in bytes
     * @param version the etag, or the time of the last change
     */
    public record Status(long size, String version) {}

    /** Returns the status of a file, which costs a request. */
    public static Status status(String uri, Configuration configuration) throws IOException {
        if (Store.isLocal(uri)) {
            BasicFileAttributes attributes = Files.readAttributes(Store.local(uri), BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new FileNotFoundException("no regular file: " + uri);
            }
            return new Status(attributes.size(), FileWalk.version(attributes));
        }
        Path path = Store.hadoop(uri);
        FileStatus status = path.getFileSystem(configuration).getFileStatus(path);
        if (!status.isFile()) {
            throw new FileNotFoundException("no file: " + uri);
        }
        return new Status(status.getLen(), FileWalk.version(status));
    }

    @Override
    public long getLength() {
        return length;
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
        return Store.isLocal(uri)
                ? new LocalInputFile(Store.local(uri)).newStream()
                : HadoopStreams.wrap(open("random"));
    }

    /**
     * Opens the file.
     *
     * @param policy of reading, a value of {@code fs.option.openfile.read.policy}
     */
    public FSDataInputStream open(String policy) throws IOException {
        Path path = Store.hadoop(uri);
        FileSystem store = path.getFileSystem(configuration);
        try {
            return store.openFile(path)
                    .opt("fs.option.openfile.read.policy", policy)
                    .opt("fs.option.openfile.length", Long.toString(length))
                    .opt("fs.s3a.readahead.range", READ_AHEAD)
                    .build()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(String.valueOf(e.getCause()), e);
        }
    }
}
