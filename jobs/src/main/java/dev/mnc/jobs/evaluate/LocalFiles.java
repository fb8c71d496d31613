package dev.mnc.jobs.evaluate;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names of files on this machine, told from those elsewhere without a look at any library for those. */
final class LocalFiles {

    private LocalFiles() {}

    /** Whether a place is on this machine: a plain path or a {@code file:} URI. */
    static boolean isLocal(String place) {
        return place.startsWith("file:") || !place.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*://.*");
    }

    /** The path of a local place. */
    static Path path(String place) {
        return place.startsWith("file:") ? Path.of(URI.create(place)) : Path.of(place);
    }

    /** Makes a folder, or empties it of the Parquet files directly in it. */
    static void clear(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.parquet")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
