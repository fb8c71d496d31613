package dev.mnc.jobs.runs;

import dev.mnc.schemas.ClaimRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The identity of a process among all processes of all machines.
 *
 * @param host name of the machine or container
 * @param space of process ids: the boot of the machine and the namespace; empty where the system does not say
 * @param pid of the process
 * @param started when it began; empty where the system does not say
 */
record ProcessIdentity(String host, String space, long pid, String started) {

    /** Returns that of this process. */
    static ProcessIdentity own() {
        ProcessHandle process = ProcessHandle.current();
        return new ProcessIdentity(hostName(), processSpace(), process.pid(), started(process));
    }

    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static String processSpace() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip() + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException e) {
            return "";
        }
    }

    /** The answer to whether the owner of a claim is alive. */
    enum Life {
        ALIVE,
        DEAD,
        /** It runs elsewhere, so that only its signs of life tell. */
        UNKNOWN
    }

    /** Returns what this process can tell of the owner of a claim by looking at the processes beside it. */
    Life lifeOf(ClaimRecord claim) {
        if (space.isEmpty() || !space.equals(claim.space()) || !host.equals(claim.host())) {
            return Life.UNKNOWN;
        }
        return ProcessHandle.of(claim.pid())
                        .filter(process -> process.isAlive() && started(process).equals(claim.pidStarted()))
                        .isPresent()
                ? Life.ALIVE
                : Life.DEAD;
    }
}
