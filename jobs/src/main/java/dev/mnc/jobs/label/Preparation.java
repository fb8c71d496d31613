package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.table.TableParts;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * What a run needs that can be had without a session: the listing, and the set-up of writing, which loads half of Parquet.
 * Both go on while the session opens. That takes seconds, on a cluster often a minute, in which a million objects are
 * listed.
 */
public final class Preparation {

    private final Future<ImageListing> listing;
    private final Future<TableParts.Unshipped> parts;

    private Preparation(LabelRequest request, SparkConf spark, Configuration hadoop) {
        this.listing = begun("mnc-list", () -> ImageListing.of(request.source(), hadoop));
        this.parts = begun("mnc-parts", () -> TableParts.of(spark, hadoop));
    }

    /**
     * Begins.
     *
     * @param hadoop as the session will have it, see {@link Sessions#hadoop}
     */
    public static Preparation of(LabelRequest request, Configuration hadoop) {
        return new Preparation(request, new SparkConf(), hadoop);
    }

    /** Begins, with the settings of a session that is open. */
    static Preparation of(LabelRequest request, SparkContext spark) {
        return new Preparation(request, spark.getConf(), spark.hadoopConfiguration());
    }

    private static <T> Future<T> begun(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        // A thread of a common pool would not know the application's class loader.
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    ImageListing listing() {
        return joined(listing);
    }

    TableParts.Unshipped parts() {
        return joined(parts);
    }

    private static <T> T joined(Future<T> work) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a run was prepared", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("cannot prepare the run", e.getCause());
        }
    }
}
