package dev.mnc.evaluation.coco;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Work for several threads. */
public final class Parallel {

    private Parallel() {}

    /** Does all of the work; the results come in its order. */
    public static <T> List<T> all(ExecutorService threads, List<Callable<T>> work) {
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : threads.invokeAll(work)) {
                results.add(future.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while evaluating", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
        return results;
    }
}
