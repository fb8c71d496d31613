package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostReports;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class ProgressTest {

    private final HostReports reports =
            HostRegistry.jvm().reports(TestSession.spark().sparkContext());

    private static HostReport report(String executor, String run, long done, long failed) {
        return new HostReport(executor, run, 100, 1000, 3000, 1.5, done, 1, done, failed, 0, Map.of());
    }

    @Test
    void addsUpTheExecutorsOfItsOwnRun() {
        reports.add(report("progress 1", "this run", 30, 1));
        reports.add(report("progress 2", "this run", 12, 2));
        reports.add(report("progress 3", "the run before", 500, 7));

        assertThat(new Progress(reports, "this run", 100, 0).line())
                .matches("labelling: 42 of 100 images, [0-9.]+ images/s, .* left, 3 errors, device 75% busy");
        assertThat(new Progress(reports, "a run that has not begun", 100, 0).line())
                .isEqualTo("labelling: 0 of 100 images, 0.0 images/s, ? left, 0 errors");
    }

    @Test
    void countsImagesOfRepeatedTasksOnce() {
        reports.add(report("progress 4", "repeated", 130, 0));

        assertThat(new Progress(reports, "repeated", 100, 0).line()).startsWith("labelling: 100 of 100 images, ");
    }
}
