package dev.mnc.jobs.drill;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.bench.S3ProxyProcess;
import dev.mnc.jobs.drill.FaultProxy.Fault;
import dev.mnc.jobs.drill.RoundPlan.Kill;
import dev.mnc.jobs.drill.RoundPlan.Place;
import dev.mnc.jobs.drill.RoundPlan.Victim;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.jobs.store.Store;
import dev.mnc.scenes.SceneGenerator;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.jspecify.annotations.Nullable;

/** The rounds of a drill, all against the same scenes and the same undisturbed run. */
final class Drill {

    /** Share of the requests to the store that meet each fault. */
    private static final Map<Fault, Double> RATES =
            Map.of(Fault.SLOW_DOWN, 0.02, Fault.CONNECTION_CLOSED, 0.01, Fault.ANSWER_LOST, 0.01, Fault.CUT, 0.005);

    /** Images of a round whose bytes are flipped on the way. */
    private static final int FLIPPED = 3;

    private static final int WAVE_IMAGES = 6;
    private static final int PROCESSES = 12;
    static final String BUCKET = "s3a://" + S3ProxyProcess.BUCKET + "/";
    static final String IMAGES = "images";

    private final Path folder;
    private final @Nullable S3ProxyProcess server;
    private final List<Place> places;
    private final TableRows undisturbed;
    /** The shortest time of a process that labelled all images, by whether its executors were processes of their own. */
    private final Map<Boolean, Double> wholeSeconds = new HashMap<>();

    /**
     * Makes the scenes, if the folder does not hold them from before, and labels them undisturbed.
     *
     * @param server for half of the rounds; null for tables on the disk alone
     */
    Drill(Path folder, int images, @Nullable S3ProxyProcess server) throws IOException, InterruptedException {
        this.folder = folder;
        this.server = server;
        this.places = server == null ? List.of(Place.FILES) : List.of(Place.values());
        if (!Files.exists(folder.resolve("ground-truth.json"))) {
            new SceneGenerator(1).write(folder, images);
        }
        if (server != null) {
            copyImages(folder, server);
        }
        Path table = folder.resolve("undisturbed");
        Store.delete(table.toString(), new Configuration());
        double seconds =
                labelUndisturbed(table); // Each time: kills are to fall into the life of a process as it is today.
        wholeSeconds.put(false, seconds);
        wholeSeconds.put(true, seconds);
        this.undisturbed = TableRows.of(table.toString(), new Configuration());
    }

    /** Copies the images to the server, if they are not there from before. */
    private static void copyImages(Path folder, S3ProxyProcess server) throws IOException {
        Configuration configuration = configuration(server.settings());
        org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(BUCKET + IMAGES);
        FileSystem bucket = to.getFileSystem(configuration);
        if (!bucket.exists(to)) {
            FileUtil.copy(folder.resolve(IMAGES).toFile(), bucket, to, false, configuration);
        }
    }

