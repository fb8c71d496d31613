package dev.mnc.jobs.evaluate;

import java.net.URI;
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
}
