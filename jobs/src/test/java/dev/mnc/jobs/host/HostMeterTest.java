package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.jobs.host.HostMeter.Wait;
import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Failure;
import dev.mnc.jobs.host.ImageOutcome.Frame;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.schemas.ImageRef;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostMeterTest {

    private static final long SECOND = 1_000_000_000;
    private static final ImageRef IMAGE = new ImageRef(1, "file:///1", "1.png", 100, null);

    private final HostMeter meter = new HostMeter();

    @BeforeEach
    void begins() {
        meter.begin("a");
    }

    private HostReport report() {
        return meter.report("7", 12.5, 42);
    }

    @Test
    void addsUpForwardPassesAndImages() {
        meter.ran(10 * SECOND, 12 * SECOND, 8);
        meter.ran(13 * SECOND, 14 * SECOND, 0);
        meter.done(ImageOutcome.labelled(IMAGE, new Frame(1, 1, 1), List.of(), Cost.NONE));
        meter.done(ImageOutcome.failed(IMAGE, null, new Failure(Stage.READ, "gone"), Cost.NONE));

        HostReport report = report();
        assertThat(report.executor()).isEqualTo("7");
        assertThat(report.run()).isEqualTo("a");
        assertThat(report.modelRate()).isEqualTo(12.5);
        assertThat(report.queuedBytes()).isEqualTo(42);
        assertThat(report.busySeconds()).isEqualTo(3);
        assertThat(report.activeSeconds()).isCloseTo(4, within(0.002));
        assertThat(report.batches()).isEqualTo(2);
        assertThat(report.images()).isEqualTo(8);
        assertThat(report.done()).isEqualTo(2);
        assertThat(report.failed()).isEqualTo(1);
    }

    @Test
    void countsOnlyWaitsBetweenForwardPasses() {
        meter.waited(Wait.READ, SECOND);
        meter.ran(0, SECOND, 1);
        meter.waited(Wait.DECODE, 2 * SECOND);
        meter.waited(Wait.BATCH, 3 * SECOND);
        meter.waited(Wait.BATCH, SECOND);
        meter.ran(7 * SECOND, 8 * SECOND, 1);
        meter.waited(Wait.WRITE, 5 * SECOND);

        assertThat(report().waitSeconds())
                .containsEntry("read", 0.0)
                .containsEntry("decode", 2.0)
                .containsEntry("batch", 4.0)
                .containsEntry("write", 0.0);
    }

    @Test
    void startsAnewWithAnotherRunOnly() {
        meter.ran(0, SECOND, 3);
        meter.waited(Wait.READ, SECOND);
        meter.done(ImageOutcome.failed(IMAGE, null, new Failure(Stage.READ, "gone"), Cost.NONE));

        meter.begin("a");
        assertThat(report().images()).isEqualTo(3);

        meter.begin("b");
        meter.ran(5 * SECOND, 6 * SECOND, 1);
        HostReport report = report();
        assertThat(report.run()).isEqualTo("b");
        assertThat(report.images()).isEqualTo(1);
        assertThat(report.batches()).isEqualTo(1);
        assertThat(report.busySeconds()).isEqualTo(1);
        assertThat(report.done()).isZero();
        assertThat(report.failed()).isZero();
        assertThat(report.waitSeconds().values()).containsOnly(0.0);
    }
}
