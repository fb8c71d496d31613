package dev.mnc.jobs.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A process that was asked of a cluster and has not started.
 *
 * @param what it is: {@code executor} or {@code driver}
 * @param needs what each needs
 * @param master of the cluster
 * @param manager of the cluster, if it tells what is free
 */
record Shortage(String what, Resources needs, String master, Optional<ClusterManager> manager) {

    /** Machines to name; a cluster may have thousands. */
    private static final int NAMED = 3;

    /** Returns what there is to say after a time, in one line. */
    String line(Duration waited) {
        String start = "no " + what + " has started for " + waited.toSeconds() + " s. "
                + (what.equals("driver") ? "It" : "Each") + " needs " + needs.text() + "; ";
        if (manager.isEmpty()) {
            return start + "what " + master + " lacks stands in the events of the pods: kubectl describe pods";
        }
        try {
            return start + offer(manager.get().machines());
        } catch (IOException e) {
            return start + "what is free cannot be said: " + e.getMessage();
        }
    }

    /** Returns what the machines have for such a process. */
    String offer(List<Machine> machines) {
        if (machines.isEmpty()) {
            return master + " has no machine that takes work. Waiting for one";
        }
        List<Machine> largest = machines.stream()
                .sorted(Comparator.comparing((Machine machine) -> machine.free().cover(needs))
                        .thenComparingLong(machine -> machine.free().gpus())
                        .thenComparingLong(machine -> machine.free().memoryMib())
                        .reversed())
                .toList();
        String free = largest.stream()
                .limit(NAMED)
                .map(machine -> machine.free().text() + " on " + machine.name())
                .collect(Collectors.joining("; "));
        int others = machines.size() - NAMED;
        boolean fits = largest.get(0).free().cover(needs);
        return master + " has free " + free + (others > 0 ? "; less on " + others + " more" : "")
                + (fits
                        ? ". That would do: look at its page and logs for what keeps it, such as a queue's limit or an executor"
                                + " that ends at once"
                        : ". Waiting until that is free; to ask for less, stop the command");
    }
}
