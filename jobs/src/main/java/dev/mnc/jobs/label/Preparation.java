package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.FastStart.Ahead;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.corpus.Spill;
import dev.mnc.jobs.runs.RunFolder;
import dev.mnc.jobs.table.TableParts;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * The parts of a run that need no session: the listing, and the set-up of writing, which loads half of Parquet. Both go on
 * while the session opens. That takes seconds, on a cluster often a minute, in which a million objects are listed.
 *
 * @param listing of the images
 * @param spill what of the listing is not in memory; deleted when the preparation is closed
 * @param parts of the table
 */
public record Preparation(Ahead<ImageListing> listing, Spill spill, Ahead<TableParts.Unshipped> parts)
        implements AutoCloseable {

    /**
     * Begins.
     *
     * @param hadoop as the session will have it, see {@link Sessions#hadoop}
     */
    public static Preparation of(LabelRequest request, Configuration hadoop) {
        return of(request, Spill.MEMORY_IMAGES, new SparkConf(), hadoop);
    }

    /** Begins, with the settings of a session that is open. */
    static Preparation of(LabelRequest request, SparkContext spark) {
        return of(request, Spill.MEMORY_IMAGES, spark);
    }

    /**
     * Begins, with the settings of a session that is open.
     *
     * @param memoryImages most images of the listing that stay in memory
     */
    public static Preparation of(LabelRequest request, int memoryImages, SparkContext spark) {
        return of(request, memoryImages, spark.getConf(), spark.hadoopConfiguration());
    }

    private static Preparation of(LabelRequest request, int memoryImages, SparkConf spark, Configuration hadoop) {
        // Among the runs of the table, since executors must read it; of its own, since there is no run yet.
        Spill spill = new Spill(RunFolder.listing(request.table(), UUID.randomUUID()), memoryImages, hadoop);
        return new Preparation(
                new Ahead<>("mnc-list", () -> ImageListing.of(request.source(), spill, hadoop)),
                spill,
                new Ahead<>("mnc-parts", () -> TableParts.of(spark, hadoop)));
    }

    @Override
    public void close() {
        spill.close();
    }
}
