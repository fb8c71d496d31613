package dev.mnc.jobs.store;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Access to files by uri: local files through java.nio, all others through Hadoop's file systems.
 *
 * <p>Local files are named by {@code file:} URIs, in which every odd byte of a name is escaped, so that a name survives
 * whatever the JVM's locale is. Objects elsewhere are named by scheme, authority and the key as it is.
 */
public final class Store {

    /** File systems that show a file while it is written, and whose rename is one step that never replaces a file. */
    private static final Set<String> RENAMING = Set.of("hdfs", "viewfs");

    private Store() {}

    /** Returns whether a uri names something on this machine: a plain path or a {@code file:} URI. */
    public static boolean isLocal(String uri) {
        return uri.startsWith("file:") || !uri.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*://.*");
    }

    /** Returns the local path of a plain path or {@code file:} URI. */
    public static Path local(String uri) {
        return uri.startsWith("file:") ? Path.of(URI.create(uri)) : Path.of(uri);
    }

    /** Returns the Hadoop path of a uri, made of parts, since in a text Hadoop takes a {@code :} for a scheme's end. */
    public static org.apache.hadoop.fs.Path hadoop(String uri) {
        if (isLocal(uri)) {
            return new org.apache.hadoop.fs.Path(
                    local(uri).toAbsolutePath().normalize().toUri());
        }
        int authority = uri.indexOf("://") + 3;
        int slash = uri.indexOf('/', authority);
        return new org.apache.hadoop.fs.Path(
                uri.substring(0, authority - 3),
                slash < 0 ? uri.substring(authority) : uri.substring(authority, slash),
                slash < 0 ? "/" : uri.substring(slash));
    }

    /** Opens a file. */
    public static InputStream open(String uri, Configuration configuration) throws IOException {
        if (isLocal(uri)) {
            return Files.newInputStream(local(uri));
        }
        return hadoop(uri).getFileSystem(configuration).open(hadoop(uri));
    }

    /** Creates or replaces a file, and the folders above it. */
    public static OutputStream replace(String uri, Configuration configuration) throws IOException {
        if (isLocal(uri)) {
            Path file = local(uri).toAbsolutePath();
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            return new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        }
        return hadoop(uri).getFileSystem(configuration).create(hadoop(uri), true);
    }

    /** Replaces a file in one step: a reader, or whoever comes after this process was killed, sees the one or the other. */
    public static void replaceWhole(String uri, byte[] content, Configuration configuration) throws IOException {
        org.apache.hadoop.fs.Path path = hadoop(uri);
        if (isLocal(uri)) {
            Path file = local(uri).toAbsolutePath();
            Path aside = local(aside(file.toUri().toString()));
            try {
                Files.write(aside, content);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(aside);
            }
        } else if (RENAMING.contains(path.toUri().getScheme())) {
            FileContext context = FileContext.getFileContext(path.toUri(), configuration);
            byAside(
                    path.getFileSystem(configuration),
                    uri,
                    content,
                    aside -> context.rename(aside, path, Options.Rename.OVERWRITE));
        } else {
            try (OutputStream out = replace(uri, configuration)) {
                out.write(content);
            }
        }
    }

    /** Returns a name beside another one that no reader looks at. */
    private static String aside(String uri) {
        int name = uri.lastIndexOf('/') + 1;
        return uri.substring(0, name) + "." + uri.substring(name) + "-" + UUID.randomUUID() + ".tmp";
    }

    /**
     * Creates an object in one step, unless it exists.
     *
     * @throws FileAlreadyExistsException if it exists; the content is then untouched
     */
    public static void create(String uri, byte[] content, Configuration configuration) throws IOException {
        if (isLocal(uri)) {
            createLocal(local(uri).toAbsolutePath(), content);
            return;
        }
        org.apache.hadoop.fs.Path path = hadoop(uri);
        FileSystem store = path.getFileSystem(configuration);
        if (RENAMING.contains(path.toUri().getScheme())) {
            createByRename(store, uri, content);
            return;
        }
        try (FSDataOutputStream out = (FSDataOutputStream) store.createFile(path)
                .overwrite(false)
                .recursive()
                .opt("fs.option.create.conditional.overwrite", true)
                .build()) {
            out.write(content);
        } catch (IOException e) {
            if (e instanceof FileAlreadyExistsException
                    || e instanceof org.apache.hadoop.fs.FileAlreadyExistsException
                    || e.getClass().getSimpleName().equals("RemoteFileChangedException")) {
                throw (IOException) new FileAlreadyExistsException(uri).initCause(e);
            }
            throw e;
        }
    }

