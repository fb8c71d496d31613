package dev.mnc.jobs.table;

import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.corpus.ImagePacker;
import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The addresses of the images of a corpus in Spark, by which rows of others are left out. */
final class ListedRows {

    private static final int PART = 1 << 17;

    private final SparkSession spark;
    private final ImageListing.Source source;
    private @Nullable Dataset<Row> addresses;

    ListedRows(SparkSession spark, ImageListing.Source source) {
        this.spark = spark;
        this.source = source;
    }

    /** Returns the rows whose {@code image_uri} is that of an image of the corpus, which is listed once. */
    Dataset<Row> of(Dataset<Row> rows) {
        if (addresses == null) {
            PackedImages images = ImageListing.of(source, spark.sparkContext().hadoopConfiguration())
                    .images();
            List<PackedImages> parts = new ArrayList<>();
            for (int from = 0; from < images.size(); from += PART) {
                ImagePacker part = new ImagePacker("");
                images.subList(from, Math.min(images.size(), from + PART)).forEach(part::add);
                parts.add(part.asAdded());
            }
            addresses = spark.createDataset(
                            JavaSparkContext.fromSparkContext(spark.sparkContext())
                                    .parallelize(parts, parts.size())
                                    .flatMap(new Addresses())
                                    .rdd(),
                            Encoders.STRING())
                    .toDF("image_uri");
        }
        return rows.join(addresses, new String[] {"image_uri"}, "left_semi").select(LabelTable.columns(rows.schema()));
    }

    private record Addresses() implements FlatMapFunction<PackedImages, String> {

        @Override
        public Iterator<String> call(PackedImages images) {
            return images.stream().map(ImageRef::address).iterator();
        }
    }
}
