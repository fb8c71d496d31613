package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mnc.jobs.host.StagePool.Priority;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StagePoolTest {

    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final HostState state = new HostState(failure -> {});
    private final StagePool pool = new StagePool(1, state);

    private StagePool.Job job(String name, Runnable work) {
        return new StagePool.Job() {
            @Override
            public void run() {
                work.run();
                ended.add(name);
            }

            @Override
            public void drop() {
                ended.add(name + " dropped");
            }
        };
    }

    /** Occupies the pool's one thread; returns what ends that. */
    private CountDownLatch occupy() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        pool.execute(Priority.DECODE, job("first", () -> {
            begun.countDown();
            boolean interrupted = false;
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }));
        begun.await();
        return end;
    }

    private void awaitEnded(int jobs) throws InterruptedException {
        while (ended.size() < jobs) {
            Thread.sleep(1);
        }
    }

    @Test
    void runsVotesFirstAndThenInOrder() throws InterruptedException {
        CountDownLatch end = occupy();
        pool.execute(Priority.DECODE, job("decode 1", () -> {}));
        pool.execute(Priority.DECODE, job("decode 2", () -> {}));
        pool.execute(Priority.VOTE, job("vote 1", () -> {}));
        pool.execute(Priority.VOTE, job("vote 2", () -> {}));

        end.countDown();
        awaitEnded(5);

        assertThat(ended).containsExactly("first", "vote 1", "vote 2", "decode 1", "decode 2");
        pool.close();
    }

    @Test
    void dropsWhatItDidNotRunAndWhatComesLater() throws InterruptedException {
        CountDownLatch end = occupy();
        pool.execute(Priority.DECODE, job("waiting", () -> {}));

        pool.close();
        pool.execute(Priority.VOTE, job("late", () -> {}));
        assertThat(ended).containsExactly("waiting dropped", "late dropped");

        end.countDown();
        awaitEnded(3);
        assertThat(ended).containsExactly("waiting dropped", "late dropped", "first");
    }

    @Test
    void aJobThatThrowsBreaksTheHostDown() throws InterruptedException {
        pool.execute(Priority.VOTE, job("broken", () -> {
            throw new IllegalStateException("planted");
        }));
        pool.execute(Priority.VOTE, job("next", () -> {}));
        awaitEnded(1);

        assertThat(ended).containsExactly("next");
        assertThat(state.isAlive()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(state::requireAlive)
                .withMessage("the model's host broke down: java.lang.IllegalStateException: planted");
        pool.close();
    }
}