    /**
     * Creates an object in one step, unless another process did. Where the store created ours and its answer was lost on the
     * way, the repeated request is told that the object exists; so what is there is compared.
     *
     * @param content that no other process writes
     * @throws FileAlreadyExistsException if there is an object of another content; it is then untouched
     */
    public static void createOwn(String uri, byte[] content, Configuration configuration) throws IOException {
        try {
            create(uri, content, configuration);
        } catch (FileAlreadyExistsException e) {
            if (!Arrays.equals(bytes(uri, configuration), content)) {
                throw e;
            }
        }
    }

    /** Returns the content of a file. */
    public static byte[] bytes(String uri, Configuration configuration) throws IOException {
        try (InputStream in = open(uri, configuration)) {
            return in.readAllBytes();
        }
    }

    /** Returns the content of a file of UTF-8. */
    public static String text(String uri, Configuration configuration) throws IOException {
        return new String(bytes(uri, configuration), StandardCharsets.UTF_8);
    }

    /**
     * Returns the names of the files and folders in a folder, sorted, those of folders with a slash at the end; none if there
     * is no such folder.
     */
    public static List<String> names(String folder, Configuration configuration) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            if (isLocal(folder)) {
                try (Stream<Path> files = Files.list(local(folder))) {
                    files.forEach(file -> names.add(file.getFileName() + (Files.isDirectory(file) ? "/" : "")));
                }
            } else {
                org.apache.hadoop.fs.Path path = hadoop(folder);
                RemoteIterator<FileStatus> files =
                        path.getFileSystem(configuration).listStatusIterator(path);
                while (files.hasNext()) {
                    FileStatus file = files.next();
                    names.add(file.getPath().getName() + (file.isDirectory() ? "/" : ""));
                }
            }
        } catch (FileNotFoundException | NoSuchFileException e) {
            return List.of();
        }
        names.sort(null);
        return names;
    }

    /** Deletes a file, or a folder with all that is in it; it need not exist. */
    public static void delete(String uri, Configuration configuration) throws IOException {
        org.apache.hadoop.fs.Path path = hadoop(uri);
        boolean unused = path.getFileSystem(configuration).delete(path, true);
    }

    /** Deletes a folder if it is there and nothing is in it. */
    public static void deleteEmpty(String folder, Configuration configuration) throws IOException {
        if (isLocal(folder)) {
            try {
                Files.deleteIfExists(local(folder));
            } catch (DirectoryNotEmptyException e) {
                // It is in use.
            }
        } else if (names(folder, configuration).isEmpty()) {
            org.apache.hadoop.fs.Path path = hadoop(folder);
            boolean unused = path.getFileSystem(configuration).delete(path, false);
        }
    }

    /** Writes under another name and renames: no reader sees half a file, and the name goes to one writer alone. */
    private static void createByRename(FileSystem store, String uri, byte[] content) throws IOException {
        org.apache.hadoop.fs.Path path = hadoop(uri);
        byAside(store, uri, content, aside -> {
            if (!store.rename(aside, path)) {
                if (store.exists(path)) {
                    throw new FileAlreadyExistsException(uri);
                }
                throw new IOException("cannot rename " + aside + " to " + path);
            }
        });
    }

    /** The renaming of a file that was written under another name. */
    private interface Rename {
        void from(org.apache.hadoop.fs.Path aside) throws IOException;
    }

    private static void byAside(FileSystem store, String uri, byte[] content, Rename rename) throws IOException {
        org.apache.hadoop.fs.Path aside = hadoop(aside(uri));
        try {
            try (FSDataOutputStream out = store.create(aside, false)) {
                out.write(content);
            }
            rename.from(aside);
        } catch (IOException e) {
            try {
                store.delete(aside, false);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** Writes under another name and links to it: no reader sees half a file, and a link fails on an existing name. */
    private static void createLocal(Path target, byte[] content) throws IOException {
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException("cannot write to " + target);
        }
        Files.createDirectories(folder);
        Path aside = Files.createTempFile(folder, "." + target.getFileName(), ".tmp");
        try {
            Files.write(aside, content);
            Files.createLink(target, aside);
        } catch (UnsupportedOperationException e) {
            Files.write(target, content, java.nio.file.StandardOpenOption.CREATE_NEW);
        } finally {
            Files.delete(aside);
        }
    }
}
