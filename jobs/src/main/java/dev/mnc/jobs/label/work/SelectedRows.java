package dev.mnc.jobs.label.work;

import static org.apache.spark.sql.functions.col;

import dev.mnc.jobs.corpus.ImageFile;
import dev.mnc.jobs.runs.PlannedImages;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.PlanRecord.PlanFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Images that are too many for memory. Tasks sort them by uri and position in the archive, and write the plan's files.
 *
 * @param rows with the columns of {@link ListingRows#COLUMNS}
 * @param count number of rows
 * @param bytes sum of their sizes
 * @param gone see {@link Selected#gone}
 */
record SelectedRows(Dataset<Row> rows, long count, long bytes, long gone, Runnable free) implements Selected {

    /** About the images of a file, so that whoever goes on with a run can pass over files by their number. */
    private static final int FILE_IMAGES = 1 << 18;

    @Override
    public RunPlan store(RunClaim claim, Function<List<PlanFile>, PlanRecord> record) {
        SerializableConfiguration configuration =
                new SerializableConfiguration(rows.sparkSession().sparkContext().hadoopConfiguration());
        List<Written> files = new ArrayList<>(rows.orderBy(col("uri"), col("column"), col("offset"), col("row"))
                .toJavaRDD()
                .mapPartitionsWithIndex(new WritePlan(claim.planPrefix(), configuration), false)
                .collect());
        files.sort(Comparator.comparingInt(Written::partition).thenComparingInt(Written::number));
        return claim.store(
                files.stream()
                        .map(file -> new PlanFile(file.name(), file.images()))
                        .toList(),
                record);
    }

    @Override
    public PlannedImages images(RunPlan stored, RunClaim claim) {
        return stored.left(claim.log());
    }

    @Override
    public void close() {
        free.run();
    }

    /**
     * A file that a task wrote.
     *
     * @param partition of the task
     * @param number of the file in that
     */
    private record Written(int partition, int number, String name, long images) implements Serializable {}

    /**
     * The function of a task that writes a range of a plan. A task that is tried again writes files of other names, so that
     * nobody reads what a dead one left.
     *
     * @param prefix start of the files' uris
     */
    private record WritePlan(String prefix, SerializableConfiguration configuration)
            implements Function2<Integer, Iterator<Row>, Iterator<Written>> {

        @Override
        public Iterator<Written> call(Integer partition, Iterator<Row> rows) throws IOException {
            List<Written> files = new ArrayList<>();
            Iterator<ImageRef> images = ListingRows.images(rows);
            while (images.hasNext()) {
                String uri = prefix + UUID.randomUUID() + ".parquet";
                long count = ImageFile.write(uri, images, FILE_IMAGES, configuration.value());
                files.add(new Written(partition, files.size(), uri.substring(uri.lastIndexOf('/') + 1), count));
            }
            return files.iterator();
        }
    }
}
