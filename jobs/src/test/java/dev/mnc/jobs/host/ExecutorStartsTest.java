package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.host.HostReports.Failure;
import org.junit.jupiter.api.Test;

class ExecutorStartsTest {

    private final ExecutorStarts starts = new ExecutorStarts();

    private void fails(int executor, String host) {
        starts.added("" + executor, host);
        starts.failed(new Failure("" + executor, "no GPU"));
        starts.removed("" + executor, "exited");
    }

    private void dies(int executor, String host) {
        starts.added("" + executor, host);
        starts.removed("" + executor, "killed");
    }

    @Test
    void theOnlyExecutorOfASessionIsNotTriedTwice() {
        starts.expect(1);
        fails(0, "a");

        assertThat(starts.hopeless()).isEqualTo(new Failure("0", "no GPU"));
    }

    @Test
    void oneThatFailsIsNoReasonToStopWhileOthersStart() {
        starts.expect(2);
        starts.added("1", "b");
        for (int executor = 2; executor < 50; executor++) {
            fails(executor, "a");
            assertThat(starts.hopeless()).isNull();
        }
        starts.removed("1", "killed");

        assertThat(starts.hopeless()).isEqualTo(new Failure("2", "no GPU"));
    }

    @Test
    void oneThatFailsIsNoReasonToStopWhileOthersWork() {
        starts.expect(2);
        starts.added("1", "b");
        starts.works("1");
        for (int executor = 2; executor < 50; executor++) {
            fails(executor, "a");
        }
        assertThat(starts.hopeless()).isNull();

        starts.removed("1", "killed");
        assertThat(starts.hopeless()).as("now those of before count no more").isNull();
        fails(50, "a");
        fails(51, "b");
        assertThat(starts.hopeless()).isEqualTo(new Failure("50", "no GPU"));
    }

    @Test
    void whereNobodySaidHowManyThereWillBeAsManyAsCameMayFailTwice() {
        starts.added("0", "a");
        starts.added("1", "a");
        starts.failed(new Failure("0", "no GPU"));
        starts.failed(new Failure("1", "no GPU"));
        assertThat(starts.hopeless()).isNull();
        fails(2, "a");
        fails(3, "a");

        assertThat(starts.hopeless()).isEqualTo(new Failure("0", "no GPU"));
    }

    @Test
    void aReasonThatComesAfterTheEndCounts() {
        starts.expect(1);
        dies(0, "a");
        starts.failed(new Failure("0", "no GPU"));

        assertThat(starts.hopeless()).isEqualTo(new Failure("0", "no GPU"));
    }

    @Test
    void executorsThatDieWithoutAWordMayDoSoThreeTimesMore() {
        starts.expect(1);
        for (int executor = 0; executor < 3; executor++) {
            dies(executor, "a");
            assertThat(starts.hopeless()).isNull();
        }
        dies(3, "a");

        assertThat(starts.hopeless()).isEqualTo(new Failure("0", "it ended before its model was loaded: killed"));
    }
}
