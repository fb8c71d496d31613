package dev.mnc.jobs.store;

import dev.mnc.jobs.failure.OperatorException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A listing of every regular file below a folder or an object store's prefix, whatever the file's name.
 *
 * <p>Spark's and Hadoop's own readers pass over names that begin with {@code _} or {@code .} and stumble over
 * colons; so a folder is walked with java.nio, and of an object store the flat listing is requested: of S3 in ranges of keys,
 * of others folder by folder.
 */
public final class FileWalk {

    /** The start of a version that is a time, for want of an etag. */
    public static final String MODIFIED = "modified ";

    /** Folders listed at once: an object store gives only a thousand names with each answer. */
    private static final int AT_ONCE = 16;
    /** With more folders than this, one flat listing takes fewer requests than one for each. */
    private static final int MOST_FOLDERS = 256;

    /**
     * A file as the store lists it.
     *
     * @param name below where the walk began, with {@code /} between parts; for a walk that began at a file, the file's
     * @param version the store's etag, or the time of the last change where it has none
     */
    public record Found(String uri, String name, long sizeBytes, String version) {}

    /** A receiver of what is found; for an object store it is called by several threads. */
    public interface Visitor {

        void file(Found file);

        /** Takes an entry that is no file: a broken link, socket, pipe. */
        void leftOut(String name);
    }

    private FileWalk() {}

    /**
     * Returns the uri at which the names of a walk begin: that of the folder, or of the file's folder, ending in a
     * slash.
     *
     * @throws OperatorException if nothing is there
     */
    public static String root(String uri, Configuration configuration) throws IOException {
        if (Store.isLocal(uri)) {
            java.nio.file.Path start = Store.local(uri).toAbsolutePath().normalize();
            if (!Files.exists(start)) {
                throw OperatorException.environment("--images: no such file or folder: " + start, "check --images");
            }
            java.nio.file.Path parent = start.getParent();
            return (Files.isDirectory(start) || parent == null ? start : parent)
                    .toUri()
                    .toString();
        }
        Path start = Store.hadoop(uri);
        FileSystem store = start.getFileSystem(configuration);
        try {
            Path parent = start.getParent();
            Path folder = parent != null && store.getFileStatus(start).isFile() ? parent : start;
            return withSlash(authority(store) + folder.toUri().getPath());
        } catch (FileNotFoundException e) {
            throw OperatorException.environment("--images: nothing is there: " + uri, "check --images");
        }
    }

    /** Visits all files. */
    public static void all(String uri, String root, Configuration configuration, Visitor visitor) throws IOException {
        if (Store.isLocal(uri)) {
            walkFolder(Store.local(uri).toAbsolutePath().normalize(), root, visitor);
        } else {
            Path start = Store.hadoop(uri);
            FileSystem store = start.getFileSystem(configuration);
            S3Listing bucket = S3Listing.of(uri, configuration);
            if (bucket != null
                    && root.equals(withSlash(authority(store) + start.toUri().getPath()))) {
                walkKeys(bucket, store, root, visitor);
            } else {
                walkObjects(start, store, root, visitor);
            }
        }
    }

    private static void walkKeys(S3Listing bucket, FileSystem store, String root, Visitor visitor) throws IOException {
        String bucketRoot = authority(store) + "/";
        bucket.forEach(root.substring(bucketRoot.length()), AT_ONCE, object -> {
            String uri = bucketRoot + object.key();
            visitor.file(new Found(uri, uri.substring(root.length()), object.sizeBytes(), object.version()));
        });
    }

    private static void walkFolder(java.nio.file.Path start, String root, Visitor visitor) throws IOException {
        Files.walkFileTree(
                start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(java.nio.file.Path file, BasicFileAttributes attributes) {
                        String uri = file.toUri().toString();
                        String name = unescaped(uri.substring(root.length()));
                        if (attributes.isRegularFile()) {
                            visitor.file(new Found(uri, name, attributes.size(), version(attributes)));
                        } else {
                            visitor.leftOut(name);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(java.nio.file.Path file, IOException e) throws IOException {
                        if (e instanceof FileSystemLoopException) {
                            visitor.leftOut(file.getFileName() + " (a link loop)");
                            return FileVisitResult.CONTINUE;
                        }
                        if (e instanceof NoSuchFileException && !file.equals(start)) {
                            return FileVisitResult.CONTINUE; // Deleted since its folder was read, as if before.
                        }
                        throw e;
                    }
                });
    }

    private static void walkObjects(Path start, FileSystem store, String root, Visitor visitor) throws IOException {
        List<Path> folders = new ArrayList<>();
        RemoteIterator<FileStatus> level = store.listStatusIterator(start);
        while (level.hasNext()) {
            FileStatus entry = level.next();
            if (!entry.isDirectory()) {
                visitor.file(found(entry, store, root));
            } else if (folders.size() <= MOST_FOLDERS) {
                folders.add(entry.getPath());
            }
        }
        if (folders.size() <= MOST_FOLDERS) {
            ParallelTasks.forEach(AT_ONCE, folders.iterator(), folder -> walkFlat(folder, store, root, visitor::file));
        } else {
            walkFlat(start, store, root, file -> {
                if (file.name().indexOf('/') >= 0) { // the others have been visited above
                    visitor.file(file);
                }
            });
        }
    }

    private static void walkFlat(Path folder, FileSystem store, String root, Consumer<Found> visitor)
            throws IOException {
        RemoteIterator<? extends FileStatus> files = store.listFiles(folder, true);
        while (files.hasNext()) {
            visitor.accept(found(files.next(), store, root));
        }
    }

    private static Found found(FileStatus file, FileSystem store, String root) {
        String uri = authority(store) + file.getPath().toUri().getPath();
        return new Found(uri, uri.substring(root.length()), file.getLen(), version(file));
    }

    private static String authority(FileSystem store) {
        String authority = store.getUri().getAuthority();
        return store.getUri().getScheme() + "://" + (authority == null ? "" : authority);
    }

    private static String withSlash(String folder) {
        return folder.endsWith("/") ? folder : folder + "/";
    }

    /** Returns the version of a local file: the time of the last change, for want of a real version. */
    public static String version(BasicFileAttributes attributes) {
        return MODIFIED + attributes.lastModifiedTime().toInstant();
    }

    static String version(FileStatus file) {
        String etag = file instanceof EtagSource source ? source.getEtag() : null;
        return etag != null ? etag : MODIFIED + Instant.ofEpochMilli(file.getModificationTime());
    }

    /** Returns the name that a path's escaped bytes spell in UTF-8, or the escaped name if they are no UTF-8. */
    private static String unescaped(String escaped) {
        ByteBuffer bytes = ByteBuffer.allocate(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '%') {
                bytes.put((byte) Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.put((byte) escaped.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return escaped;
        }
    }
}
