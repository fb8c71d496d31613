package dev.mnc.jobs.executor;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.Set;

/**
 * A folder that the processes of one user on one machine share. Where nothing is set it lies below the user's home; where
 * there is no home or it is read-only, as in a container, it lies below the folder for temporary files, closed to others.
 */
public final class CacheFolder {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private CacheFolder() {}

    /** Returns the folder for copies of models. */
    public static Path models(HostConfig config) {
        return config.modelCache().isEmpty()
                ? standard(Path.of(".cache", "mnc-spark", "models"), "models", System.getProperties())
                : Path.of(config.modelCache()).toAbsolutePath();
    }

    /**
     * Returns the folder for native libraries: the one of JavaCPP, which unpacks them, unless its property or a setting names
     * another.
     *
     * @param property of JavaCPP, or empty
     */
    public static Path nativeLibraries(HostConfig config, String property) {
        String set = config.nativeCache().isEmpty() ? property : config.nativeCache();
        return set.isEmpty()
                ? standard(Path.of(".javacpp", "cache"), "native", System.getProperties())
                : Path.of(set).toAbsolutePath();
    }

    /**
     * Returns a folder that can be written to, and creates it.
     *
     * @param belowHome the folder's path below the user's home
     * @param name of the folder elsewhere
     * @param system properties: where the home and temporary files are, and the user's name
     */
    static Path standard(Path belowHome, String name, Properties system) {
        Path home = Path.of(system.getProperty("user.home", ""));
        // A user whom the machine does not know has the home "?".
        if (home.isAbsolute() && Files.isDirectory(home)) {
            Path folder = home.resolve(belowHome);
            try {
                Files.createDirectories(folder);
                if (Files.isWritable(folder)) {
                    return folder;
                }
            } catch (IOException e) {
                // Read-only: the folder for temporary files is left.
            }
        }
        return temporary(name, system);
    }

    private static Path temporary(String name, Properties system) {
        String user = system.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
        Path mine =
                Path.of(system.getProperty("java.io.tmpdir", "/tmp"), "mnc-spark-" + (user.isEmpty() ? "user" : user));
        try {
            if (Files.notExists(mine, LinkOption.NOFOLLOW_LINKS)) {
                createClosed(mine);
            }
            requireMine(mine);
            return Files.createDirectories(mine.resolve(name));
        } catch (IOException e) {
            throw OperatorException.environment(
                    "cannot create the folder " + mine + " for models and native libraries: " + e.getMessage(),
                    "name folders that can be written to with host.model-cache and host.native-cache");
        }
    }

    private static void createClosed(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileSystemException e) {
            if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            // Another process of this machine was faster.
        }
    }

    /** Everybody may create folders among the temporary files, and a library that another user wrote must not be loaded. */
    private static void requireMine(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "owner-", "");
        try {
            boolean mine = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(probe))
                    && Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
                            .equals(OWNER_ONLY);
            if (!mine) {
                throw OperatorException.environment(
                        "the folder " + folder + " is open to other users, or is not ours",
                        "delete it, or name other folders with host.model-cache and host.native-cache");
            }
        } finally {
            Files.delete(probe);
        }
    }
}
