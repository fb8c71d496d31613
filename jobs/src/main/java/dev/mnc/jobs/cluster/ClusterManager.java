package dev.mnc.jobs.cluster;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;

/** The manager of a cluster, as far as it tells what is free and what waits. */
public sealed interface ClusterManager permits StandaloneMaster, YarnManager {

    /** The processes of an application that the manager has not started. */
    enum Waiting {
        NOTHING,
        DRIVER,
        EXECUTORS
    }

    /**
     * Returns the manager of a cluster; that of Kubernetes tells nothing to those who may only start pods.
     *
     * @param conf with the master
     * @param hadoop finds YARN
     */
    static Optional<ClusterManager> of(SparkConf conf, Configuration hadoop) {
        String master = conf.get("spark.master", "");
        if (master.startsWith("spark://")) {
            return Optional.of(new StandaloneMaster(master, conf));
        }
        return master.startsWith("yarn") ? Optional.of(new YarnManager(hadoop)) : Optional.empty();
    }

    /**
     * Returns the machines that take processes.
     *
     * @throws IOException if the manager does not answer
     */
    List<Machine> machines() throws IOException;

    /**
     * Returns what has not started of a command whose driver runs on the cluster.
     *
     * @param driver the driver or application, as the manager calls it
     * @throws IOException if the manager does not answer
     */
    Waiting waiting(String driver) throws IOException;
}
