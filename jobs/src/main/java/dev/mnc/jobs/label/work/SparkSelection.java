package dev.mnc.jobs.label.work;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.mnc.jobs.corpus.ImagePacker;
import dev.mnc.jobs.corpus.ListedTwice;
import dev.mnc.jobs.corpus.SpilledImages;
import dev.mnc.jobs.label.work.RunsBeside.Beside;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** The choice from a listing in files, which Spark joins with the table: nothing of either comes to the driver. */
final class SparkSelection {

    private final SparkSession spark;
    private final TableRows table;
    private final Consumer<String> note;

    SparkSelection(SparkSession spark, TableRows table, Consumer<String> note) {
        this.spark = spark;
        this.table = table;
        this.note = note;
    }

    Selected of(SpilledImages listed, int memoryImages, List<Beside> beside) {
        Dataset<Row> images = ListingRows.read(spark, listed.files());
        requireDistinct(images);
        if (table.isEmpty() && beside.isEmpty() && !(table.rule() instanceof WorkRule.Errors)) {
            return new SelectedRows(images, listed.count(), listed.bytes(), 0, () -> {});
        }
        Dataset<Row> left = images.withColumn("is_left", lit(true));
        for (Beside run : beside) {
            left = without(left, run);
        }
        Dataset<Row> flagged = joined(left).persist(StorageLevel.DISK_ONLY());
        Runnable free = () -> {
            Dataset<Row> unused = flagged.unpersist();
        };
        Row sums = flagged.agg(
                        count_if(col("is_work")),
                        sum(when(col("is_work"), col("size_bytes"))),
                        count_if(col("address").isNull()))
                .first();
        long count = sums.getLong(0);
        Dataset<Row> work = flagged.filter(col("is_work"));
        if (count > memoryImages) {
            return new SelectedRows(work, count, sums.getLong(1), sums.getLong(2), free);
        }
        ImagePacker packer = new ImagePacker("");
        ListingRows.images(work.toLocalIterator()).forEachRemaining(packer::add);
        free.run();
        return new Selected.InMemory(packer.packed(), sums.getLong(2));
    }

    /** Returns images that are work, and rows without an address for those of the table that the listing does not have. */
    private Dataset<Row> joined(Dataset<Row> images) {
        Dataset<Row> joined = images;
        Column isWork = col("address").isNotNull().and(col("is_left"));
        if (!table.isEmpty()) {
            joined = joined.join(states(), col("address").equalTo(col("image_uri")), "full_outer");
        }
        if (table.rule() instanceof WorkRule.Errors errors) {
            Dataset<Row> failed = table.errors(errors).distinct().withColumnRenamed("image_uri", "failed_uri");
            joined = joined.join(failed, col("address").equalTo(col("failed_uri")), "left_outer");
            isWork = isWork.and(col("failed_uri").isNotNull());
        } else if (table.rule() instanceof WorkRule.NotLabelled && !table.isEmpty()) {
            Column isLabelled =
                    col("state.rank").notEqual(TableRows.OTHER_SETTINGS).and(isSame("state."));
            isWork = isWork.and(col("image_uri").isNull().or(not(isLabelled)));
        }
        Column[] columns = new Column[ListingRows.columns().length + 2];
        System.arraycopy(ListingRows.columns(), 0, columns, 0, columns.length - 2);
        columns[columns.length - 2] = col("address");
        columns[columns.length - 1] = isWork.as("is_work");
        return joined.select(columns).filter(col("is_work").or(col("address").isNull()));
    }

    /** Returns the newest row of each image that decides, with the columns {@code image_uri} and {@code state}. */
    private Dataset<Row> states() {
        Column state = struct(
                        col("rank"),
                        col("image_id").as("state_id"),
                        col("etag").as("state_etag"),
                        col("size_bytes").as("state_size"),
                        col("labelled"))
                .as("state");
        Dataset<Row> rows = table.all(spark).select(col("image_uri"), state);
        // Brought together first: Spark would otherwise sort the rows once more to find the newest within each file.
        return table.runs().size() == 1
                ? rows
                : rows.repartition(col("image_uri"))
                        .groupBy("image_uri")
                        .agg(max(col("state")).as("state"));
    }

    private static Column isSame(String prefix) {
        return col(prefix + "labelled")
                .and(col(prefix + "state_id").equalTo(col("image_id")))
                .and(col(prefix + "state_etag").eqNullSafe(col("etag")))
                .and(col(prefix + "state_size").equalTo(col("size_bytes")));
    }

    /** Marks the images of another run's plan. They stay in the listing, which is to know what the table has beyond it. */
    private Dataset<Row> without(Dataset<Row> images, Beside run) {
        Dataset<Row> theirs = ListingRows.read(spark, run.plan().files())
                .select(
                        col("address").as("their_address"),
                        col("image_id").as("their_id"),
                        col("etag").as("their_etag"),
                        col("size_bytes").as("their_size"));
        Column same = col("address")
                .equalTo(col("their_address"))
                .and(col("image_id").equalTo(col("their_id")))
                .and(col("etag").eqNullSafe(col("their_etag")))
                .and(col("size_bytes").equalTo(col("their_size")));
        Dataset<Row> joined = images.join(theirs, same, "left_outer");
        long shared = joined.filter(col("is_left").and(col("their_address").isNotNull()))
                .count();
        if (shared == 0) {
            return images;
        }
        note.accept(run.note(shared));
        return joined.withColumn(
                        "is_left", col("is_left").and(col("their_address").isNull()))
                .drop("their_address", "their_id", "their_etag", "their_size");
    }

    /** Returns whether the table has labelled an image of a plan as it is there. */
    boolean holdsSome(RunPlan plan) {
        Dataset<Row> planned = ListingRows.read(spark, plan.files());
        Column key = col("address").equalTo(col("image_uri")).and(isSame("state."));
        return !planned.join(states(), key, "left_semi").isEmpty();
    }

    private static void requireDistinct(Dataset<Row> images) {
        for (List<ImageRef> some : sharing(images, col("image_id"))) {
            throw ListedTwice.id(some.get(0), some.get(1));
        }
        // The hash is shorter than an address, so that this takes a moment; two addresses may have one.
        for (List<ImageRef> some : sharing(images, xxhash64(col("address")))) {
            for (int i = 1; i < some.size(); i++) {
                if (some.get(i).address().equals(some.get(i - 1).address())) {
                    throw ListedTwice.image(some.get(i - 1), some.get(i));
                }
            }
        }
    }

    /** Returns images that have a key in common, for some of the keys that several have. */
    private static List<List<ImageRef>> sharing(Dataset<Row> images, Column key) {
        List<List<ImageRef>> all = new ArrayList<>();
        for (Row shared : images.groupBy(key.as("key"))
                .agg(count(lit(1)).as("times"))
                .filter(col("times").gt(1))
                .limit(10)
                .collectAsList()) {
            List<ImageRef> some = new ArrayList<>();
            ListingRows.images(images.filter(key.equalTo(shared.getLong(0)))
                            .orderBy("address", "image_id")
                            .limit(10)
                            .toLocalIterator())
                    .forEachRemaining(some::add);
            all.add(some);
        }
        return all;
    }
}
