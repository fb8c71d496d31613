package dev.mnc.model;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * TensorFlow's native libraries in a folder of this machine, which JavaCPP unpacks from their jar (0.7 GB, 1.3 GB with CUDA)
 * before it loads them. JavaCPP believes a file that has the right length and date, and does not use a folder that it may
 * not write to. So whoever shares a folder with other processes lets this class prepare it: every file is compared with the
 * checksum in the jar, and is unpacked under another name and renamed when it is whole.
 *
 * <p>The folder is laid out as JavaCPP does it, so that each can use what the other has unpacked.
 */
public final class NativeLibraries {

    /** The property of JavaCPP that names the folder it unpacks to. */
    public static final String FOLDER_PROPERTY = "org.bytedeco.javacpp.cachedir";

    private static final String PATHS_FIRST_PROPERTY = "org.bytedeco.javacpp.pathsFirst";
    private static final String PATH_PROPERTY = "org.bytedeco.javacpp.platform.preloadpath";
    private static final String PACKAGE = "org/tensorflow/internal/c_api/";
    private static final List<String> PLATFORMS =
            List.of("linux-x86_64-gpu", "linux-x86_64", "linux-arm64", "macosx-arm64", "windows-x86_64");
    private static final String LIBRARY = ".*/lib[^/]*\\.(so|dylib)[^/]*";
    private static final Object IN_THIS_PROCESS = new Object();

    private final JarFile jar;
    private final String platform;

    private NativeLibraries(JarFile jar, String platform) {
        this.jar = jar;
        this.platform = platform;
    }

    /** Returns whether the libraries on the class path can use GPUs. */
    public static boolean supportGpus() {
        return folder("linux-x86_64-gpu") != null;
    }

    private static @Nullable URL folder(String platform) {
        ClassLoader loader = NativeLibraries.class.getClassLoader();
        return loader == null ? null : loader.getResource(PACKAGE + platform + "/");
    }

    /**
     * Prepares a folder and makes JavaCPP use it. Does nothing where the libraries on the class path lie in no jar, or where
     * JavaCPP is told to look for them on the library path first, as in our image.
     *
     * @param cache the folder, shared with any number of processes; may be read-only if the libraries in it are whole
     * @throws UncheckedIOException if libraries are missing or damaged and cannot be written
     */
    public static void prepare(Path cache) {
        NativeLibraries libraries = Boolean.getBoolean(PATHS_FIRST_PROPERTY) ? null : find();
        if (libraries == null) {
            return;
        }
        try {
            Path folder = libraries.in(cache);
            libraries.requireWhole(folder);
            System.setProperty(FOLDER_PROPERTY, cache.toString());
            if (!Files.isWritable(cache) || !libraries.isDated(folder)) {
                System.setProperty(PATHS_FIRST_PROPERTY, "true");
                System.setProperty(PATH_PROPERTY, folder.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot unpack TensorFlow's native libraries into " + cache + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable NativeLibraries find() {
        try {
            for (String platform : PLATFORMS) {
                URL folder = folder(platform);
                URLConnection connection = folder == null ? null : folder.openConnection();
                if (connection instanceof JarURLConnection inJar) {
                    return new NativeLibraries(inJar.getJarFile(), platform);
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the jar of TensorFlow's native libraries", e);
        }
    }

    /** Returns where JavaCPP expects the libraries of this jar below its cache. */
    private Path in(Path cache) {
        return cache.resolve(Path.of(jar.getName()).getFileName()).resolve(PACKAGE + platform);
    }

    private void requireWhole(Path folder) throws IOException {
        List<JarEntry> damaged = damaged(folder);
        if (damaged.isEmpty()) {
            return;
        }
        Files.createDirectories(folder);
        synchronized (IN_THIS_PROCESS) {
            try (FileChannel channel = FileChannel.open(
                    folder.resolve(".mnc-lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                FileLock lock = channel.lock();
                try {
                    // Another process may have unpacked them while this one waited.
                    for (JarEntry entry : damaged(folder)) {
                        unpack(entry, folder);
                    }
                } finally {
                    lock.release();
                }
            }
        }
    }

    private List<JarEntry> damaged(Path folder) {
        return entries().filter(entry -> !isWhole(file(entry, folder), entry)).toList();
    }

    private Stream<JarEntry> entries() {
        return jar.stream()
                .filter(entry -> entry.getName().startsWith(PACKAGE + platform + "/"))
                .filter(entry -> entry.getName().matches(LIBRARY));
    }

    /**
     * Returns whether all files have the dates that JavaCPP looks for, and gives them these if it may. Dates in a jar are local,
     * so processes in different time zones look for different ones.
     */
    private boolean isDated(Path folder) {
        try {
            for (JarEntry entry : entries().toList()) {
                FileTime date = FileTime.fromMillis(entry.getTime());
                if (!Files.getLastModifiedTime(file(entry, folder)).equals(date)) {
                    Files.setLastModifiedTime(file(entry, folder), date);
                }
            }
            return true;
        } catch (IOException e) {
            return false; // They belong to another user.
        }
    }

    private static Path file(JarEntry entry, Path folder) {
        return folder.resolve(entry.getName().substring(entry.getName().lastIndexOf('/') + 1));
    }

    private static boolean isWhole(Path file, JarEntry entry) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == entry.getSize() && checksum(file) == entry.getCrc();
        } catch (IOException e) {
            return false;
        }
    }

    private static long checksum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sum.update(buffer, 0, read);
            }
        }
        return sum.getValue();
    }

    /** Unpacks a file beside its place; what a killed process left there is overwritten. */
    private void unpack(JarEntry entry, Path folder) throws IOException {
        Path whole = file(entry, folder);
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        try (InputStream in = new BufferedInputStream(jar.getInputStream(entry), 1 << 16)) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setLastModifiedTime(part, FileTime.fromMillis(entry.getTime()));
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    }
}
