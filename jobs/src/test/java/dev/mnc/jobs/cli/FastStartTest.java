package dev.mnc.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.FastStart.Ahead;
import java.io.FileNotFoundException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class FastStartTest {

    private static final Set<Integer> PARTITIONS = ConcurrentHashMap.newKeySet();
    private static final CountDownLatch SLOTS = new CountDownLatch(2);

    @Test
    void workGoesOnBesideItsCallerUntilItIsWanted() {
        CountDownLatch wanted = new CountDownLatch(1);

        Ahead<String> ahead = new Ahead<>("mnc-ahead", () -> {
            wanted.await();
            Thread thread = Thread.currentThread();
            return thread.getName() + " " + thread.isDaemon() + " " + thread.getContextClassLoader();
        });

        wanted.countDown();
        assertThat(ahead.get())
                .isEqualTo("mnc-ahead true " + Thread.currentThread().getContextClassLoader());
        assertThat(ahead.get()).startsWith("mnc-ahead");
    }

    @Test
    void whatGoesWrongIsToldToWhomeverWantsTheResult() {
        IllegalArgumentException wrong = new IllegalArgumentException("wrong");

        assertThatThrownBy(new Ahead<>("mnc-ahead", () -> {
                    throw wrong;
                })::get)
                .isSameAs(wrong);
        assertThatThrownBy(new Ahead<>("mnc-ahead", () -> {
                    throw new FileNotFoundException("none");
                })::get)
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(FileNotFoundException.class);
    }

    /** Notes where it runs. */
    private record Noted() implements FastStart.FirstTask {

        @Override
        public void run() {
            PARTITIONS.add(TaskContext.getPartitionId());
            SLOTS.countDown();
        }
    }

    @Test
    void everyTaskSlotRunsTheFirstTask() throws Exception {
        FastStart.wake(TestSession.spark(), new Noted());

        assertThat(SLOTS.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(PARTITIONS).containsExactlyInAnyOrder(0, 1);
    }
}
