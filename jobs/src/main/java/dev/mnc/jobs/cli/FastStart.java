package dev.mnc.jobs.cli;

import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;

/**
 * The means by which a process comes to its first image sooner; {@code docs/start.md} says what each gains.
 *
 * <ul>
 *   <li>{@link Ahead}: work that needs no session goes on while the session opens.
 *   <li>{@link #wake}: executors load what tasks are made of while the driver plans.
 *   <li>{@link ClassArchive}: classes are mapped from a file instead of parsed and checked again.
 *   <li>{@code conf/jvm/*.options}: the optimising compiler is kept for the code that repays it.
 *   <li>{@code Main}: the command line sets up the one command that was named.
 * </ul>
 */
public final class FastStart {

    private FastStart() {}

    /**
     * Work that goes on in a thread of its own until its result is wanted.
     *
     * @param <T> what comes of it
     */
    public static final class Ahead<T> {

        private final FutureTask<T> task;

        /**
         * Begins.
         *
         * @param thread names the thread, which does not keep the process from ending
         */
        public Ahead(String thread, Callable<T> work) {
            this.task = new FutureTask<>(work);
            // A thread of a common pool would not know the application's class loader.
            inBackground(thread, task);
        }

        /** Returns the result, and waits for it where it must; throws what the work threw if that is unchecked. */
        public T get() {
            try {
                return task.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a command started", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException("a command cannot start", e.getCause());
            }
        }
    }

    /** A task that each slot runs once before there is work. */
    public interface FirstTask extends Serializable {
        void run() throws IOException;
    }

    /**
     * Lets every task slot run a task, so that executors fetch and load what tasks are made of. Returns at once. Nobody
     * waits for the tasks: what goes wrong in them goes wrong in the run too, which tells of it.
     */
    public static void wake(SparkSession spark, FirstTask task) {
        inBackground("mnc-wake", () -> {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            int slots = Math.max(1, context.defaultParallelism());
            context.parallelize(Collections.nCopies(slots, List.<Integer>of()), slots)
                    .mapPartitions(new Wake(task))
                    .collect();
        });
    }

    private record Wake(FirstTask task) implements FlatMapFunction<Iterator<List<Integer>>, Integer> {

        @Override
        public Iterator<Integer> call(Iterator<List<Integer>> nothing) throws IOException {
            task.run();
            return Collections.emptyIterator();
        }
    }

    private static void inBackground(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, failure) -> {});
        thread.start();
    }
}
