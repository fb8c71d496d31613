package dev.mnc.jobs.doctor;

import dev.mnc.jobs.cli.Sessions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;

/** The cluster of a Spark session of our own, which is opened for one small job. */
record SparkCluster(SparkSettings settings) implements Cluster {

    /** Tasks for each slot, so that no executor is done before another one has begun. */
    private static final int TASKS_PER_SLOT = 3;

    private static final long TASK_MILLIS = 100;
    private static final long POLL_MILLIS = 100;

    /** Time in which no further executor has come, after which none is expected. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    /** A task that tells where it runs, and stays for a moment so that the next one runs elsewhere. */
    private record DescribeExecutor() implements FlatMapFunction<Iterator<Integer>, ExecutorFacts> {

        @Override
        public Iterator<ExecutorFacts> call(Iterator<Integer> numbers) throws InterruptedException {
            Thread.sleep(TASK_MILLIS);
            return List.of(ExecutorFacts.here()).iterator();
        }
    }

    @Override
    public Answers executors(Duration wait) throws Exception {
        FutureTask<Answers> job = new FutureTask<>(() -> ask(wait.dividedBy(2)));
        // Spark may wait for a master or for executors for ever, and does not always let itself be interrupted.
        Thread thread = new Thread(job, "mnc-doctor");
        thread.setDaemon(true);
        thread.start();
        try {
            return job.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            job.cancel(true);
        }
    }

    private Answers ask(Duration patience) throws InterruptedException, IOException {
        try (SparkSession session = Sessions.open("doctor", Map.of("spark.ui.enabled", "false"))) {
            JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
            if (!settings.inOneProcess()) {
                awaitExecutors(spark, patience);
            }
            Instant from = Instant.now();
            List<Integer> tasks = Collections.nCopies(spark.defaultParallelism() * TASKS_PER_SLOT, 0);
            Map<String, ExecutorFacts> answers = new TreeMap<>();
            for (ExecutorFacts facts : spark.parallelize(tasks, tasks.size())
                    .mapPartitions(new DescribeExecutor())
                    .collect()) {
                answers.putIfAbsent(facts.id(), facts);
            }
            return new Answers(
                    settings.inOneProcess() ? 1 : executors(spark),
                    new ArrayList<>(answers.values()),
                    from,
                    Instant.now());
        }
    }

    /** Waits until as many executors have come as were requested, and for a moment none since. */
    private void awaitExecutors(JavaSparkContext spark, Duration patience) throws InterruptedException {
        long start = System.nanoTime();
        long lastCame = start;
        int count = 0;
        while (System.nanoTime() - start < patience.toNanos()
                && (count < settings.executors() || System.nanoTime() - lastCame < SETTLED.toNanos())) {
            Thread.sleep(POLL_MILLIS);
            int now = executors(spark);
            if (now != count) {
                count = now;
                lastCame = System.nanoTime();
            }
        }
    }

    /** Spark counts the driver among them. */
    private static int executors(JavaSparkContext spark) {
        return spark.sc().statusTracker().getExecutorInfos().length - 1;
    }
}
