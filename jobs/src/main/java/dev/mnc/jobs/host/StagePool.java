package dev.mnc.jobs.host;

import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The threads of a {@link ModelHost} that decode and vote, one for each core. */
final class StagePool {

    /** Votes come first: they free memory and finish images, while decoding takes memory and begins images. */
    enum Priority {
        VOTE,
        DECODE
    }

    /** A stage's work on one image. Of each job exactly one method is called, once. */
    interface Job {

        void run();

        /** Gives back what the job holds: the pool was closed before its turn came. */
        void drop();
    }

    private final HostState state;
    private final ThreadPoolExecutor threads;
    private final AtomicLong submitted = new AtomicLong();

    StagePool(int threads, HostState state) {
        this.state = state;
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(),
                task -> ModelHost.thread(task, "mnc-host"),
                (rejected, pool) -> ((QueuedJob) rejected).job.drop());
    }

    /** Runs a job after those of a higher priority and those of the same priority that came before. */
    void execute(Priority priority, Job job) {
        threads.execute(new QueuedJob(priority, submitted.incrementAndGet(), job, state));
    }

    /** Adds a thread in the place of one that may never come back. */
    synchronized void addThread() {
        int more = threads.getMaximumPoolSize() + 1;
        threads.setMaximumPoolSize(more);
        threads.setCorePoolSize(more);
    }

    /** Removes a thread: the one that was replaced has come back. */
    synchronized void removeThread() {
        int fewer = threads.getMaximumPoolSize() - 1;
        threads.setCorePoolSize(fewer);
        threads.setMaximumPoolSize(fewer);
    }

    /** Stops the threads after the jobs they are at; jobs that wait are dropped. */
    void close() {
        threads.shutdownNow().forEach(queued -> ((QueuedJob) queued).job.drop());
    }

    private record QueuedJob(Priority priority, long number, Job job, HostState state)
            implements Runnable, Comparable<QueuedJob> {

        @Override
        public void run() {
            try {
                job.run();
            } catch (RuntimeException | Error e) {
                state.breakDown(e);
            }
        }

        @Override
        public int compareTo(QueuedJob other) {
            int order = priority.compareTo(other.priority);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }
}
