package dev.mnc.jobs.evaluate.config;

import java.net.URI;
import java.nio.file.Path;

/**
 * The names of files on this machine, told from those elsewhere. {@code Store} does the same, but loads Hadoop's file systems
 * with it, which an evaluation of local files does not need.
 */
public final class LocalFiles {

    private LocalFiles() {}

    /** Returns whether a name is of this machine: a plain path or a {@code file:} URI. */
    public static boolean isLocal(String name) {
        return name.startsWith("file:") || !name.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*://.*");
    }

    /** Returns the path of a local name. */
    public static Path path(String name) {
        return name.startsWith("file:") ? Path.of(URI.create(name)) : Path.of(name);
    }
}
