package dev.mnc.jobs.bench;

import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.host.ImageOutcome;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.table.LabelColumns;
import dev.mnc.jobs.table.PartCommit;
import dev.mnc.jobs.table.PartFile;
import dev.mnc.jobs.table.TablePart;
import dev.mnc.jobs.table.TableParts;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunRecord.DataFile;
import dev.mnc.schemas.RunWork;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;

/**
 * A published run of a night before, made up: rows of objects of a {@link MadeUpStore} in which no instance was found, written
 * by tasks through the table's own writer and committer.
 *
 * @param objects of the store
 * @param every number of objects of which one is new, and so is in no run; at least 2
 * @param night of this run, from 0
 * @param nights number of runs that share the objects
 */
record MadeUpNight(long objects, long every, int night, int nights) implements Serializable {

    private static final String MADE_UP = "made up";

    /** Writes and publishes the run. */
    void publish(SparkSession spark, String table, RunWork work) throws IOException {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        TableParts parts =
                TableParts.of(new SparkConf(), context.hadoopConfiguration()).shipped(context);
        try (RunClaim claim = RunClaim.take(table, "night-" + night, work, note -> {}, context.hadoopConfiguration())) {
            String path = claim.folder().dataPath("images") + "/wave=0000";
            TablePart.Destination destination = new TablePart.Destination(table + "/" + path, UUID.randomUUID());
            PartCommit commit = new PartCommit(parts.images(), destination);
            int tasks = Math.max(2 * context.defaultParallelism(), (int) (objects / nights / 500_000));
            List<DataFile> written = context.parallelize(
                            IntStream.range(0, tasks).boxed().toList(), tasks)
                    .mapPartitions(new WriteRows(this, tasks, parts.images(), destination))
                    .collect();
            commit.commit();
            List<DataFile> files = written.stream()
                    .map(file -> new DataFile(path + "/" + file.path(), file.bytes(), file.rows(), file.sha256()))
                    .toList();
            long rows = files.stream().mapToLong(DataFile::rows).sum();
            RunRecord.Outcome outcome = new RunRecord.Outcome(rows, 0, 0, List.of());
            WaveRecord unused = claim.commit((entry, owner) -> wave(claim, entry, owner, files, outcome));
            claim.publish(manifest -> record(claim, outcome, manifest));
            parts.unship();
        }
    }

    private static WaveRecord wave(
            RunClaim claim, int entry, String owner, List<DataFile> files, RunRecord.Outcome outcome) {
        RunRecord.Pace pace = new RunRecord.Pace(Instant.now().toString(), outcome.ok(), 0, 0, Map.of());
        return new WaveRecord(
                claim.runId(),
                entry,
                owner,
                0,
                outcome.ok(),
                MADE_UP,
                MADE_UP,
                files,
                outcome,
                Map.of(),
                pace,
                List.of());
    }

    private RunRecord record(RunClaim claim, RunRecord.Outcome outcome, RunRecord.Manifest manifest) {
        String now = Instant.now().toString();
        return new RunRecord(
                claim.runId(),
                claim.number(),
                MADE_UP,
                claim.work().modelDigest(),
                claim.work().configDigest(),
                Map.of(),
                null,
                new RunRecord.Input(claim.work().images(), "0".repeat(64), objects, outcome.ok(), 0, null),
                outcome,
                null,
                manifest,
                new RunRecord.Timing(now, now, 0, 0, Map.of(), null, null, null),
                Map.of(),
                null);
    }

    private boolean has(long number) {
        return number % every != 0 && number % nights == night;
    }

    /** The function of a task that writes its share of the rows. */
    private record WriteRows(MadeUpNight night, int tasks, TablePart part, TablePart.Destination destination)
            implements FlatMapFunction<Iterator<Integer>, DataFile> {

        @Override
        public Iterator<DataFile> call(Iterator<Integer> shares) throws IOException {
            List<DataFile> files = new ArrayList<>();
            while (shares.hasNext()) {
                int share = shares.next();
                PartFile file = new PartFile(part, destination, TaskContext.get());
                long to = night.objects * (share + 1) / tasks;
                for (long number = night.objects * share / tasks; number < to; number++) {
                    if (night.has(number)) {
                        file.write(LabelColumns.imageRow(outcome(number)));
                    }
                }
                file.close();
                file.commit();
                files.add(file.written());
            }
            return files.iterator();
        }

        private static ImageOutcome outcome(long number) {
            ImageRef image = MadeUpStore.object(number, ImageListing.idOf(MadeUpStore.name(number)));
            return new ImageOutcome(
                    image,
                    new ImageOutcome.Frame(48, 64, 1),
                    null,
                    List.of(),
                    new ImageOutcome.Cost(1_000_000, 1_000_000, 1_000_000, 1_000_000));
        }
    }
}
