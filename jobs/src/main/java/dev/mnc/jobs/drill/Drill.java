package dev.mnc.jobs.drill;

import dev.mnc.jobs.bench.S3ProxyProcess;
import dev.mnc.jobs.drill.RoundPlan.Kill;
import dev.mnc.jobs.drill.RoundPlan.Place;
import dev.mnc.jobs.drill.RoundPlan.Victim;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.jobs.store.Store;
import dev.mnc.scenes.SceneGenerator;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** The rounds of a drill, all against the same scenes and the same undisturbed run. */
final class Drill {

    private static final int PROCESSES = 12;
    private static final String ENDS_WELL = "exit code 0";

    private final Path folder;
    private final @Nullable S3ProxyProcess server;
    private final List<Place> places;
    private final TableRows undisturbed;
    private final double undisturbedSeconds;

    /**
     * Makes the scenes and labels them undisturbed, if the folder does not hold them from before.
     *
     * @param server for tables on S3, or null for tables on the disk alone
     */
    Drill(Path folder, int images, @Nullable S3ProxyProcess server) throws IOException, InterruptedException {
        this.folder = folder;
        this.server = server;
        this.places = server == null ? List.of(Place.FILES) : List.of(Place.values());
        if (!Files.exists(folder.resolve("ground-truth.json"))) {
            new SceneGenerator(1).write(folder, images);
        }
        Path table = folder.resolve("undisturbed");
        long start = System.nanoTime();
        if (!Files.exists(table)) {
            try (LabelProcess process =
                    new LabelProcess(words(table.toString(), false), folder.resolve("undisturbed.log"))) {
                int exitCode = process.exitCode();
                if (exitCode != 0) {
                    throw new IOException(
                            "the undisturbed run ended with exit code " + exitCode + ": " + process.lastLines());
                }
            }
            Files.writeString(folder.resolve("undisturbed.seconds"), "" + (System.nanoTime() - start) / 1e9);
        }
        this.undisturbedSeconds = Double.parseDouble(Files.readString(folder.resolve("undisturbed.seconds")));
        this.undisturbed = TableRows.of(table.toString(), new Configuration());
    }

    private List<String> words(String table, boolean cluster) {
        List<String> words = new ArrayList<>(
                List.of("label", "--images", folder.resolve("images").toString()));
        // In batches of one image, so that no bit of a score depends on which images meet in a batch.
        words.addAll(List.of("--table", table, "--set", "label.batch-size=1", "--set", "label.wave-images=6"));
        words.addAll(List.of("--", "--master", cluster ? "local-cluster[2,1,1024]" : "local[2]"));
        settings().forEach((key, value) -> words.addAll(List.of("--conf", key + "=" + value)));
        return words;
    }

    private Map<String, String> settings() {
        return server == null ? Map.of() : server.settings();
    }

    /** Runs a round. */
    RoundResult round(int number, long seed) throws IOException, InterruptedException {
        RoundPlan plan = RoundPlan.of(seed, places);
        Random random = new Random(seed);
        Path own = Files.createDirectories(folder.resolve("round-" + number));
        String table = plan.place() == Place.S3
                ? "s3a://" + S3ProxyProcess.BUCKET + "/round-" + number
                : own.resolve("table").toString();
        Configuration configuration = configuration();
        List<String> trouble = new ArrayList<>();
        Set<String> committed = new HashSet<>();
        long start = System.nanoTime();
        int processes = 0;
        int exitCode = -1;
        while (exitCode != 0 && processes < PROCESSES) {
            Kill kill = processes < plan.kills().size() ? plan.kills().get(processes) : null;
            processes++;
            try (LabelProcess process = new LabelProcess(words(table, plan.cluster()), own.resolve("log"))) {
                boolean killed = kill != null && process.kill(kill, undisturbedSeconds, random);
                exitCode = process.exitCode();
                String expected = expected(kill, killed);
                if (!expected.contains("exit code " + exitCode)) {
                    trouble.add("process " + processes + " ended with exit code " + exitCode + ", not with " + expected
                            + ": " + process.lastLines());
                }
            }
            committed.addAll(new UnfinishedRuns(table, configuration).committedFiles());
        }
        TableRows rows = TableRows.of(table, configuration);
        committed.removeAll(publishedFiles(table, configuration));
        RoundResult result = new RoundResult(
                number,
                plan,
                processes,
                rows.lost(undisturbed),
                rows.doubled(),
                rows.differing(undisturbed),
                committed.size(),
                (System.nanoTime() - start) / 1e9,
                trouble);
        if (result.isClean()) {
            Store.delete(table, configuration);
            Store.delete(own.toString(), configuration);
        }
        return result;
    }

    /** A process that a signal ended may have ended by itself just before. */
    private static String expected(@Nullable Kill kill, boolean killed) {
        if (kill == null || !killed || kill.victim() == Victim.EXECUTOR_KILLED) {
            return ENDS_WELL;
        }
        return (kill.victim() == Victim.DRIVER_KILLED ? "exit code 137" : "exit code 143") + " or " + ENDS_WELL;
    }

    private static Set<String> publishedFiles(String table, Configuration configuration) {
        PublishedRuns runs = new PublishedRuns(table, configuration);
        Set<String> files = new HashSet<>();
        for (RunRecord run : runs.published()) {
            runs.dataFiles(run).forEach(file -> files.add(file.path()));
        }
        return files;
    }

    private Configuration configuration() {
        Configuration configuration = new Configuration();
        settings().forEach((key, value) -> configuration.set(key.substring("spark.hadoop.".length()), value));
        return configuration;
    }
}
