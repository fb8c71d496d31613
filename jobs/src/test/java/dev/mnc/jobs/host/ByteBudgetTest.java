package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.host.ByteBudget.Lease;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteBudgetTest {

    private final List<String> granted = new CopyOnWriteArrayList<>();

    /** Starts a thread that requests bytes, and waits until it has them or waits for them. */
    private Thread requests(ByteBudget budget, long bytes, String name) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            started.countDown();
            try {
                budget.lease(bytes);
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
        Lease small = budget.lease(60);
        Thread large = requests(budget, 50, "large");

        assertThat(budget.held()).isEqualTo(60);
        small.resize(40);
        large.join();

        assertThat(budget.held()).isEqualTo(90);
    }

    @Test
    void grantsMoreThanThereIsWhenNothingIsHeld() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);

        budget.lease(1000);

        assertThat(budget.held()).isEqualTo(1000);
    }

    @Test
    void servesALargeOneBeforeSmallOnesThatCameLater() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        Lease first = budget.lease(60);
        Thread large = requests(budget, 90, "large");
        Thread small = requests(budget, 10, "small");

        assertThat(granted).isEmpty();
        first.close();
        large.join();
        small.join();

        assertThat(budget.held()).isEqualTo(100);
        assertThat(granted).containsExactlyInAnyOrder("large", "small");
    }

    @Test
    void oneThatGivesUpHoldsNobodyBack() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        budget.lease(60);
        Thread first = requests(budget, 90, "first");
        Thread second = requests(budget, 80, "second");
        Thread third = requests(budget, 30, "third");

        second.interrupt();
        second.join();
        first.interrupt();
        first.join();

        third.join();
        assertThat(granted).containsExactlyInAnyOrder("second gave up", "first gave up", "third");
        assertThat(budget.held()).isEqualTo(90);
    }

    @Test
    void leasesOverTheLimitWithoutWaiting() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        try (Lease first = budget.lease(100)) {
            Lease second = budget.leaseNow(50);

            assertThat(budget.held()).isEqualTo(150);
            first.resize(0);
            second.close();
        }
        assertThat(budget.held()).isZero();
    }

    @Test
    void aLeaseReturnsItsBytesOnceAndGrowsNoMore() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        Lease other = budget.lease(30);
        Lease lease = budget.lease(60);
        lease.resize(20);

        lease.close();
        lease.close();

        assertThat(budget.held()).isEqualTo(30);
        assertThatThrownBy(() -> lease.resize(10))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a closed lease cannot be resized to 10 bytes");
        other.close();
        assertThat(budget.held()).isZero();
    }
}
