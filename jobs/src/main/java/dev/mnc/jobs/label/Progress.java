package dev.mnc.jobs.label;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The progress line. Counts images of tasks that ended well, from what each task itself counted: an accumulator's own
 * value would count the images of a retried task twice.
 */
final class Progress extends SparkListener {

    private final long total;
    private final LongAccumulator images;
    private final LongAccumulator failures;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final long start = System.nanoTime();

    Progress(long total, LongAccumulator images, LongAccumulator failures) {
        this.total = total;
        this.images = images;
        this.failures = failures;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.reason() != Success$.MODULE$) {
            return;
        }
        for (AccumulableInfo counted :
                CollectionConverters.asJava(end.taskInfo().accumulables())) {
            if (counted.update().isDefined() && counted.update().get() instanceof Number count) {
                if (counted.id() == images.id()) {
                    done.addAndGet(count.longValue());
                } else if (counted.id() == failures.id()) {
                    failed.addAndGet(count.longValue());
                }
            }
        }
    }

    /** How far the run is, in one line. */
    String line() {
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = done.get() / Math.max(seconds, 1e-9);
        String left = done.get() == 0 ? "?" : duration((total - done.get()) / rate);
        return String.format(
                Locale.ROOT,
                "labelling: %d of %d images, %.1f images/s, %s left, %d errors",
                done.get(),
                total,
                rate,
                left,
                failed.get());
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60
                ? whole + " s"
                : whole < 3600
                        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
                        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
    }
}
