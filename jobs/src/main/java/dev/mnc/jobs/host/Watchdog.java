package dev.mnc.jobs.host;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A thread that notices work which does not end by its deadline: a read that nobody answers, a decoder in a loop, a device that
 * hangs. Such work cannot be ended, only given up. Work that ends in time costs two operations on a set.
 */
final class Watchdog implements AutoCloseable {

    private static final long LONGEST_PERIOD_MILLIS = 1000;
    private static final int LOOKS_A_DEADLINE = 8;

    private final Set<Work> running = ConcurrentHashMap.newKeySet();
    private final HostState state;
    private final long periodMillis;
    private final Thread thread = ModelHost.thread(this::look, "mnc-watch");

    /** @param shortest of the deadlines */
    Watchdog(Duration shortest, HostState state) {
        this.state = state;
        this.periodMillis = Math.max(1, Math.min(LONGEST_PERIOD_MILLIS, shortest.toMillis() / LOOKS_A_DEADLINE));
    }

    void start() {
        thread.start();
    }

    /** Work with a deadline. It either ends or is given up, never both. */
    final class Work {

        private final long deadline;
        private final Runnable whenOverdue;
        private boolean decided;

        private Work(long deadline, Runnable whenOverdue) {
            this.deadline = deadline;
            this.whenOverdue = whenOverdue;
        }

        /** Ends the work; returns whether it did so before it was given up, which is over by then. */
        synchronized boolean end() {
            running.remove(this);
            boolean inTime = !decided;
            decided = true;
            return inTime;
        }

        private synchronized void giveUp() {
            running.remove(this);
            if (!decided) {
                decided = true;
                whenOverdue.run();
            }
        }
    }

    /**
     * Begins work.
     *
     * @param whenOverdue called once, by the watchdog, if the work has not ended by then
     */
    Work begin(Duration longest, Runnable whenOverdue) {
        Work work = new Work(System.nanoTime() + longest.toNanos(), whenOverdue);
        running.add(work);
        return work;
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(periodMillis);
                long now = System.nanoTime();
                for (Work work : running) {
                    if (now - work.deadline >= 0) {
                        work.giveUp();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            state.breakDown(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
