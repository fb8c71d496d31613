package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.runs.RunFolder;
import dev.mnc.jobs.store.ParallelTasks;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.store.StoredFile;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;

/**
 * Files of a table that no published run refers to, and that are deleted together.
 *
 * @param path below the table: a file, or a folder with a slash at its end
 * @param files all files that were found there, by path below the table
 * @param why nobody needs them
 */
record Leftover(String path, List<StoredFile> files, String why) {

    private static final int AT_ONCE = 16;

    Leftover {
        files = List.copyOf(files);
    }

    long bytes() {
        return files.stream().mapToLong(StoredFile::bytes).sum();
    }

    /** Returns when the last file was written, by the store's clock. */
    Instant newest() {
        return files.stream()
                .map(StoredFile::modified)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /**
     * Deletes the files and the folders that are empty then. A folder is never deleted with what is in it: another run may
     * have come to use its name.
     */
    void delete(String table, Configuration configuration) throws IOException {
        ParallelTasks.forEach(
                Math.min(AT_ONCE, files.size()),
                files.iterator(),
                file -> Store.delete(RunFolder.below(table, file.path()), configuration));
        TreeSet<String> folders = new TreeSet<>(
                Comparator.comparing(String::length).thenComparing(name -> name).reversed());
        for (StoredFile file : files) {
            for (int slash = file.path().lastIndexOf('/');
                    slash >= path.length() - 1;
                    slash = file.path().lastIndexOf('/', slash - 1)) {
                folders.add(file.path().substring(0, slash));
            }
        }
        for (String folder : folders) {
            Store.deleteEmpty(RunFolder.below(table, folder), configuration);
        }
    }
}
