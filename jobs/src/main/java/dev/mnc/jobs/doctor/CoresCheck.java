package dev.mnc.jobs.doctor;

import java.util.List;

/**
 * Check that tasks find the cores they take.
 *
 * @param cores of this machine, as far as its control group lets this process have them
 */
record CoresCheck(int cores, SparkSettings settings) implements Check {

    private static final String NAME = "cores";

    @Override
    public List<Finding> findings() {
        int executor = settings.inOneProcess() ? 0 : settings.executorCores();
        String found = (cores == 1 ? "1 core here" : cores + " cores here")
                + (executor == 0 ? "" : ", " + executor + " an executor");
        if (executor > 0 && executor < settings.taskCores()) {
            return List.of(Finding.failed(
                    NAME,
                    found + ", and a task takes " + settings.taskCores() + ", so none ever starts",
                    "raise spark.executor.cores or lower spark.task.cpus"));
        }
        if (settings.inOneProcess() && cores == 1) {
            return List.of(Finding.warning(
                    NAME,
                    found + ": reading, decoding and the network take turns",
                    "give the process two cores or more"));
        }
        return List.of(Finding.ok(NAME, found));
    }
}
