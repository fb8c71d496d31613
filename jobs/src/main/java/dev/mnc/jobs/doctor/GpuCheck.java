package dev.mnc.jobs.doctor;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** Check that executors get a GPU each, and leave no core and no share of a GPU idle. */
record GpuCheck(Machine machine, SparkSettings settings) implements Check {

    private static final String NAME = "gpus";
    private static final String EXECUTOR = "spark.executor.resource.gpu.amount";
    private static final String TASK = "spark.task.resource.gpu.amount";
    private static final String SCRIPT = "spark.executor.resource.gpu.discoveryScript";
    private static final String VENDOR = "spark.executor.resource.gpu.vendor";

    @Override
    public List<Finding> findings() {
        return List.of(settings.isSet(EXECUTOR) ? requested() : notRequested());
    }

    private Finding notRequested() {
        List<String> here = machine.gpus();
        if (settings.isSet(TASK)) {
            return Finding.failed(
                    NAME,
                    "a task takes " + settings.get(TASK, "") + " of a GPU, but executors have none",
                    "add --conf " + EXECUTOR + "=1");
        }
        if (here.isEmpty()) {
            return Finding.ok(NAME, "none here and none requested: labelling takes the CPU");
        }
        if (settings.inOneProcess()) {
            return here.size() == 1
                    ? Finding.ok(NAME, here.get(0))
                    : Finding.warning(
                            NAME,
                            here.size() + " here, and a process uses one: " + (here.size() - 1) + " idle",
                            "start a cluster on this machine with one executor for each GPU");
        }
        return Finding.warning(
                NAME,
                "none requested, so labelling takes the CPU; this machine has " + here.size() + ": " + here.get(0),
                "if executors have GPUs, add --conf " + EXECUTOR + "=1 --conf " + TASK + "=" + share(slots()));
    }

    private Finding requested() {
        String amount = settings.get(EXECUTOR, "");
        if (settings.inOneProcess()) {
            return Finding.warning(
                    NAME,
                    EXECUTOR + "=" + amount + " means nothing to a local master",
                    "leave it out: this process uses the first GPU it finds");
        }
        if (!amount.equals("1")) {
            return Finding.failed(
                    NAME,
                    "executors are to have " + amount + " GPUs each, and an executor has one model on one GPU",
                    "set " + EXECUTOR + "=1, and start an executor for each GPU");
        }
        if ((settings.onYarn() || settings.onKubernetes()) && !settings.isSet(SCRIPT)) {
            return Finding.failed(
                    NAME,
                    SCRIPT + " is not set, and " + (settings.onYarn() ? "YARN" : "Kubernetes")
                            + " does not tell Spark which GPU an executor got",
                    "set it to a program that prints the addresses, as deploy/bin/discover-gpus.sh does");
        }
        if (settings.onKubernetes() && !settings.isSet(VENDOR)) {
            return Finding.failed(
                    NAME, VENDOR + " is not set, so pods would ask for no GPU", "add --conf " + VENDOR + "=nvidia.com");
        }
        return shares();
    }

    private Finding shares() {
        double share;
        try {
            share = Double.parseDouble(settings.get(TASK, "0"));
        } catch (NumberFormatException e) {
            share = -1;
        }
        if (share == 0) {
            return Finding.failed(
                    NAME,
                    "executors have a GPU, but tasks take nothing of it: Spark tells no task its address",
                    "add --conf " + TASK + "=" + share(slots()));
        }
        if (share < 0 || (share > 0.5 && share != 1)) {
            return Finding.failed(
                    NAME,
                    "a task takes " + settings.get(TASK, "") + " of a GPU; with one GPU an executor it can be 1, or 0.5"
                            + " and less",
                    "set " + TASK + "=" + share(slots()));
        }
        return assignment((int) Math.floor(1 / share + 1e-9));
    }

    /** Judges by how many tasks the GPU of an executor lets run at once. */
    private Finding assignment(int byGpu) {
        int cores = settings.executorCores();
        int byCores = slots();
        if (cores == 0) {
            return Finding.warning(
                    NAME,
                    "spark.executor.cores is not set: an executor takes all cores of its worker, so a worker with"
                            + " several GPUs uses one; " + byGpu + " tasks at once on it",
                    "add --conf spark.executor.cores=" + byGpu * settings.taskCores());
        }
        if (byGpu < byCores) {
            return Finding.failed(
                    NAME,
                    String.format(
                            Locale.ROOT,
                            "an executor has %d cores for %d tasks, but a share of %s GPU a task lets %d run: %d of %d"
                                    + " cores idle",
                            cores,
                            byCores,
                            settings.get(TASK, ""),
                            byGpu,
                            cores - byGpu * settings.taskCores(),
                            cores),
                    "set " + TASK + "=" + share(byCores));
        }
        if (byGpu > byCores) {
            return Finding.failed(
                    NAME,
                    String.format(
                            Locale.ROOT,
                            "a share of %s GPU a task lets %d run, but an executor has cores for %d (%d cores, %d a"
                                    + " task): %d of %d shares of the GPU idle",
                            settings.get(TASK, ""),
                            byGpu,
                            byCores,
                            cores,
                            settings.taskCores(),
                            byGpu - byCores,
                            byGpu),
                    byCores == 0
                            ? "set spark.executor.cores=" + byGpu * settings.taskCores()
                            : "set " + TASK + "=" + share(byCores) + ", or spark.executor.cores="
                                    + byGpu * settings.taskCores());
        }
        int idle = cores - byCores * settings.taskCores();
        return idle == 0
                ? Finding.ok(NAME, "one an executor, shared by " + byCores + (byCores == 1 ? " task" : " tasks"))
                : Finding.failed(
                        NAME,
                        "tasks take " + settings.taskCores() + " cores each, so " + idle + " of " + cores
                                + " cores of an executor idle",
                        "make spark.executor.cores a multiple of spark.task.cpus");
    }

    /** How many tasks the cores of an executor let run at once, 0 if nobody said how many cores it has. */
    private int slots() {
        return settings.executorCores() / settings.taskCores();
    }

    /** The share of a GPU for each of so many tasks, rounded down so that all of them fit. */
    private static String share(int slots) {
        return BigDecimal.ONE
                .divide(BigDecimal.valueOf(Math.max(1, slots)), 4, RoundingMode.DOWN)
                .stripTrailingZeros()
                .toPlainString();
    }
}
