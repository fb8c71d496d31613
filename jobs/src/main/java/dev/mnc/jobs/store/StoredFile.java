package dev.mnc.jobs.store;

import static java.util.Objects.requireNonNull;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A file of a folder as its store lists it.
 *
 * @param path below the folder, with {@code /} between parts
 * @param bytes length of the file
 * @param modified when it was written last, by the store's own clock
 */
public record StoredFile(String path, long bytes, Instant modified) {

    public StoredFile {
        requireNonNull(path, "path");
        requireNonNull(modified, "modified");
    }

    /** Returns all files in a folder and the folders in it, in no order; none if there is no such folder. */
    public static List<StoredFile> below(String folder, Configuration configuration) throws IOException {
        try {
            return Store.isLocal(folder)
                    ? onThisMachine(Store.local(folder).toAbsolutePath().normalize())
                    : elsewhere(Store.hadoop(folder), configuration);
        } catch (FileNotFoundException | NoSuchFileException e) {
            return List.of();
        }
    }

    private static List<StoredFile> onThisMachine(Path folder) throws IOException {
        List<StoredFile> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(new StoredFile(
                        folder.relativize(file).toString(),
                        attributes.size(),
                        attributes.lastModifiedTime().toInstant()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException && !file.equals(folder)) {
                    return FileVisitResult.CONTINUE; // deleted while the folder is listed
                }
                throw e;
            }
        });
        return files;
    }

    private static List<StoredFile> elsewhere(org.apache.hadoop.fs.Path folder, Configuration configuration)
            throws IOException {
        FileSystem store = folder.getFileSystem(configuration);
        String root = store.makeQualified(folder).toUri().getPath() + "/";
        List<StoredFile> files = new ArrayList<>();
        RemoteIterator<? extends FileStatus> all = store.listFiles(folder, true);
        while (all.hasNext()) {
            FileStatus file = all.next();
            files.add(new StoredFile(
                    file.getPath().toUri().getPath().substring(root.length()),
                    file.getLen(),
                    Instant.ofEpochMilli(file.getModificationTime())));
        }
        return files;
    }
}
