package dev.mnc.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.tensorflow.TensorFlow;

/**
 * A folder that looks like the root of our image: what the Dockerfile puts below {@code /opt}, made of the class path of this
 * test, and the entrypoint that it starts.
 *
 * @param folder that stands for {@code /}
 */
record ImageRoot(Path folder) {

    private static final String MNC = "opt/mnc-spark";
    private static final String SPARK = "opt/spark";

    /** Makes the root anew, in the folder of this build. */
    static ImageRoot create() throws IOException {
        Path folder = Path.of("target", "image-root").toAbsolutePath();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Path lib = Files.createDirectories(folder.resolve(MNC + "/lib"));
        Path spark = Files.createDirectories(folder.resolve(SPARK + "/jars"));
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (path.endsWith("target/classes")) {
                String module = path.getParent().getParent().getFileName().toString();
                pack(path, lib.resolve("mnc-" + module + ".jar"));
            } else if (entry.endsWith(".jar")) {
                // Names may repeat; order matters where classes do.
                Files.createSymbolicLink(
                        spark.resolve(String.format(Locale.ROOT, "%04d-%s", number++, path.getFileName())), path);
            }
        }
        Files.createSymbolicLink(
                folder.resolve(MNC + "/conf"), Path.of("..", "conf").toRealPath());
        Files.createSymbolicLink(folder.resolve(MNC + "/native"), nativeLibraries());
        return new ImageRoot(folder);
    }

    /** Returns where TensorFlow's native libraries are on this machine, unpacked if they were not. */
    private static Path nativeLibraries() throws IOException {
        assertThat(TensorFlow.version()).isNotEmpty();
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("user.home"), ".javacpp", "cache"))) {
            return files.filter(file -> file.endsWith("libjnitensorflow.so"))
                    .findFirst()
                    .orElseThrow()
                    .getParent();
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)));
                Stream<Path> files = Files.walk(classes)) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    /** Returns the file of this machine that stands for one of the image. */
    String path(String inImage) {
        return folder.resolve(inImage.substring(1)).toString();
    }

    /** Returns the variables that the image sets, and no more of this process's than a container would see. */
    Map<String, String> environment(Path home) {
        return Map.of(
                "PATH", System.getenv("PATH"),
                "JAVA_HOME", System.getProperty("java.home"),
                "SPARK_HOME", path("/" + SPARK),
                "MNC_HOME", path("/" + MNC),
                "SPARK_LOCAL_IP", "127.0.0.1",
                "HOME", home.toString(),
                "TMPDIR", home.toString(),
                "LC_ALL", "C.UTF-8",
                "TF_CPP_MIN_LOG_LEVEL", "3",
                "TF_DETERMINISTIC_OPS", "1");
    }

    /** Returns a process of the image, not yet started. */
    ProcessBuilder container(Path home, Iterable<String> arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "bash",
                Manifests.FOLDER.resolve("image/entrypoint.sh").toRealPath().toString());
        arguments.forEach(builder.command()::add);
        builder.environment().clear();
        builder.environment().putAll(environment(home));
        return builder.directory(home.toFile()).redirectErrorStream(true);
    }
}
