package dev.mnc.jobs.label.work;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.jobs.corpus.ImagePacker;
import dev.mnc.jobs.corpus.ListedImages;
import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.corpus.Spill;
import dev.mnc.jobs.corpus.SpilledImages;
import dev.mnc.jobs.corpus.StoredImages;
import dev.mnc.jobs.store.Digests;
import dev.mnc.jobs.store.ParallelTasks;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The choice of one image of all that have the same bytes: the first by address. Where a store lists an MD5 of each object, that
 * and the size tell; else images are read, but only those whose size another image has too.
 */
public final class DistinctContent {

    private static final int READERS = 16;

    private static final String MD5 = "^\"?([0-9a-f]{32})\"?$";
    private static final Pattern DIGEST = Pattern.compile(MD5);
    private static final StructType CONTENTS =
            new StructType().add("address", StringType, false).add("content", StringType, true);

    private final SparkSession spark;
    private final Spill spill;

    /** @param spill where images go that are too many for memory */
    public DistinctContent(SparkSession spark, Spill spill) {
        this.spark = spark;
        this.spill = spill;
    }

    /** Returns a listing without the copies. An image that cannot be read is none. */
    public ListedImages of(ListedImages all) {
        try {
            return all instanceof SpilledImages spilled ? of(spilled) : of((PackedImages) all);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the images to find copies", e);
        }
    }

    private PackedImages of(PackedImages images) throws IOException {
        Map<Long, Integer> sizes = new HashMap<>();
        String[] contents = new String[images.size()];
        for (int i = 0; i < contents.length; i++) {
            ImageRef image = images.get(i);
            contents[i] = listed(image);
            if (contents[i] == null) {
                sizes.merge(size(image), 1, Integer::sum);
            }
        }
        Iterator<Integer> unknown = IntStream.range(0, contents.length)
                .filter(i -> contents[i] == null && sizes.getOrDefault(size(images.get(i)), 0) > 1)
                .iterator();
        StoredImages reader = new StoredImages(spark.sparkContext().hadoopConfiguration());
        ParallelTasks.forEach(READERS, unknown, i -> contents[i] = read(images.get(i), reader));
        Map<String, String> first = new HashMap<>();
        for (int i = 0; i < contents.length; i++) {
            if (contents[i] != null) {
                first.merge(contents[i], images.get(i).address(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
            }
        }
        int[] position = {0};
        return images.where(image -> {
            String content = contents[position[0]++];
            return content == null || image.address().equals(first.get(content));
        });
    }

    /** Returns what the listing says of an image's bytes, null if that is nothing. */
    private static @Nullable String listed(ImageRef image) {
        Matcher digest = DIGEST.matcher(image.etag() == null ? "" : image.etag());
        return image.part() == null && digest.matches() ? digest.group(1) + ":" + image.sizeBytes() : null;
    }

    /** Returns the size, or -1 for a value of a Parquet file, whose size is not known before it is read. */
    private static long size(ImageRef image) {
        return image.part() instanceof ImageRef.Cell ? -1 : image.sizeBytes();
    }

    private static @Nullable String read(ImageRef image, StoredImages reader) {
        try {
            return HexFormat.of().formatHex(Digests.sha256().digest(reader.read(image)));
        } catch (IOException | RuntimeException e) {
            return null; // Its row says why, once it is to be labelled.
        }
    }

    private ListedImages of(SpilledImages listed) {
        Column digest = regexp_extract(col("etag"), MD5, 1);
        Column isWhole = col("offset").isNull().and(col("column").isNull());
        Dataset<Row> images = ListingRows.read(spark, listed.files())
                .withColumn(
                        "content", when(isWhole.and(digest.notEqual("")), concat(digest, lit(":"), col("size_bytes"))))
                .withColumn("size", when(col("column").isNotNull(), lit(-1L)).otherwise(col("size_bytes")));
        Dataset<Row> unknown = images.filter(col("content").isNull());
        Dataset<Row> shared = unknown.groupBy("size")
                .agg(count(lit(1)).as("times"))
                .filter(col("times").gt(1))
                .select(col("size").as("shared"));
        Dataset<Row> candidates = unknown.join(shared, col("size").equalTo(col("shared")), "left_semi");
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        Dataset<Row> found = spark.createDataFrame(
                candidates
                        .select(ListingRows.columns())
                        .toJavaRDD()
                        .mapPartitions(new ReadContents(new SerializableConfiguration(hadoop))),
                CONTENTS);
        Dataset<Row> known = images.filter(col("content").isNotNull())
                .select("address", "content")
                .union(found.filter(col("content").isNotNull()));
        Dataset<Row> first = known.groupBy("content").agg(min("address").as("first"));
        Dataset<Row> copies = known.join(first, "content")
                .filter(col("address").notEqual(col("first")))
                .select(col("address").as("copy"));
        Dataset<Row> left = images.join(copies, col("address").equalTo(col("copy")), "left_anti");
        ImagePacker packer = ImagePacker.into(spill, "distinct");
        ListingRows.images(left.select(ListingRows.columns()).toLocalIterator()).forEachRemaining(packer::add);
        return packer.listed();
    }

    /** The function of a task that reads images and returns a row of {@link #CONTENTS} for each. */
    private record ReadContents(SerializableConfiguration configuration)
            implements FlatMapFunction<Iterator<Row>, Row> {

        @Override
        public Iterator<Row> call(Iterator<Row> rows) throws IOException {
            StoredImages reader = new StoredImages(configuration.value());
            List<ImageRef> images = new ArrayList<>();
            ListingRows.images(rows).forEachRemaining(images::add);
            String[] contents = new String[images.size()];
            ParallelTasks.forEach(
                    READERS,
                    IntStream.range(0, contents.length).iterator(),
                    i -> contents[i] = read(images.get(i), reader));
            return IntStream.range(0, contents.length)
                    .mapToObj(i -> RowFactory.create(images.get(i).address(), contents[i]))
                    .iterator();
        }
    }
}
