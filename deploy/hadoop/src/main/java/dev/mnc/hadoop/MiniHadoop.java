package dev.mnc.hadoop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS with one data node and YARN with one node manager that has two made-up GPUs, in one process. With {@code deploy/yarn} on
 * the class path, their settings are those for clusters with GPUs, but for control groups, which need root. It writes the settings with which clients find
 * them, prints a line, and stops when its standard input ends, so that it never outlives the test that started it.
 */
public final class MiniHadoop {

    private static final String NAME = "yarn";
    private static final int CONNECT_MILLIS = 60_000;
    private static final int STOP_MILLIS = 3_000;

    /** What clients are told; all else is Hadoop's default. */
    private static final List<String> OF_CLIENTS = List.of(
            "fs.defaultFS",
            "dfs.replication",
            "yarn.resourcemanager.hostname",
            "yarn.resourcemanager.address",
            "yarn.resourcemanager.scheduler.address");

    private static final String RESOURCE_TYPES = "resource-types.xml";
    private static final String GPU = "yarn.nodemanager.resource-plugins.gpu.";

    /** What the driver of NVIDIA would say of a machine with two GPUs. */
    private static final String TWO_GPUS = """
            #!/bin/sh
            cat <<'END'
            <?xml version="1.0"?>
            <nvidia_smi_log>
              <driver_version>550.54</driver_version>
              <attached_gpus>2</attached_gpus>
              <gpu id="00000000:04:00.0"><minor_number>0</minor_number></gpu>
              <gpu id="00000000:82:00.0"><minor_number>1</minor_number></gpu>
            </nvidia_smi_log>
            END
            """;

    private MiniHadoop() {}

    /**
     * Runs until standard input ends. Logs of containers lie below {@code target/yarn} of the working directory.
     *
     * @param arguments the folder of HDFS's files, and the folder for the settings of clients
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, YarnException {
        Configuration configuration = settings();
        makeGpus(configuration, Path.of("nvidia-smi").toAbsolutePath());
        MiniDFSCluster hdfs = new MiniDFSCluster.Builder(
                        configuration, Path.of(arguments[0]).toFile())
                .numDataNodes(1)
                .build();
        hdfs.waitActive();
        configuration.set("fs.defaultFS", hdfs.getURI().toString());
        MiniYARNCluster yarn = new MiniYARNCluster(NAME, 1, 1, 1);
        yarn.init(configuration);
        yarn.start();
        if (!yarn.waitForNodeManagersToConnect(CONNECT_MILLIS)) {
            throw new IllegalStateException("the node manager did not connect");
        }
        writeSettings(yarn.getConfig(), Files.createDirectories(Path.of(arguments[1])));
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Nothing is ever sent; the end is what counts.
        }
        stop(yarn);
    }

    /** Ends what containers still run, then this process: a stop of all services would take a minute. */
    private static void stop(MiniYARNCluster yarn) throws InterruptedException {
        Thread stopping = new Thread(yarn::stop, "stop");
        stopping.setDaemon(true);
        stopping.start();
        stopping.join(STOP_MILLIS);
        Runtime.getRuntime().halt(0);
    }

    private static Configuration settings() {
        Configuration configuration = new Configuration();
        configuration.set("dfs.replication", "1");
        configuration.set("yarn.resourcemanager.hostname", "localhost");
        configuration.set("yarn.minicluster.yarn.nodemanager.resource.memory-mb", "12288");
        configuration.set("yarn.scheduler.minimum-allocation-mb", "256");
        configuration.set("yarn.scheduler.capacity.root.queues", "default");
        configuration.set("yarn.scheduler.capacity.root.default.capacity", "100");
        configuration.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
        // A disk that is nearly full is no reason to take no work for a test.
        configuration.set("yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "100");
        return configuration;
    }

    /** Control groups keep GPUs apart on a cluster; without them YARN counts them all the same. */
    private static void makeGpus(Configuration configuration, Path script) throws IOException {
        Files.writeString(script, TWO_GPUS);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        configuration.set(GPU + "path-to-discovery-executables", script.toString());
        configuration.set(
                "yarn.nodemanager.container-executor.class",
                "org.apache.hadoop.yarn.server.nodemanager.DefaultContainerExecutor");
    }

    private static void writeSettings(Configuration all, Path folder) throws IOException {
        Configuration clients = new Configuration(false);
        OF_CLIENTS.forEach(name -> clients.set(name, all.get(name)));
        for (String file : List.of("core-site.xml", "hdfs-site.xml", "yarn-site.xml")) {
            try (OutputStream out = Files.newOutputStream(folder.resolve(file))) {
                clients.writeXml(out);
            }
        }
        URL types = MiniHadoop.class.getClassLoader().getResource(RESOURCE_TYPES);
        if (types == null) {
            throw new IllegalStateException(RESOURCE_TYPES + " is not on the class path");
        }
        try (InputStream in = types.openStream()) {
            Files.copy(in, folder.resolve(RESOURCE_TYPES));
        }
    }
}
