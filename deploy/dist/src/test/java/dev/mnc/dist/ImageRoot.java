package dev.mnc.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder that looks like the root of our image: what the Dockerfile puts below {@code /opt}, made of an unpacked archive and
 * the jars of a plain Spark, and the entrypoint that it starts.
 *
 * @param folder that stands for {@code /}
 */
record ImageRoot(Path folder) {

    private static final String MNC = "opt/mnc-spark";
    private static final String SPARK = "opt/spark";

    /**
     * Makes a root.
     *
     * @param folder for it
     * @param spark a Spark's home
     * @param cache of native libraries, with those of TensorFlow in it
     */
    static ImageRoot of(Path folder, Archive archive, Path spark, Path cache) throws IOException {
        Path mnc = Files.createDirectories(folder.resolve(MNC));
        for (String part : new String[] {"bin", "conf", "lib"}) {
            Files.createSymbolicLink(mnc.resolve(part), archive.home().resolve(part));
        }
        Files.createSymbolicLink(
                folder.resolve("opt/entrypoint.sh"), archive.home().resolve("deploy/kubernetes/image/entrypoint.sh"));
        Files.createSymbolicLink(folder.resolve(SPARK), spark);
        try (Stream<Path> files = Files.walk(cache)) {
            Path library = files.filter(file -> file.endsWith("libjnitensorflow.so"))
                    .findFirst()
                    .orElseThrow();
            Files.createSymbolicLink(mnc.resolve("native"), library.getParent());
        }
        return new ImageRoot(folder);
    }

    /** Returns the file of this machine that stands for one of the image. */
    String path(String inImage) {
        return folder.resolve(inImage.substring(1)).toString();
    }

    /** Returns the variables that the image sets, and no more of this process's than a container would see. */
    private Map<String, String> environment(Path home) {
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
    ProcessBuilder container(Path home, Iterable<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(path("/opt/entrypoint.sh"));
        arguments.forEach(builder.command()::add);
        builder.environment().clear();
        builder.environment().putAll(environment(home));
        return builder.directory(home.toFile()).redirectErrorStream(true);
    }
}
