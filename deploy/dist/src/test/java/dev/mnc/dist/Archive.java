package dev.mnc.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An unpacked archive and the programs in it. */
record Archive(Path home) {

    static final Path SPARK = Path.of("../spark").toAbsolutePath().normalize();

    /** What a program left. */
    record Result(int exitCode, String output) {}

    /** Unpacks the archive without Spark. */
    static Archive unpackedIn(Path folder) throws IOException, InterruptedException {
        String file = System.getProperty("mnc.archive") + ".tar.gz";
        Result tar = run(folder, Map.of(), List.of("tar", "xzf", file, "-C", folder.toString()));
        if (tar.exitCode() != 0) {
            throw new IllegalStateException(tar.output());
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return new Archive(folders.findFirst().orElseThrow());
        }
    }

    /** Runs the launcher with the Spark in a folder. */
    Result mnc(Path spark, String... arguments) throws IOException, InterruptedException {
        return mnc(spark, Map.of(), arguments);
    }

    /** Runs the launcher with the Spark in a folder and more variables. */
    Result mnc(Path spark, Map<String, String> more, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/mnc").toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment = new HashMap<>(more);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("SPARK_HOME", spark.toString());
        environment.put("SPARK_LOCAL_IP", "127.0.0.1");
        return run(home, environment, command);
    }

    static Result run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("SPARK_CONF_DIR", "HADOOP_CONF_DIR", "YARN_CONF_DIR"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output);
    }
}
