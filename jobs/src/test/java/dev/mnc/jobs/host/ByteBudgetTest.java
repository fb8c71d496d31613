package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteBudgetTest {

    private final List<String> granted = new CopyOnWriteArrayList<>();

    private Thread asks(ByteBudget budget, long bytes, String name) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            started.countDown();
            try {
                budget.acquire(bytes);
                granted.add(name);
            } catch (InterruptedException e) {
                granted.add(name + " gave up");
            }
        });
        thread.start();
        started.await();
        while (thread.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void grantsWhatFitsAndHoldsBackWhatDoesNot() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        budget.acquire(60);
        Thread large = asks(budget, 50, "large");

        assertThat(budget.held()).isEqualTo(60);
        budget.change(-20);
        large.join();

        assertThat(budget.held()).isEqualTo(90);
    }

    @Test
    void grantsMoreThanThereIsWhenNothingIsHeld() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);

        budget.acquire(1000);

        assertThat(budget.held()).isEqualTo(1000);
    }

    @Test
    void servesALargeOneBeforeSmallOnesThatCameLater() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        budget.acquire(60);
        Thread large = asks(budget, 90, "large");
        Thread small = asks(budget, 10, "small");

        assertThat(granted).isEmpty();
        budget.change(-60);
        large.join();
        small.join();

        assertThat(budget.held()).isEqualTo(100);
        assertThat(granted).containsExactlyInAnyOrder("large", "small");
    }

    @Test
    void oneThatGivesUpHoldsNobodyBack() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        budget.acquire(60);
        Thread first = asks(budget, 90, "first");
        Thread second = asks(budget, 80, "second");
        Thread third = asks(budget, 30, "third");

        second.interrupt();
        second.join();
        first.interrupt();
        first.join();

        third.join();
        assertThat(granted).containsExactlyInAnyOrder("second gave up", "first gave up", "third");
        assertThat(budget.held()).isEqualTo(90);
    }
}
