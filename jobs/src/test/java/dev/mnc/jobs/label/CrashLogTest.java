package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.FaultRow;
import dev.mnc.jobs.label.TaskMessage.Alone;
import dev.mnc.jobs.label.TaskMessage.Attempt;
import dev.mnc.jobs.label.TaskMessage.Begin;
import dev.mnc.jobs.label.TaskMessage.End;
import dev.mnc.jobs.label.TaskMessage.Lost;
import dev.mnc.jobs.label.TaskMessage.Orders;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrashLogTest {

    private final CrashLog log = new CrashLog();
    private long attempts;

    private Attempt attempt(String partition) {
        return new Attempt("run", partition, attempts++, "executor " + attempts);
    }

    private Orders begin(Attempt attempt) {
        return Orders.of((String[]) log.receive(new Begin(attempt)));
    }

    /** An attempt whose executor dies at an image. */
    private void dies(String partition, String image) {
        Attempt attempt = attempt(partition);
        begin(attempt);
        log.receive(new Alone(attempt, image));
    }

    @Test
    void whatEndsIsLabelledTogether() {
        Attempt failed = attempt("0");
        begin(failed);
        log.receive(new End(failed));

        assertThat(begin(attempt("0"))).isEqualTo(Orders.TOGETHER);
    }

    @Test
    void aPartitionWhoseExecutorDiedIsLabelledOneByOne() {
        begin(attempt("0"));

        assertThat(begin(attempt("0"))).isEqualTo(new Orders(true, Set.of()));
        assertThat(begin(attempt("1"))).isEqualTo(Orders.TOGETHER);
    }

    @Test
    void anImageIsFoundGuiltyTheSecondTime() {
        begin(attempt("0"));
        dies("0", "a");
        Attempt other = attempt("0");
        assertThat(begin(other)).isEqualTo(new Orders(true, Set.of()));
        log.receive(new Alone(other, "before"));
        log.receive(new Alone(other, "a"));

        Attempt last = attempt("0");
        assertThat(begin(last)).isEqualTo(new Orders(true, Set.of("a")));
        log.receive(new End(last));
        assertThat(begin(attempt("0"))).as("the wave is tried again").isEqualTo(new Orders(true, Set.of("a")));
        log.end("run");
        assertThat(begin(attempt("0"))).isEqualTo(Orders.TOGETHER);
    }

    @Test
    void anExecutorThatLeavesOfItsOwnBlamesNobody() {
        begin(attempt("0"));
        Attempt leaving = attempt("0");
        begin(leaving);
        log.receive(new Alone(leaving, "a"));
        log.leaves(leaving.executor());
        dies("0", "a");

        assertThat(begin(attempt("0"))).isEqualTo(new Orders(true, Set.of()));
    }

    @Test
    void aSecondAttemptWhileTheFirstRunsIsNoDeath() {
        log.expectSpeculation();
        Attempt slow = attempt("0");
        begin(slow);
        Attempt second = attempt("0");
        assertThat(begin(second)).isEqualTo(Orders.TOGETHER);
        log.receive(new End(second));
        assertThat(begin(attempt("0"))).isEqualTo(Orders.TOGETHER);

        log.removed(slow.executor());
        assertThat(begin(attempt("0"))).isEqualTo(new Orders(true, Set.of()));
        for (int death = 0; death < 2; death++) {
            Attempt dies = attempt("0");
            begin(dies);
            log.receive(new Alone(dies, "a"));
            log.removed(dies.executor());
        }
        assertThat(begin(attempt("0"))).isEqualTo(new Orders(true, Set.of("a")));
    }

    @Test
    void anAttemptThatRanOutOfMemoryCountsAsADeath() {
        for (int death = 0; death < 2; death++) {
            Attempt lost = attempt("0");
            begin(lost);
            log.receive(new Alone(lost, "a"));
            log.receive(new Lost(lost));
        }

        assertThat(begin(attempt("0"))).isEqualTo(new Orders(true, Set.of("a")));
    }

    @Test
    void theEndOfAnAttemptThatIsOverLongSinceChangesNothing() {
        Attempt lost = attempt("0");
        begin(lost);
        dies("0", "a");
        log.receive(new End(lost));
        dies("0", "a");

        assertThat(begin(attempt("0"))).isEqualTo(new Orders(true, Set.of("a")));
    }

    @Test
    @FaultRow("more than ten images of a run do so")
    void onlyAFewImagesAreFoundGuilty() {
        for (int image = 0; image < 2 * CrashLog.MOST; image++) {
            dies("0", "image " + image);
            dies("0", "image " + image);
        }
        begin(attempt("0"));

        assertThat(log.crashed("run"))
                .hasSize(CrashLog.MOST)
                .contains("image 0")
                .doesNotContain("image 15");
    }
}
