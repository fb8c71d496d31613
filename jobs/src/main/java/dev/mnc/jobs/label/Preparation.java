package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.FastStart.Ahead;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.table.TableParts;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * The parts of a run that need no session: the listing, and the set-up of writing, which loads half of Parquet. Both go on
 * while the session opens. That takes seconds, on a cluster often a minute, in which a million objects are listed.
 *
 * @param listing of the images
 * @param parts of the table
 */
public record Preparation(Ahead<ImageListing> listing, Ahead<TableParts.Unshipped> parts) {

    /**
     * Begins.
     *
     * @param hadoop as the session will have it, see {@link Sessions#hadoop}
     */
    public static Preparation of(LabelRequest request, Configuration hadoop) {
        return of(request, new SparkConf(), hadoop);
    }

    /** Begins, with the settings of a session that is open. */
    static Preparation of(LabelRequest request, SparkContext spark) {
        return of(request, spark.getConf(), spark.hadoopConfiguration());
    }

    private static Preparation of(LabelRequest request, SparkConf spark, Configuration hadoop) {
        return new Preparation(
                new Ahead<>("mnc-list", () -> ImageListing.of(request.source(), hadoop)),
                new Ahead<>("mnc-parts", () -> TableParts.of(spark, hadoop)));
    }
}