    private double labelUndisturbed(Path table) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<String> words = words(folder.resolve(IMAGES).toString(), table.toString(), WAVE_IMAGES, false, Map.of());
        try (LabelProcess process = new LabelProcess(words, folder.resolve("undisturbed.log"))) {
            int exitCode = process.exitCode();
            if (exitCode != ExitCode.OK) {
                throw new IOException(
                        "the undisturbed run ended with exit code " + exitCode + ": " + process.lastLines());
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Returns the words of a command that labels, after {@code mnc}. */
    static List<String> words(
            String images, String table, int waveImages, boolean cluster, Map<String, String> settings) {
        List<String> words = new ArrayList<>(List.of("label", "--images", images, "--table", table));
        // In batches of one image, so that no bit of a score depends on which images meet in a batch.
        words.addAll(List.of("--set", "label.batch-size=1", "--set", "label.wave-images=" + waveImages));
        words.addAll(List.of("--", "--master", cluster ? "local-cluster[2,1,1024]" : "local[2]"));
        settings.forEach((key, value) -> words.addAll(List.of("--conf", key + "=" + value)));
        return words;
    }

    /** Runs a round. */
    RoundResult round(int number, long seed) throws IOException, InterruptedException {
        RoundPlan plan = RoundPlan.of(seed, places);
        Path own = folder.resolve("round-" + number);
        Store.delete(own.toString(), new Configuration()); // of a drill that was killed in this round
        Files.createDirectories(own);
        if (plan.place() == Place.FILES || server == null) {
            String images = folder.resolve(IMAGES).toString();
            Table table = new Table(images, own.resolve("table").toString(), Map.of(), new Configuration());
            return round(number, plan, own, table);
        }
        String uri = BUCKET + own.getFileName();
        Configuration direct = configuration(server.settings());
        Store.delete(uri, direct);
        try (FaultProxy proxy = new FaultProxy(server.address(), faults(plan))) {
            return round(number, plan, own, new Table(BUCKET + IMAGES, uri, server.settings(proxy.port()), direct));
        }
    }

    private static FaultPlan faults(RoundPlan plan) {
        FaultPlan faults = new FaultPlan(plan.seed(), RATES);
        // Each once: an image that is damaged twice in a row is an error row, as it should be.
        Set<String> flipped = ConcurrentHashMap.newKeySet();
        Predicate<String> firstRead =
                request -> request.startsWith("GET /" + S3ProxyProcess.BUCKET + "/images/") && flipped.add(request);
        faults.plant(firstRead, Fault.FLIPPED, FLIPPED);
        if (plan.refused() > 0) {
            AtomicInteger writes = new AtomicInteger();
            Predicate<String> refused =
                    request -> request.startsWith("P") && writes.incrementAndGet() == plan.refused(); // PUT and POST
            faults.plant(refused, Fault.DENIED, 1);
        }
        return faults;
    }

    /**
     * The table of a round.
     *
     * @param settings of the processes that label
     * @param direct configuration by which the table is read here, past all faults
     */
    private record Table(String images, String uri, Map<String, String> settings, Configuration direct) {}

    private RoundResult round(int number, RoundPlan plan, Path own, Table table)
            throws IOException, InterruptedException {
        Random random = new Random(plan.seed());
        List<String> words = words(table.images(), table.uri(), WAVE_IMAGES, plan.cluster(), table.settings());
        List<String> trouble = new ArrayList<>();
        Set<String> committed = new HashSet<>();
        long start = System.nanoTime();
        int processes = 0;
        int kills = 0;
        int exitCode = -1;
        while (exitCode != ExitCode.OK && processes < PROCESSES) {
            Kill kill = processes < plan.kills().size() ? plan.kills().get(processes) : null;
            processes++;
            try (LabelProcess process = new LabelProcess(words, own.resolve("log"))) {
                long begun = System.nanoTime();
                boolean killed =
                        kill != null && process.kill(kill, requireNonNull(wholeSeconds.get(plan.cluster())), random);
                kills += killed ? 1 : 0;
                exitCode = process.exitCode();
                if (processes == 1 && !killed && exitCode == ExitCode.OK) {
                    wholeSeconds.merge(plan.cluster(), (System.nanoTime() - begun) / 1e9, Math::min);
                }
                if (!expected(killed ? kill : null, plan).contains(exitCode)) {
                    trouble.add("process " + processes + " ended with exit code " + exitCode
                            + ", but was to end with one of " + expected(killed ? kill : null, plan) + ": "
                            + process.lastLines());
                }
            }
            committed.addAll(new UnfinishedRuns(table.uri(), table.direct()).committedFiles());
        }
        TableRows rows = TableRows.of(table.uri(), table.direct());
        committed.removeAll(publishedFiles(table));
        RoundResult result = new RoundResult(
                number,
                plan,
                processes,
                kills,
                rows.lost(undisturbed),
                rows.doubled(),
                rows.differing(undisturbed),
                committed.size(),
                (System.nanoTime() - start) / 1e9,
                trouble);
        if (result.isClean()) {
            Store.delete(table.uri(), table.direct());
            Store.delete(own.toString(), new Configuration());
        }
        return result;
    }

    /** Returns the exit codes that a process may have; one that is killed may have ended by itself just before. */
    private static Set<Integer> expected(@Nullable Kill kill, RoundPlan plan) {
        Set<Integer> expected = new HashSet<>(Set.of(ExitCode.OK));
        if (kill != null && kill.victim() == Victim.DRIVER_KILLED) {
            expected.add(LabelProcess.KILLED);
        } else if (kill != null && kill.victim() == Victim.DRIVER_TERMINATED) {
            expected.add(LabelProcess.TERMINATED);
        }
        if (plan.refused() > 0) {
            expected.add(ExitCode.ENVIRONMENT);
        }
        return expected;
    }

    private static Set<String> publishedFiles(Table table) {
        PublishedRuns runs = new PublishedRuns(table.uri(), table.direct());
        Set<String> files = new HashSet<>();
        for (RunRecord run : runs.published()) {
            runs.dataFiles(run).forEach(file -> files.add(file.path()));
        }
        return files;
    }

    static Configuration configuration(Map<String, String> settings) {
        Configuration configuration = new Configuration();
        settings.forEach((key, value) -> configuration.set(key.substring("spark.hadoop.".length()), value));
        return configuration;
    }
}
