package dev.mnc.jobs.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.host.ByteBudget.Lease;
import dev.mnc.jobs.host.HostMeter.Wait;
import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Frame;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.Pixels;
import dev.mnc.schemas.ImageRef;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
@Tag("tensorflow")
class BatcherTest {

    private static final long FOR_EVER = Long.MAX_VALUE / 2;

    private final ByteBudget budget = new ByteBudget(1000);
    private final HostMeter meter = new HostMeter();
    private final AtomicReference<Wait> upstream = new AtomicReference<>(Wait.READ);

    private DecodedImage image(long id, int height) {
        Lease lease = budget.leaseNow(10);
        NetworkInput.Bucket bucket = new NetworkInput.Bucket(height, 32);
        NetworkInput input = new NetworkInput(Pixels.fresh(3), 1, 1, 1, 1, 1, bucket);
        ImageStream stream =
                new ImageStream(List.of(), FakeFiles.FILES, meter, new HostState(failure -> {}), ended -> {});
        ImageRef ref = new ImageRef(id, "file:///" + id, "1x1.png", 100, null);
        return new DecodedImage(stream, ref, new Frame(1, 1, 1), input, Cost.NONE, lease, System.nanoTime());
    }

    private List<Long> take(Batcher batcher) throws InterruptedException {
        return batcher.take(meter).stream()
                .map(image -> image.image().imageId())
                .toList();
    }

    @Test
    void takesAFullBatchOfOneShape() throws InterruptedException {
        Batcher batcher = new Batcher(2, FOR_EVER, upstream::get);
        batcher.add(image(1, 32));
        batcher.add(image(2, 64));
        batcher.add(image(3, 64));

        assertThat(take(batcher)).containsExactly(2L, 3L);
    }

    @Test
    void takesTheOldestWhenNothingElseComes() throws InterruptedException {
        Batcher batcher = new Batcher(8, FOR_EVER, upstream::get);
        batcher.add(image(1, 32));
        batcher.add(image(2, 64));
        batcher.add(image(3, 32));

        upstream.set(Wait.WRITE);

        assertThat(take(batcher)).containsExactly(1L, 3L);
        assertThat(take(batcher)).containsExactly(2L);
    }

    @Test
    void takesABatchThatIsNotFullWhenItHasWaitedLongEnough() throws InterruptedException {
        Batcher batcher = new Batcher(8, 1, upstream::get);
        batcher.add(image(1, 32));

        assertThat(take(batcher)).containsExactly(1L);
    }

    @Test
    void makesNoLargerBatchesThanTheDeviceHasMemoryFor() throws InterruptedException {
        Batcher batcher = new Batcher(4, FOR_EVER, upstream::get);
        for (int i = 0; i < 4; i++) {
            batcher.add(image(i, 32));
        }

        batcher.limit(2);
        batcher.limit(3);

        assertThat(take(batcher)).containsExactly(0L, 1L);
        assertThat(take(batcher)).containsExactly(2L, 3L);
    }

    @Test
    void dropsAllImagesWhenItIsClosed() {
        Batcher batcher = new Batcher(4, FOR_EVER, upstream::get);
        batcher.add(image(1, 32));
        batcher.add(image(2, 64));
        assertThat(budget.held()).isEqualTo(20);

        batcher.close();
        assertThat(budget.held()).isZero();

        batcher.add(image(3, 32));
        assertThat(budget.held()).isZero();
    }
}
