package dev.mnc.jobs.evaluate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Whole files by path or URI: those of this machine through java.nio, which leaves no checksum files beside them. */
public final class StoredFiles {

    private StoredFiles() {}

    /** Opens a file. */
    public static InputStream open(String uri, Configuration configuration) throws IOException {
        if (isLocal(uri)) {
            return Files.newInputStream(local(uri));
        }
        Path path = new Path(uri);
        return path.getFileSystem(configuration).open(path);
    }

    /** Creates or replaces a file and the folders above it. */
    public static OutputStream create(String uri, Configuration configuration) throws IOException {
        if (isLocal(uri)) {
            java.nio.file.Path folder = local(uri).toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return new BufferedOutputStream(Files.newOutputStream(local(uri)), 1 << 16);
        }
        Path path = new Path(uri);
        return path.getFileSystem(configuration).create(path, true);
    }

    private static boolean isLocal(String uri) {
        return uri.startsWith("file:") || !uri.contains("://");
    }

    private static java.nio.file.Path local(String uri) {
        return uri.startsWith("file:") ? java.nio.file.Path.of(URI.create(uri)) : java.nio.file.Path.of(uri);
    }
}
