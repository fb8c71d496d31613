package dev.mnc.jobs.evaluate.result;

import dev.mnc.jobs.evaluate.config.LocalFiles;
import dev.mnc.jobs.evaluate.findings.ScoreFinding;
import dev.mnc.jobs.store.ParallelTasks;
import dev.mnc.jobs.store.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder that an evaluation writes to, on this machine or in a store. What an earlier evaluation left there and not every
 * one writes, tables and score thresholds, is deleted first.
 */
public final class ResultFolder {

    private ResultFolder() {}

    /**
     * Writes the files of an evaluation in the place of those of an earlier one.
     *
     * @param folder path or URI
     * @param hadoop the settings for a folder that is not on this machine; asked for only then
     */
    public static void replace(String folder, Iterator<MetricsFiles.File> files, Supplier<Configuration> hadoop)
            throws IOException {
        if (LocalFiles.isLocal(folder)) {
            replaceLocal(LocalFiles.path(folder), files);
        } else {
            replaceStored(folder.endsWith("/") ? folder : folder + "/", files, hadoop.get());
        }
    }

    private static void replaceLocal(java.nio.file.Path folder, Iterator<MetricsFiles.File> files) throws IOException {
        java.nio.file.Path tables = Files.createDirectories(folder.resolve(MetricsFiles.TABLES));
        try (DirectoryStream<java.nio.file.Path> old = Files.newDirectoryStream(tables, "*.parquet")) {
            for (java.nio.file.Path file : old) {
                Files.delete(file);
            }
        }
        for (String name : ScoreFinding.FILES) {
            Files.deleteIfExists(folder.resolve(name));
        }
        ParallelTasks.forEach(Runtime.getRuntime().availableProcessors(), files, file -> {
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(folder.resolve(file.path())), 1 << 16)) {
                file.content().write(out);
            }
        });
    }

    private static void replaceStored(String folder, Iterator<MetricsFiles.File> files, Configuration hadoop)
            throws IOException {
        Path tables = Store.hadoop(folder + MetricsFiles.TABLES);
        FileSystem store = tables.getFileSystem(hadoop);
        for (FileStatus old : store.exists(tables) ? store.listStatus(tables) : new FileStatus[0]) {
            if (old.getPath().getName().endsWith(".parquet")) {
                store.delete(old.getPath(), false);
            }
        }
        for (String name : ScoreFinding.FILES) {
            store.delete(Store.hadoop(folder + name), false);
        }
        while (files.hasNext()) {
            MetricsFiles.File file = files.next();
            try (OutputStream out = Store.replace(folder + file.path(), hadoop)) {
                file.content().write(out);
            }
        }
    }
}
