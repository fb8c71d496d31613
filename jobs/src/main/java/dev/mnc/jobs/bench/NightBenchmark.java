package dev.mnc.jobs.bench;

import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.label.LabelConfig;
import dev.mnc.jobs.label.LabelImages;
import dev.mnc.jobs.label.LabelRequest;
import dev.mnc.jobs.label.LabelSummary;
import dev.mnc.jobs.label.Preparation;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A night over a large corpus of which little is new: a made-up store is listed, compared with what earlier nights have
 * labelled, and what is left is planned, labelled and published.
 *
 * @param objects of the store
 * @param newObjects of these, that no earlier night has labelled
 * @param memoryImages most images of the listing that stay in memory
 */
record NightBenchmark(long objects, long newObjects, int memoryImages) {

    /** Earlier nights, so that the newest of several rows must be found. */
    private static final int NIGHTS = 3;

    NightBenchmark {
        if (newObjects < 1 || objects < 2 * newObjects) {
            throw new IllegalArgumentException(
                    "of the objects at least one and at most half are new, got " + newObjects + " of " + objects);
        }
    }

    /** Runs it in a session whose model is that of {@code source}; the table is left in the folder. */
    Map<String, Object> run(SparkSession spark, PredictorSource source, Settings settings, Path folder, Console console)
            throws IOException {
        LabelConfig config = settings.read("label", LabelConfig::from);
        String table = folder.resolve("table").toString();
        try (MadeUpStore store = new MadeUpStore(objects)) {
            store.settings().forEach(spark.sparkContext().hadoopConfiguration()::set);
            LabelRequest request = new LabelRequest(MadeUpStore.folder(), null, table, null, LabelRequest.Mode.LABEL);
            console.note("making up " + NIGHTS + " nights");
            long begun = System.nanoTime();
            for (int night = 0; night < NIGHTS; night++) {
                new MadeUpNight(objects, objects / newObjects, night, NIGHTS)
                        .publish(spark, table, request.work(source.digest(), config.digest()));
            }
            double made = seconds(begun);
            double cpu = MeteredPredictor.cpuSeconds();
            long start = System.nanoTime();
            LabelSummary labels = new LabelImages(
                            spark, source, config, settings.read("host", HostConfig::from), console)
                    .run(
                            request,
                            Preparation.of(request, memoryImages, spark.sparkContext()),
                            LabelConfig.entries(settings));
            Map<String, Object> result = result(labels, store, table);
            result.put("seconds", seconds(start));
            result.put("cpu_seconds", MeteredPredictor.cpuSeconds() - cpu);
            result.put("made_up_in_seconds", made);
            return result;
        }
    }

    private Map<String, Object> result(LabelSummary labels, MadeUpStore store, String table) throws IOException {
        RunRecord record = new PublishedRuns(table, new org.apache.hadoop.conf.Configuration()).newest();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("listed", labels.listed());
        result.put("planned", labels.planned());
        result.put("labelled", record.outcome().ok());
        result.put("failed", record.outcome().failed());
        result.put("gone", record.input().gone());
        result.put("images_per_file", imagesPerFile(record));
        result.put("record_bytes", Files.size(Store.local(table + "/runs/" + record.runId() + ".json")));
        result.put("list_requests", store.lists());
        result.put("read_requests", store.reads());
        result.put("heap_limit_bytes", Runtime.getRuntime().maxMemory());
        return result;
    }

    private static double imagesPerFile(RunRecord record) {
        RunRecord.Manifest manifest = record.manifest();
        // Half of the files are of instances.
        return manifest == null ? 0 : 2.0 * manifest.images() / manifest.files();
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
