package dev.mnc.jobs.label.work;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.label.work.ListingIndex.Match;
import dev.mnc.jobs.label.work.RunsBeside.Beside;
import dev.mnc.schemas.ImageRef;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The choice from a listing in memory. It goes to the executors, which return what the table says of its images: at most two
 * numbers a row, and nothing of rows of other images.
 */
final class MemorySelection {

    private final SparkSession spark;
    private final TableRows rows;
    private final Consumer<String> note;

    MemorySelection(SparkSession spark, TableRows rows, Consumer<String> note) {
        this.spark = spark;
        this.rows = rows;
        this.note = note;
    }

    Selected of(PackedImages images, List<Beside> beside) {
        BitSet chosen = new BitSet(images.size());
        chosen.set(0, images.size());
        if (beside.isEmpty() && rows.isEmpty() && !(rows.rule() instanceof WorkRule.Errors)) {
            return new Selected.InMemory(images, 0);
        }
        ListingIndex index = new ListingIndex(images);
        long gone = rows.isEmpty() ? 0 : lookUp(images.size(), index, chosen);
        if (rows.rule() instanceof WorkRule.Errors errors) {
            BitSet failed = new BitSet(images.size());
            ListingIndex.Search search = index.search();
            Iterator<Row> all = rows.errors(errors).toLocalIterator();
            while (all.hasNext()) {
                Match match = search.find(all.next().getString(0), 0, null, 0);
                if (match != null) {
                    failed.set(match.position());
                }
            }
            chosen.and(failed);
        }
        beside.forEach(run -> leave(run, index, chosen));
        int[] position = {0};
        return new Selected.InMemory(images.where(image -> chosen.get(position[0]++)), gone);
    }

    /** Takes out what is labelled, and returns how many images of the table are not in the listing. */
    private long lookUp(int size, ListingIndex index, BitSet chosen) {
        Broadcast<ListingIndex> shipped =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(index);
        int[] newest = new int[size];
        Arrays.fill(newest, Integer.MIN_VALUE);
        long matched = 0;
        for (long[] some :
                rows.all(spark).toJavaRDD().mapPartitions(new LookUp(shipped)).collect()) {
            for (long found : some) {
                int position = LookUp.position(found);
                int rank = LookUp.rank(found);
                matched++;
                if (rank > newest[position]) {
                    newest[position] = rank;
                    boolean isWork = !(rows.rule() instanceof WorkRule.NotLabelled) || !LookUp.isLabelled(found);
                    chosen.set(position, rank == TableRows.OTHER_SETTINGS || isWork);
                }
            }
        }
        shipped.unpersist(false);
        long known =
                Arrays.stream(newest).filter(rank -> rank != Integer.MIN_VALUE).count();
        long others = rows.count() - matched;
        // A row of another image is one image, unless several runs have it.
        return others == 0 || rows.runs().size() == 1
                ? others
                : rows.all(spark).select("image_uri").distinct().count() - known;
    }

    private void leave(Beside run, ListingIndex index, BitSet chosen) {
        ListingIndex.Search search = index.search();
        int before = chosen.cardinality();
        for (Iterator<ImageRef> planned = run.plan().images(); planned.hasNext(); ) {
            ImageRef image = planned.next();
            Match match = search.find(image.address(), image.imageId(), image.etag(), image.sizeBytes());
            if (match != null && match.isSame()) {
                chosen.clear(match.position());
            }
        }
        if (chosen.cardinality() < before) {
            note.accept(run.note(before - chosen.cardinality()));
        }
    }

    /**
     * The function of a task that looks the table's rows up in a listing. Of each that the listing has it returns a number:
     * rank, position in the listing, and in the lowest bit whether the image as it is listed is labelled.
     */
    private record LookUp(Broadcast<ListingIndex> listing) implements FlatMapFunction<Iterator<Row>, long[]> {

        @Override
        public Iterator<long[]> call(Iterator<Row> rows) {
            ListingIndex.Search search = listing.value().search();
            LongStream.Builder found = LongStream.builder();
            while (rows.hasNext()) {
                Row row = rows.next();
                Match match = search.find(row.getString(0), row.getLong(1), row.getString(2), row.getLong(3));
                if (match != null) {
                    boolean labelled = match.isSame() && row.getBoolean(4);
                    found.add((long) row.getInt(5) << 32 | (long) match.position() << 1 | (labelled ? 1 : 0));
                }
            }
            return List.of(found.build().toArray()).iterator();
        }

        static int rank(long found) {
            return (int) (found >> 32);
        }

        static int position(long found) {
            return (int) (found & 0xffff_ffffL) >>> 1;
        }

        static boolean isLabelled(long found) {
            return (found & 1) != 0;
        }
    }
}
