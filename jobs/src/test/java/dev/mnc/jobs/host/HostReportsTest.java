package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostReportsTest {

    private final HostReports reports = new HostReports();

    private static HostReport report(String executor, String run, long lastEnd, long done) {
        return new HostReport(executor, run, 0, 1000, lastEnd, 0, done, 1, done, 0, 0, Map.of());
    }

    @Test
    void holdsTheLatestReportOfEachExecutor() {
        reports.add(report("1", "a", 2000, 10));
        reports.add(report("2", "a", 2000, 20));
        reports.add(report("1", "a", 3000, 15));
        reports.add(report("1", "a", 2500, 12));

        assertThat(reports.of("a")).extracting(HostReport::done).containsExactlyInAnyOrder(15L, 20L);
    }

    @Test
    void aRunSeesNothingOfTheOneBefore() {
        reports.add(report("1", "a", 2000, 10));
        reports.add(report("2", "a", 2000, 20));

        assertThat(reports.of("b")).isEmpty();

        reports.add(report("1", "b", 3000, 1));
        assertThat(reports.of("b")).extracting(HostReport::done).containsExactly(1L);
        assertThat(reports.all())
                .as("the metrics' sums")
                .extracting(HostReport::done)
                .containsExactlyInAnyOrder(1L, 20L);
    }

    @Test
    void namesTheFirstExecutorThatCouldNotLoadTheModel() {
        assertThatCode(reports::requireModel).doesNotThrowAnyException();

        reports.add(new HostReports.Failure("3", "no GPU"));
        reports.add(new HostReports.Failure("4", "shut down"));

        assertThatThrownBy(reports::requireModel)
                .isInstanceOf(OperatorException.class)
                .hasMessage("executor 3 cannot load the model: no GPU");
    }
}
