package dev.mnc.jobs.doctor;

import dev.mnc.jobs.cli.Version;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The versions, the machine and the devices of an executor or of the driver.
 *
 * @param id that Spark gave it
 * @param gpus the addresses of the GPUs of its tasks
 * @param time of its clock when it was asked
 */
record ExecutorFacts(String id, String host, Versions versions, List<String> gpus, Instant time)
        implements Serializable {

    /**
     * Versions of what runs there.
     *
     * @param java e.g. {@code 17.0.15}
     * @param mnc of our own classes
     * @param glibc empty where there is none
     */
    record Versions(String java, String spark, String mnc, String glibc) implements Serializable {

        static Versions here() {
            return new Versions(
                    Runtime.version().toString(),
                    org.apache.spark.package$.MODULE$.SPARK_VERSION(),
                    Version.current(),
                    Machine.here().glibc());
        }
    }

    /** Returns those of this process, in which a task runs. */
    static ExecutorFacts here() {
        ResourceInformation gpus = TaskContext.get().resourcesJMap().get("gpu");
        return new ExecutorFacts(
                SparkEnv.get().executorId(),
                SparkEnv.get().blockManager().blockManagerId().host(),
                Versions.here(),
                gpus == null ? List.of() : new ArrayList<>(Arrays.asList(gpus.addresses())),
                Instant.now());
    }
}
