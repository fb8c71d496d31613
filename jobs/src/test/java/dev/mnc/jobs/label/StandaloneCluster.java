package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A standalone cluster of processes on this machine, and the driver of a test's applications on it. */
final class StandaloneCluster implements AutoCloseable {

    private static final String LOCAL = "127.0.0.1";
    private static final String CLASSES = System.getProperty("java.class.path");

    private final List<Process> processes = new ArrayList<>();
    private final Path folder;
    private final int port;
    private final int webPort;

    /**
     * Names a cluster that has no process yet.
     *
     * @param folder for logs and for what executors leave
     */
    StandaloneCluster(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("spark/jars"));
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = one.getLocalPort();
            webPort = other.getLocalPort();
        }
    }

    /** Starts the master and waits until it listens. */
    void startMaster(List<String> options) throws IOException, InterruptedException {
        start(
                "master",
                Map.of(),
                options,
                List.of(
                        "org.apache.spark.deploy.master.Master",
                        "--host",
                        LOCAL,
                        "--port",
                        port + "",
                        "--webui-port",
                        webPort + ""));
        awaitPort(port);
    }

    /**
     * Starts a worker of 4 cores and 4 GiB.
     *
     * @param host an address of this machine
     * @param environment of the worker and its executors
     */
    void startWorker(String host, Map<String, String> environment, List<String> options) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SPARK_LOCAL_IP", host);
        start(
                "worker-" + host,
                all,
                options,
                List.of(
                        "org.apache.spark.deploy.worker.Worker",
                        "--host",
                        host,
                        "--cores",
                        "4",
                        "--memory",
                        "4g",
                        "--webui-port",
                        "0",
                        "--work-dir",
                        folder.resolve("work-" + host).toString(),
                        master()));
    }

    /**
     * Runs a driver, which must end well.
     *
     * @param main the class, whose arguments are the master, the executors' class path, those given here, and last the file
     *     for its lines
     * @return the lines
     */
    List<String> drive(Class<?> main, String... arguments) throws IOException, InterruptedException {
        Path output = folder.resolve("lines");
        List<String> words = new ArrayList<>(List.of(main.getName(), master(), CLASSES));
        words.addAll(List.of(arguments));
        words.add(output.toString());
        Process driver = start("driver", Map.of(), List.of(), words);
        assertThat(driver.waitFor(180, TimeUnit.SECONDS)).as("the driver ends").isTrue();
        assertThat(driver.exitValue())
                .as(Files.readString(folder.resolve("driver.log")))
                .isZero();
        return Files.readAllLines(output);
    }

    private String master() {
        return "spark://" + LOCAL + ":" + port;
    }

    /** Returns the address of the master's pages. */
    String pages() {
        return "http://" + LOCAL + ":" + webPort;
    }

    /** Ends all processes and their executors. */
    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start(String name, Map<String, String> environment, List<String> options, List<String> words)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("-cp", CLASSES));
        command.addAll(words);
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        process.environment()
                .putAll(Map.of(
                        "SPARK_HOME",
                        folder.resolve("spark").toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13",
                        "SPARK_LOCAL_IP",
                        LOCAL));
        process.environment().putAll(environment);
        Process started = process.start();
        processes.add(started);
        return started;
    }

    private static void awaitPort(int port) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("no master on port " + port);
    }
}
