package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.host.ImageOutcome;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.RunRecord.ErrorCount;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTotalsTest {

    @Test
    void reasonsThatDifferInNumbersAreOne() {
        RunTotals totals = new RunTotals();
        for (int i = 0; i < 5; i++) {
            totals.add(failed("image " + i + " of 7 is broken"));
        }

        assertThat(totals.outcome().errors())
                .containsExactly(new ErrorCount("decode", "image 0 of 7 is broken", 5, List.of("n", "n", "n")));
    }

    @Test
    void reasonsWithoutEndAreCountedTogether() {
        RunTotals totals = new RunTotals();
        for (int task = 0; task < 10; task++) {
            RunTotals part = new RunTotals();
            for (int i = 0; i < 1000; i++) {
                part.add(failed("broken in its own way: " + "x".repeat(i + 1) + "y".repeat(task)));
            }
            totals.plus(part);
        }

        List<ErrorCount> errors = totals.outcome().errors();
        assertThat(errors).hasSize(65);
        assertThat(errors.get(0)).extracting(ErrorCount::reason).isEqualTo("other reasons");
        assertThat(errors.stream().mapToLong(ErrorCount::images).sum())
                .isEqualTo(10_000)
                .isEqualTo(totals.images());
    }

    private static ImageOutcome failed(String reason) {
        return new ImageOutcome(
                new ImageRef(1, "file:///n", "n", 1, null),
                null,
                new ImageOutcome.Failure(ImageOutcome.Stage.DECODE, reason),
                List.of(),
                new ImageOutcome.Cost(0, 0, 0, 0));
    }
}
