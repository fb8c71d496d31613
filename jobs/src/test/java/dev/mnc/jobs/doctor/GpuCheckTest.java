package dev.mnc.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How Spark would assign GPUs, told from settings alone. */
class GpuCheckTest {

    private static final String EXECUTOR = "spark.executor.resource.gpu.amount";
    private static final String TASK = "spark.task.resource.gpu.amount";
    private static final String SCRIPT = "spark.executor.resource.gpu.discoveryScript";

    private static Finding gpus(String names, String master, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("spark.master", master));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        Machine machine = new Machine(Path.of("none"), command -> command[0].equals("nvidia-smi") ? names : "");
        return new GpuCheck(machine, new SparkSettings(all)).findings().get(0);
    }

    private static Finding shared(String cores, String share, String taskCores) {
        return gpus(
                "",
                "spark://h:7077",
                EXECUTOR,
                "1",
                TASK,
                share,
                "spark.executor.cores",
                cores,
                "spark.task.cpus",
                taskCores);
    }

    @Test
    void noneRequested() {
        assertThat(gpus("", "spark://h:7077"))
                .isEqualTo(Finding.ok("gpus", "none here and none requested: labelling takes the CPU"));
        assertThat(gpus("NVIDIA A10\n", "local[*]")).isEqualTo(Finding.ok("gpus", "NVIDIA A10"));
        assertThat(gpus("NVIDIA A10\nNVIDIA A10\n", "local[*]"))
                .isEqualTo(Finding.warning(
                        "gpus",
                        "2 here, and a process uses one: 1 idle",
                        "start a cluster on this machine with one executor for each GPU"));
        assertThat(gpus("NVIDIA A10\n", "yarn", "spark.executor.cores", "3"))
                .isEqualTo(Finding.warning(
                        "gpus",
                        "none requested, so labelling takes the CPU; this machine has 1: NVIDIA A10",
                        "if executors have GPUs, add --conf spark.executor.resource.gpu.amount=1 --conf"
                                + " spark.task.resource.gpu.amount=0.3333"));
    }

    @ParameterizedTest
    @CsvSource({"4, 0.25, 1, 4 tasks", "3, 0.3333, 1, 3 tasks", "2, 1, 2, 1 task", "8, 0.25, 2, 4 tasks"})
    void oneAnExecutorAndNothingIdle(String cores, String share, String taskCores, String tasks) {
        assertThat(shared(cores, share, taskCores))
                .isEqualTo(Finding.ok("gpus", "one an executor, shared by " + tasks));
    }

    @Test
    void coresThatTheShareLeavesIdle() {
        assertThat(shared("4", "0.5", "1"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "an executor has 4 cores for 4 tasks, but a share of 0.5 GPU a task lets 2 run: 2 of 4 cores"
                                + " idle",
                        "set spark.task.resource.gpu.amount=0.25"));
    }

    @Test
    void sharesThatTheCoresLeaveIdle() {
        assertThat(shared("2", "0.25", "1"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "a share of 0.25 GPU a task lets 4 run, but an executor has cores for 2 (2 cores, 1 a task): 2"
                                + " of 4 shares of the GPU idle",
                        "set spark.task.resource.gpu.amount=0.5, or spark.executor.cores=4"));
    }

    @Test
    void coresThatAreTooFewForATask() {
        assertThat(shared("2", "1", "4"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "a share of 1 GPU a task lets 1 run, but an executor has cores for 0 (2 cores, 4 a task): 1 of 1"
                                + " shares of the GPU idle",
                        "set spark.executor.cores=4"));
    }

    @Test
    void coresThatNoTaskTakes() {
        assertThat(shared("5", "0.5", "2"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "tasks take 2 cores each, so 1 of 5 cores of an executor idle",
                        "make spark.executor.cores a multiple of spark.task.cpus"));
    }

    @ParameterizedTest
    @CsvSource({"0.6", "2", "-1", "half"})
    void sharesThatSparkDoesNotTake(String share) {
        assertThat(shared("4", share, "1"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "a task takes " + share + " of a GPU; with one GPU an executor it can be 1, or 0.5 and less",
                        "set spark.task.resource.gpu.amount=0.25"));
    }

    @Test
    void twoAnExecutor() {
        assertThat(gpus("", "spark://h:7077", EXECUTOR, "2", TASK, "0.5"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "executors are to have 2 GPUs each, and an executor has one model on one GPU",
                        "set spark.executor.resource.gpu.amount=1, and start an executor for each GPU"));
    }

    @Test
    void tasksWithoutExecutorsAndExecutorsWithoutTasks() {
        assertThat(gpus("", "spark://h:7077", TASK, "0.5"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "a task takes 0.5 of a GPU, but executors have none",
                        "add --conf spark.executor.resource.gpu.amount=1"));
        assertThat(gpus("", "spark://h:7077", EXECUTOR, "1", "spark.executor.cores", "4"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "executors have a GPU, but tasks take nothing of it: Spark tells no task its address",
                        "add --conf spark.task.resource.gpu.amount=0.25"));
    }

    @Test
    void coresThatNobodySaid() {
        assertThat(gpus("", "spark://h:7077", EXECUTOR, "1", TASK, "0.25"))
                .isEqualTo(Finding.warning(
                        "gpus",
                        "spark.executor.cores is not set: an executor takes all cores of its worker, so a worker with"
                                + " several GPUs uses one; 4 tasks at once on it",
                        "add --conf spark.executor.cores=4"));
        assertThat(gpus("", "local-cluster[2,4,1024]", EXECUTOR, "1", TASK, "0.25"))
                .isEqualTo(Finding.ok("gpus", "one an executor, shared by 4 tasks"));
    }

    @Test
    void managersThatHaveToBeToldMore() {
        for (String master : new String[] {"yarn", "k8s://https://h"}) {
            assertThat(gpus("", master, EXECUTOR, "1", TASK, "1"))
                    .isEqualTo(Finding.failed(
                            "gpus",
                            "spark.executor.resource.gpu.discoveryScript is not set, and "
                                    + (master.equals("yarn") ? "YARN" : "Kubernetes")
                                    + " does not tell Spark which GPU an executor got",
                            "set it to a program that prints the addresses, as deploy/bin/discover-gpus.sh does"));
        }
        assertThat(gpus("", "yarn", EXECUTOR, "1", TASK, "1", SCRIPT, "/s"))
                .isEqualTo(Finding.ok("gpus", "one an executor, shared by 1 task"));
        assertThat(gpus("", "k8s://https://h", EXECUTOR, "1", TASK, "1", SCRIPT, "/s"))
                .isEqualTo(Finding.failed(
                        "gpus",
                        "spark.executor.resource.gpu.vendor is not set, so pods would ask for no GPU",
                        "add --conf spark.executor.resource.gpu.vendor=nvidia.com"));
    }

    @Test
    void aLocalMasterGivesOutNone() {
        assertThat(gpus("", "local[4]", EXECUTOR, "1", TASK, "0.25"))
                .isEqualTo(Finding.warning(
                        "gpus",
                        "spark.executor.resource.gpu.amount=1 means nothing to a local master",
                        "leave it out: this process uses the first GPU it finds"));
    }
}
