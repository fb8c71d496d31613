package dev.mnc.jobs.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The place where the tasks of a command run. */
interface Cluster {

    /**
     * The answers of the executors.
     *
     * @param registered how many executors there were
     * @param executors those that answered, each once
     * @param from when they were asked, by the driver's clock
     * @param to when all had answered
     */
    record Answers(int registered, List<ExecutorFacts> executors, Instant from, Instant to) {}

    /**
     * Starts executors and asks each what it is made of.
     *
     * @param wait for the first of them and for all answers together
     * @throws TimeoutException if there are none after that time
     * @throws Exception if Spark fails, which throws what it likes
     */
    Answers executors(Duration wait) throws Exception;
}
