package dev.mnc.jobs.evaluate.result;

import dev.mnc.jobs.evaluate.findings.ScoreFinding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names of files on this machine, told from those elsewhere without a look at any library for those. */
public final class LocalFiles {

    private LocalFiles() {}

    /** Whether a place is on this machine: a plain path or a {@code file:} URI. */
    public static boolean isLocal(String place) {
        return place.startsWith("file:") || !place.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*://.*");
    }

    /** The path of a local place. */
    public static Path path(String place) {
        return place.startsWith("file:") ? Path.of(URI.create(place)) : Path.of(place);
    }

    /**
     * Makes the folder of an evaluation, or takes away what an earlier one left there that not every evaluation writes:
     * tables and score thresholds.
     */
    public static void clear(Path out) throws IOException {
        Path tables = Files.createDirectories(out.resolve(MetricsFiles.TABLES));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(tables, "*.parquet")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        for (String name : ScoreFinding.FILES) {
            Files.deleteIfExists(out.resolve(name));
        }
    }
}
