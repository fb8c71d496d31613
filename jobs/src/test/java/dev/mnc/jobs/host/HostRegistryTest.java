package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mnc.image.ImageLimits;
import dev.mnc.jobs.TestSession;
import dev.mnc.model.Predictor;
import dev.mnc.schemas.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("spark")
@Tag("tensorflow")
class HostRegistryTest {

    private static final AtomicInteger LOADED = new AtomicInteger();

    private record Source(String digest) implements PredictorSource {

        @Override
        public RunRecord.Model model() {
            return new RunRecord.Model("squares", "test:squares", List.of());
        }

        @Override
        public Predictor load() {
            LOADED.incrementAndGet();
            return new FakeDevice();
        }
    }

    private final HostRegistry registry = new HostRegistry();

    private static HostSettings settings(int batch) {
        return new HostSettings(
                batch,
                0,
                1,
                1 << 20,
                1 << 20,
                1,
                new MinScores(0.05, Map.of()),
                100,
                ImageLimits.DEFAULT,
                FakeDevice.PATIENT);
    }

    @Test
    void loadsAModelOnceForAllTasks() {
        int before = LOADED.get();
        List<CompletableFuture<Predictor>> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(CompletableFuture.supplyAsync(() -> registry.predictor(new Source("a"))));
        }
        assertThat(tasks.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(LOADED.get() - before).isEqualTo(1);

        assertThat(registry.predictor(new Source("b"))).isNotSameAs(registry.predictor(new Source("a")));
    }

    @Test
    void passesOnAModelOnlyIfItIsLoaded() {
        List<Predictor> seen = new ArrayList<>();
        registry.ifLoaded(new Source("a"), seen::add);
        assertThat(seen).isEmpty();

        Predictor loaded = registry.predictor(new Source("a"));
        registry.ifLoaded(new Source("a"), seen::add);
        assertThat(seen).containsExactly(loaded);
    }

    @Test
    void sharesOneHostAndClosesIdleOnesWithOtherSettings() {
        ModelHost first = registry.host(new Source("a"), settings(1));
        assertThat(registry.host(new Source("a"), settings(1))).isSameAs(first);

        ModelHost second = registry.host(new Source("a"), settings(2));
        assertThat(first.isAlive()).isFalse();

        try (ImageStream stream = second.open("run", FakeFiles.images(0, 1, "20x10.png"), FakeFiles.FILES)) {
            ModelHost third = registry.host(new Source("a"), settings(3));
            assertThat(second.isAlive()).as("a host with a task stays").isTrue();
            assertThat(stream.next().failure()).isNull();
            third.close();
        }
        second.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> second.open("run", List.of(), FakeFiles.FILES))
                .withMessage("the model's host is closed");
    }

    @Test
    void startsAHostAnewWhereTheOldOneIsDead() {
        ModelHost dead = registry.host(new Source("a"), settings(1));
        dead.close();

        try (ModelHost started = registry.host(new Source("a"), settings(1))) {
            assertThat(started).isNotSameAs(dead);
            assertThat(started.isAlive()).isTrue();
        }
    }

    @Test
    void hasOneCollectionOfReportsForASession() {
        HostReports reports = registry.reports(TestSession.spark().sparkContext());

        assertThat(registry.reports(TestSession.spark().sparkContext())).isSameAs(reports);
        assertThat(new HostRegistry().reports(TestSession.spark().sparkContext()))
                .isNotSameAs(reports);
    }
}
