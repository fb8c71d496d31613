package dev.mnc.jobs.drill;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One {@code mnc label} in a process of its own, started as a user starts it. */
final class LabelProcess implements AutoCloseable {

    /** Exit code, as a shell counts it, of a process that SIGKILL ended. */
    static final int KILLED = 137;

    /** Exit code of a process that was asked to end by SIGTERM. */
    static final int TERMINATED = 143;

    private static final long LONGEST_SECONDS = 900;
    private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

    private final Process process;
    private final Path log;

    /**
     * Starts the command.
     *
     * @param words after {@code mnc}
     * @param log gets what it prints
     */
    LabelProcess(List<String> words, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(words);
        this.log = log;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static Path launcher() {
        Path home = Path.of(System.getProperty("mnc.home", "."));
        for (String place : List.of("bin/mnc", "deploy/bin/mnc")) {
            if (Files.isExecutable(home.resolve(place))) {
                return home.resolve(place).toAbsolutePath();
            }
        }
        throw OperatorException.environment(
                "there is no launcher in " + home.toAbsolutePath(), "start this command with the launcher, bin/mnc");
    }

    /**
     * Waits, then kills.
     *
     * @param wholeSeconds that a process takes which nobody kills
     * @return whether there was something to kill
     */
    boolean kill(RoundPlan.Kill kill, double wholeSeconds, Random random) throws InterruptedException {
        boolean ended = process.waitFor((long) (kill.at() * wholeSeconds * 1000), TimeUnit.MILLISECONDS);
        if (ended) {
            return false;
        }
        switch (kill.victim()) {
            case DRIVER_KILLED -> process.destroyForcibly();
            case DRIVER_TERMINATED -> process.destroy();
            case EXECUTOR_KILLED -> {
                List<ProcessHandle> executors = process.descendants()
                        .filter(child -> child.info().commandLine().orElse("").contains(EXECUTOR))
                        .toList();
                return !executors.isEmpty()
                        && executors.get(random.nextInt(executors.size())).destroyForcibly();
            }
        }
        return true;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end; returns the exit code, as a shell counts it. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            close();
            process.waitFor();
        }
        // What was its child goes on without it, for a while.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        return process.exitValue();
    }

    /** Returns the last lines that it printed. */
    String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
